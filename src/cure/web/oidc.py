"""Logging in through an OpenID Connect provider: the way there, and the way back."""

import asyncio
import logging
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from litestar import Request, Response, Router, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from cure.access.entries import Entry
from cure.access.oidc import GOOD_FOR, Oidc
from cure.errors import SourceError, UnauthenticatedError
from cure.web.authentication import Authentication, address_of
from cure.web.csrf import check_site
from cure.web.errors import ErrorAnswer, refusal, told
from cure.web.limiting import Limits
from cure.web.login import accounts_of, session_cookie
from cure.web.serving import Serving, ServingHere

_REFUSES = told(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
)
WayInHere = NamedDependency[Oidc | None]
"""A handler's parameter `way_in` of this type is given the one provider; None: there is none."""
_log = logging.getLogger(__name__)


@get("/start", status_code=HTTPStatus.SEE_OTHER, responses=_REFUSES)
async def start_oidc(
    request: Request[Any, Any, Any],
    serving: ServingHere,
    limits: NamedDependency[Limits],
    way_in: WayInHere,
) -> Redirect:
    """Send the browser to the provider, with a cookie by which it is known when it comes back."""
    oidc = _existing(way_in)
    check_site(request.scope)
    limits.guess(address_of(request.scope))
    begun = await oidc.begin(serving.clock())
    cookies = [_binding_cookie(serving.authentication, begun.binding)]
    return Redirect(begun.url, status_code=303, cookies=cookies)


@get("/callback", status_code=HTTPStatus.SEE_OTHER, responses=_REFUSES)
async def finish_oidc(  # noqa: PLR0913 - what the provider sends along, and what is served
    *,
    request: Request[Any, Any, Any],
    serving: ServingHere,
    limits: NamedDependency[Limits],
    way_in: WayInHere,
    began: Annotated[str, QueryParameter(name="state")] = "",
    code: FromQuery[str] = "",
    iss: FromQuery[str | None] = None,
) -> Redirect:
    """Log in whom the provider has recognised, if that identity is bound to a user."""
    oidc = _existing(way_in)
    address = address_of(request.scope)
    limits.guess(address)
    authentication, now = serving.authentication, serving.clock()
    accounts = accounts_of(authentication)
    binding = request.cookies.get(_name(authentication), "")
    try:
        identity = await oidc.finish(began, code, binding, now, iss)
    except UnauthenticatedError:
        _note_failed(serving, address)
        raise
    log_in = partial(accounts.sessions.open_as, *identity, now, address)
    session = str(await asyncio.to_thread(log_in))
    # The browser comes from another site: it shows the new cookie only to what the page then asks.
    cookies = [session_cookie(authentication, session), _binding_cookie(authentication, "")]
    return Redirect("/", status_code=303, cookies=cookies)


def _existing(way_in: Oidc | None) -> Oidc:
    if way_in is None:
        raise NotFoundException("there is no provider here")
    return way_in


def _note_failed(serving: Serving, address: str) -> None:
    entry = Entry(serving.clock(), "unknown", "", "", "login", address, decision="failed")
    accounts_of(serving.authentication).store.audit.note(entry)


def _name(authentication: Authentication) -> str:
    return f"{authentication.cookie}-oidc"


def _binding_cookie(authentication: Authentication, binding: str) -> Cookie:
    """Return the cookie of a login that has begun; empty: the browser is to forget it."""
    return Cookie(
        _name(authentication),
        value=binding,
        path="/",
        max_age=int(GOOD_FOR.total_seconds()) if binding else 0,
        secure=authentication.is_secure,
        httponly=True,
        samesite="lax",  # the browser is to show it when the provider sends it back
    )


def _unreachable(_: Request[Any, Any, Any], error: SourceError) -> Response[ErrorAnswer]:
    _log.error("the provider: %s", error)
    status = HTTPStatus.BAD_GATEWAY
    return refusal(status, error.code, "the provider does not answer as it should")


ROUTER = Router(
    "/api/v1/oidc",
    route_handlers=[start_oidc, finish_oidc],
    exception_handlers={SourceError: _unreachable},
)
