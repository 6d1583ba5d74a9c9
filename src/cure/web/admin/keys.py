"""Keys: made, rotated, revoked. A token is told once; its hash never."""

from http import HTTPStatus

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from cure.access.forms import Key, NewKey
from cure.web.admin.asking import REFUSES, desk_of, found
from cure.web.asker import AskerHere


class MadeKey(msgspec.Struct, frozen=True):
    """A key that was made.

    Attributes:
        key: The key.
        token: What is shown as `Authorization: Bearer TOKEN`; it is told this once.
    """

    key: Key
    token: str


@get("/keys", responses=REFUSES, sync_to_thread=True)
def keys(asker: AskerHere, organisation: FromQuery[str | None] = None) -> list[Key]:
    """Return the keys of an organisation; if none is named, of all that one manages."""
    accounts, by, _ = desk_of(asker)
    if organisation is not None:
        return accounts.keys.of(by, organisation)
    names = [one.name for one in accounts.organisations.all(by)]
    return [key for name in names for key in accounts.keys.of(by, name)]


@post("/keys", responses=REFUSES, sync_to_thread=True)
def add_key(asker: AskerHere, data: JSONBody[NewKey]) -> MadeKey:
    """Make a key."""
    accounts, by, at = desk_of(asker)
    key, token = accounts.keys.add(by, data, at)
    return MadeKey(key, str(token))


@post("/keys/{key_id:str}/rotate", responses=REFUSES, sync_to_thread=True)
def rotate_key(asker: AskerHere, key_id: FromPath[str]) -> MadeKey:
    """Make a key with the same rights and term; the old one ends a week later at most."""
    accounts, by, at = desk_of(asker)
    with found("known key", key_id):
        key, token = accounts.keys.rotate(by, key_id, at)
    return MadeKey(key, str(token))


@delete(
    "/keys/{key_id:str}", status_code=HTTPStatus.NO_CONTENT, responses=REFUSES, sync_to_thread=True
)
def revoke_key(asker: AskerHere, key_id: FromPath[str]) -> None:
    """End a key, at once, with all streams that rest on it."""
    accounts, by, at = desk_of(asker)
    with found("known key", key_id):
        accounts.keys.revoke(by, key_id, at)
