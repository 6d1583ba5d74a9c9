"""Who may do what over HTTP: one table. An operation that is not in it is refused to everybody."""

from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from cure.access.principal import Scope


class Need(Enum):
    """What an operation needs that needs no scope."""

    NOTHING = "no credentials"
    TOKEN = "the token of a source, or a key that publishes as it; the operation looks itself"  # noqa: S105 - a sentence
    LOGIN = "any credentials"
    PERSON = "a session: somebody who has logged in himself, not a key of his"


Rule: TypeAlias = Scope | Need

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # The server itself.
        "front": Need.NOTHING,
        "page": Need.NOTHING,
        "healthz": Need.NOTHING,
        "health": Need.NOTHING,
        "_handler": Need.NOTHING,  # openapi.json, as the framework calls it
        "metrics": Scope.METRICS,
        # What was said.
        "card_of_value": Scope.READ,
        "card_of_observable": Scope.READ,
        "records_of_value": Scope.READ,
        "records_of_observable": Scope.READ,
        "match": Scope.READ,
        "pivot": Scope.READ,
        "links": Scope.READ,
        "campaign": Scope.READ,
        "search": Scope.READ,
        "sources": Scope.READ,
        "publishers": Scope.READ,
        "timeline": Scope.READ,
        "stream": Scope.READ,
        "tickets": Scope.READ,
        "ticket": Scope.READ,
        # What comes in.
        "publish": Scope.PUBLISH,
        "push": Need.TOKEN,
        "events": Need.TOKEN,
        "raw": Need.TOKEN,
        "origins": Scope.METRICS,
        "add_ticket": Scope.PUBLISH,
        "change_ticket": Scope.PUBLISH,
        # Who asks.
        "setup": Need.NOTHING,
        "login": Need.NOTHING,
        "start_oidc": Need.NOTHING,
        "finish_oidc": Need.NOTHING,
        "logout": Need.LOGIN,
        "me": Need.LOGIN,
        "set_own_password": Need.PERSON,
        "begin_own_totp": Need.PERSON,
        "confirm_own_totp": Need.PERSON,
        "drop_own_totp": Need.PERSON,
        # Who may ask.
        "organisations": Scope.ADMIN,
        "organisation": Scope.ADMIN,
        "add_organisation": Scope.ADMIN,
        "change_organisation": Scope.ADMIN,
        "remove_organisation": Scope.ADMIN,
        "users": Scope.ADMIN,
        "user": Scope.ADMIN,
        "add_user": Scope.ADMIN,
        "change_user": Scope.ADMIN,
        "remove_user": Scope.ADMIN,
        "set_password": Scope.ADMIN,
        "drop_totp": Scope.ADMIN,
        "lock_user": Scope.ADMIN,
        "unlock_user": Scope.ADMIN,
        "bind_identity": Scope.ADMIN,
        "keys": Scope.ADMIN,
        "add_key": Scope.ADMIN,
        "rotate_key": Scope.ADMIN,
        "revoke_key": Scope.ADMIN,
        "grants": Scope.ADMIN,
        "add_grant": Scope.ADMIN,
        "remove_grant": Scope.ADMIN,
        "ratings": Scope.RATE,
        "propose_rating": Scope.RATE,
        "approve_rating": Scope.RATE,
        "audit": Scope.AUDIT,
        "audit_head": Scope.AUDIT,
    }
)


def operations(app: Litestar) -> Iterator[HTTPRouteHandler]:
    """Yield the operations of a server that are ours, of each the one that answers it."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and handler.http_methods != {"OPTIONS"}:
                yield handler


def without_rule(app: Litestar) -> list[str]:
    """Return the operations of a server that have no rule."""
    return sorted({one.handler_name for one in operations(app)} - RULES.keys())
