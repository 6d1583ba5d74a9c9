"""Users: what each may do and see, and what they prove themselves by."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from cure.access.forms import NewUser, User, UserChange
from cure.web.admin.asking import REFUSES, desk_of, found
from cure.web.asker import AskerHere


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A password to be.

    Attributes:
        password: The password.
    """

    password: Annotated[str, Meta(max_length=1000)]


class NewIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As whom a provider knows a user.

    Attributes:
        iss: The provider, as it names itself.
        sub: What the provider calls the user; never an address.
    """

    iss: Annotated[str, Meta(min_length=1, max_length=500)]
    sub: Annotated[str, Meta(min_length=1, max_length=500)]


@get("/users", responses=REFUSES, sync_to_thread=True)
def users(asker: AskerHere, organisation: FromQuery[str | None] = None) -> list[User]:
    """Return the users of an organisation; if none is named, of all that one manages."""
    accounts, by, _ = desk_of(asker)
    if organisation is not None:
        return accounts.users.of(by, organisation)
    names = [one.name for one in accounts.organisations.all(by)]
    return [user for name in names for user in accounts.users.of(by, name)]


@get("/users/{user_name:str}", responses=REFUSES, sync_to_thread=True)
def user(asker: AskerHere, user_name: FromPath[str]) -> User:
    """Return a user."""
    accounts, by, _ = desk_of(asker)
    with found("known user", user_name):
        return accounts.users.get(by, user_name)


@post("/users", responses=REFUSES, sync_to_thread=True)
def add_user(asker: AskerHere, data: JSONBody[NewUser]) -> User:
    """Add a user, who cannot log in until there is a password or an identity."""
    accounts, by, at = desk_of(asker)
    return accounts.users.add(by, data, at)


@patch("/users/{user_name:str}", responses=REFUSES, sync_to_thread=True)
def change_user(asker: AskerHere, user_name: FromPath[str], data: JSONBody[UserChange]) -> User:
    """Change what a user may do and see; it holds at once."""
    accounts, by, at = desk_of(asker)
    with found("known user", user_name):
        return accounts.users.change(by, user_name, data, at)


@delete(
    "/users/{user_name:str}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=REFUSES,
    sync_to_thread=True,
)
def remove_user(asker: AskerHere, user_name: FromPath[str]) -> None:
    """Remove a user with all keys, sessions and identities."""
    accounts, by, at = desk_of(asker)
    with found("known user", user_name):
        accounts.users.remove(by, user_name, at)


@put(
    "/users/{user_name:str}/password",
    status_code=HTTPStatus.NO_CONTENT,
    responses=REFUSES,
    sync_to_thread=True,
)
def set_password(asker: AskerHere, user_name: FromPath[str], data: JSONBody[NewPassword]) -> None:
    """Set the password of a user; all sessions of that user end."""
    accounts, by, at = desk_of(asker)
    with found("known user", user_name):
        accounts.users.set_password(by, user_name, data.password, at)


@delete(
    "/users/{user_name:str}/totp",
    status_code=HTTPStatus.NO_CONTENT,
    responses=REFUSES,
    sync_to_thread=True,
)
def drop_totp(asker: AskerHere, user_name: FromPath[str]) -> None:
    """Ask a user for codes no longer, as of a phone that was lost."""
    accounts, by, at = desk_of(asker)
    with found("known user", user_name):
        accounts.users.drop_totp(by, user_name, at)


@post(
    "/users/{user_name:str}/lock",
    status_code=HTTPStatus.NO_CONTENT,
    responses=REFUSES,
    sync_to_thread=True,
)
def lock_user(asker: AskerHere, user_name: FromPath[str]) -> None:
    """Let a user in no longer, by whatever credentials."""
    accounts, by, at = desk_of(asker)
    with found("known user", user_name):
        accounts.users.lock(by, user_name, at)


@post(
    "/users/{user_name:str}/unlock",
    status_code=HTTPStatus.NO_CONTENT,
    responses=REFUSES,
    sync_to_thread=True,
)
def unlock_user(asker: AskerHere, user_name: FromPath[str]) -> None:
    """Let a user in again."""
    accounts, by, at = desk_of(asker)
    with found("known user", user_name):
        accounts.users.unlock(by, user_name, at)


@post(
    "/users/{user_name:str}/identities",
    status_code=HTTPStatus.NO_CONTENT,
    responses=REFUSES,
    sync_to_thread=True,
)
def bind_identity(asker: AskerHere, user_name: FromPath[str], data: JSONBody[NewIdentity]) -> None:
    """Let a user log in through a provider."""
    accounts, by, at = desk_of(asker)
    with found("known user", user_name):
        accounts.users.bind(by, user_name, data.iss, data.sub, at)
