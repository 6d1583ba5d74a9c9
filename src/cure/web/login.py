"""Logging in and out, who one is, and the first set-up."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from cure.access.accounts import Accounts
from cure.access.principal import Principal, Scope
from cure.access.sessions import LONGEST
from cure.errors import ForbiddenError, UnauthenticatedError
from cure.model import Confidentiality
from cure.web.asker import Asker, AskerHere
from cure.web.authentication import Authentication, address_of
from cure.web.csrf import check_site, csrf_token
from cure.web.errors import told
from cure.web.limiting import Limits
from cure.web.serving import ServingHere

MAX_FORM_BYTES = 64 << 10
REFUSES = told(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
)
Secret = Annotated[str, Meta(max_length=1000)]


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody proves himself by.

    Attributes:
        user: The name, with the organisation: ``rin@bank``.
        password: The password.
        code: The code of the app; empty: none.
    """

    user: Secret
    password: Secret
    code: Annotated[str, Meta(max_length=20)] = ""


class FirstSetup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first organisation, which operates this installation, and its administrator.

    Attributes:
        token: What stands behind ``#setup=`` in the link.
        user: The administrator's name, with the organisation.
        password: The administrator's password.
        organisation: The organisation; none: the one that what is here already belongs to.
    """

    token: Secret
    user: Secret
    password: Secret
    organisation: Secret | None = None


class SetupLink(msgspec.Struct, frozen=True):
    """What lets somebody make the first organisation, once and within an hour.

    Attributes:
        token: What `FirstSetup` wants.
    """

    token: str


class Me(msgspec.Struct, frozen=True):
    """Who asks.

    Attributes:
        organisation: Whose person or machine it is.
        user: The person; empty: a machine.
        operates: Whether the organisation operates this installation.
        scopes: What it may do.
        groups: The groups of which it reads what is released to them.
        tlp: The highest marking that it reads of others.
        confidentiality: The highest 機密性 that it reads of others.
        sources: The sources of others that it reads; null: every source.
        publishes: The sources as which it publishes; null: any.
        credential: The public part of what was shown.
        strength: How it was recognised.
        csrf: With a session, the token for the header X-CSRF-Token.
    """

    organisation: str
    user: str
    operates: bool
    scopes: list[Scope]
    groups: list[str]
    tlp: str
    confidentiality: Confidentiality
    sources: list[str] | None
    publishes: list[str] | None
    credential: str
    strength: str
    csrf: str | None = None

    @classmethod
    def of(cls, who: Principal, session: str | None) -> "Me":
        """Show a principal."""
        return cls(
            who.organisation,
            who.user,
            who.operates,
            sorted(who.scopes),
            sorted(who.groups),
            who.tlp.title,
            who.confidentiality,
            None if who.sources is None else sorted(who.sources),
            None if who.publishes is None else sorted(who.publishes),
            who.credential,
            who.strength,
            None if session is None else csrf_token(session),
        )


@post("/login", status_code=HTTPStatus.OK, responses=REFUSES)
async def login(
    request: Request[Any, Any, Any], serving: ServingHere, data: JSONBody[Login]
) -> Response[Me]:
    """Log in with a password, and a code where one is asked for; the session is in a cookie."""
    check_site(request.scope)
    authentication = serving.authentication
    accounts = accounts_of(authentication)
    address = address_of(request.scope)
    log_in = partial(
        accounts.sessions.open, data.user, data.password, data.code, serving.clock(), address
    )
    session = str(await asyncio.to_thread(log_in))
    who = accounts.authenticate(session, serving.clock(), address)
    return Response(Me.of(who, session), cookies=[session_cookie(authentication, session)])


@post("/logout", status_code=HTTPStatus.NO_CONTENT, responses=REFUSES)
async def logout(asker: AskerHere) -> Response[None]:
    """Log out; of a session nothing is left."""
    authentication = asker.serving.authentication
    if asker.shown is not None and asker.shown.is_session:
        close = accounts_of(authentication).sessions.close
        await asyncio.to_thread(close, asker.principal, asker.serving.clock())
    return Response(None, cookies=[session_cookie(authentication, "")])


@get("/me", responses=told(HTTPStatus.UNAUTHORIZED))
async def me(asker: AskerHere) -> Me:
    """Tell who asks, and what he may."""
    return Me.of(asker.principal, _session_of(asker))


@post("/setup", status_code=HTTPStatus.NO_CONTENT, responses=REFUSES)
async def setup(
    request: Request[Any, Any, Any],
    serving: ServingHere,
    limits: NamedDependency[Limits],
    data: JSONBody[FirstSetup],
) -> None:
    """Make the first organisation and its administrator, with the link that the start printed."""
    check_site(request.scope)
    limits.guess(address_of(request.scope))
    organisation = data.organisation or serving.authentication.operator.organisation
    use = accounts_of(serving.authentication).setup.use
    now = serving.clock()
    await asyncio.to_thread(use, data.token, organisation, data.user, data.password, now)


@post("/setup/link", responses=REFUSES)
async def begin_setup(asker: AskerHere) -> SetupLink:
    """Begin with accounts while the server is open: whoever reaches it operates it as yet."""
    authentication = asker.serving.authentication
    accounts = accounts_of(authentication)
    if not authentication.is_open:
        raise ForbiddenError("there are accounts already: ask an administrator")
    token = await asyncio.to_thread(accounts.setup.link, asker.serving.clock())
    asker.note_deed("setup.link")
    return SetupLink(token)


def accounts_of(authentication: Authentication) -> Accounts:
    """Return the accounts.

    Raises:
        UnauthenticatedError: If there never will be any.
    """
    if authentication.accounts is None:
        raise UnauthenticatedError
    return authentication.accounts


def _session_of(asker: Asker) -> str | None:
    return asker.shown.text if asker.shown is not None and asker.shown.is_session else None


def session_cookie(authentication: Authentication, session: str) -> Cookie:
    """Return the cookie of a session; empty: the browser is to forget it."""
    return Cookie(
        authentication.cookie,
        value=session,
        path="/",
        max_age=int(LONGEST.total_seconds()) if session else 0,
        secure=authentication.is_secure,
        httponly=True,
        samesite="strict",
    )


ROUTER = Router(
    "/api/v1",
    route_handlers=[login, logout, me, setup, begin_setup],
    request_max_body_size=MAX_FORM_BYTES,
)
