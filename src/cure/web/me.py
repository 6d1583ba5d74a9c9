"""What people prove themselves by, changed by themselves: the password, and codes of an app."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Response, Router, delete, post
from litestar.params import JSONBody
from msgspec import Meta

from cure.access.users import Users
from cure.web.asker import Asker, AskerHere
from cure.web.login import MAX_FORM_BYTES, REFUSES, Secret, accounts_of, session_cookie


class OwnPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A password in place of another.

    Attributes:
        old: The one that holds.
        new: The one to be.
    """

    old: Secret
    new: Secret


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code.

    Attributes:
        code: As the app shows it now.
    """

    code: Annotated[str, Meta(max_length=20)]


class TotpSecret(msgspec.Struct, frozen=True):
    """What makes an app show codes; it is told once.

    Attributes:
        uri: For the app, to be shown as a QR code: ``otpauth://totp/…``.
    """

    uri: str


@post("/password", status_code=HTTPStatus.NO_CONTENT, responses=REFUSES, sync_to_thread=True)
def set_own_password(asker: AskerHere, data: JSONBody[OwnPassword]) -> Response[None]:
    """Change one's password; all one's sessions end, this one too."""
    by = asker.principal
    _users(asker).set_password(by, by.user, data.new, asker.serving.clock(), data.old)
    return Response(None, cookies=[session_cookie(asker.serving.authentication, "")])


@post("/totp", responses=REFUSES, sync_to_thread=True)
def begin_own_totp(asker: AskerHere) -> TotpSecret:
    """Begin with codes of an app; they are asked for once one was confirmed."""
    by = asker.principal
    return TotpSecret(_users(asker).new_totp(by, by.user, asker.serving.clock()))


@post("/totp/confirm", status_code=HTTPStatus.NO_CONTENT, responses=REFUSES, sync_to_thread=True)
def confirm_own_totp(asker: AskerHere, data: JSONBody[Code]) -> None:
    """Be asked for codes from now on, as one was right."""
    by = asker.principal
    _users(asker).confirm_totp(by, by.user, data.code, asker.serving.clock())


@delete("/totp", status_code=HTTPStatus.NO_CONTENT, responses=REFUSES, sync_to_thread=True)
def drop_own_totp(asker: AskerHere, data: JSONBody[Code]) -> None:
    """Be asked for codes no longer; of an app that was lost, an administrator does it."""
    by = asker.principal
    _users(asker).drop_totp(by, by.user, asker.serving.clock(), data.code)


def _users(asker: Asker) -> Users:
    return accounts_of(asker.serving.authentication).users


ROUTER = Router(
    "/api/v1/me",
    route_handlers=[set_own_password, begin_own_totp, confirm_own_totp, drop_own_totp],
    request_max_body_size=MAX_FORM_BYTES,
)
