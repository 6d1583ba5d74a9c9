"""The guard before every operation: who asks, whether he may, and whether not too often."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import HTTPScope

from cure.access.principal import Scope
from cure.errors import AccessError, ForbiddenError
from cure.web.asker import Asker
from cure.web.authentication import address_of
from cure.web.csrf import check_session
from cure.web.limiting import Limits
from cure.web.rules import RULES, Need
from cure.web.serving import Serving

_IN_PERSON = "that is for somebody who has logged in himself"


class Guard:
    """Lets requests through to operations as the rules say."""

    def __init__(self, serving: Serving, limits: Limits) -> None:
        """Guard a server."""
        self._serving = serving
        self._limits = limits

    async def check(
        self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        """Find out who asks, and whether he may.

        Raises:
            KeyError: If the operation has no rule, which is a bug of ours.
            AccessError: If he may not.
        """
        if handler.handler_name == "options_handler":  # the framework's: which methods there are
            return
        need = RULES[handler.handler_name]
        if need is Need.NOTHING or need is Need.TOKEN:
            return
        scope: HTTPScope = connection.scope  # pyright: ignore[reportAssignmentType] - no websockets here
        serving = self._serving
        proof = serving.authentication.who_asks(scope, serving.clock())
        who, shown, _ = proof
        if shown is not None:
            self._limits.ask(who)
            try:
                if shown.is_session:
                    check_session(scope, shown.text)
                if isinstance(need, Scope):
                    who.require(need)
                if need is Need.PERSON and not shown.is_session:
                    raise ForbiddenError(_IN_PERSON)
            except AccessError:
                serving.note_denied(who, handler.handler_name)
                raise
        elif need is Need.PERSON:
            raise ForbiddenError(_IN_PERSON)
        scope["user"] = Asker(serving, proof, address_of(scope))  # pyright: ignore[reportGeneralTypeIssues]
