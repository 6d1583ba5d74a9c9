"""Documents with posts in JSON: how they are wrapped, and which form each of them has."""

from collections.abc import Callable, Iterator

import msgspec

from cure.errors import MalformedError
from cure.formats import bluesky, mastodon, x_posts
from cure.formats.plain import BOM
from cure.formats.posts import Post

_FORMS: tuple[tuple[set[str], Callable[[bytes, dict[str, str]], Post | None]], ...] = (
    ({"content", "created_at", "account"}, mastodon.status),
    ({"uri", "author", "record"}, bluesky.view),
    ({"uri", "value"}, bluesky.kept),
    ({"did", "commit"}, bluesky.event),
    ({"did", "kind"}, bluesky.other_event),
    ({"post"}, bluesky.in_feed),
    ({"summary", "tweet_id", "iocs"}, x_posts.summary),
    ({"id_str", "user"}, x_posts.old_tweet),
    ({"id", "text"}, x_posts.tweet),
)
"""What members a post has in each form, and what reads it."""
_WRAPPINGS = ("statuses", "data", "feed", "posts", "records", "tweets", "descendants")


class _User(msgspec.Struct):
    id: str
    username: str


class _Included(msgspec.Struct):
    users: list[_User] = []


_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_included = msgspec.json.Decoder(_Included).decode


def posts(document: bytes) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Yield the posts in a document, each still in JSON.

    Yields:
        A post, and the names of authors by number: X tells them apart. An answer without posts
        yields nothing.

    Raises:
        msgspec.DecodeError: If it is not JSON.
    """
    clean = document.removeprefix(BOM).strip()
    if clean.startswith(b"["):
        yield from ((one, {}) for one in _each(clean))
        return
    members = _members(clean)
    users = _included(members.get("includes", b"{}")).users
    names = {user.id: user.username for user in users}
    thread = bytes(members.get("thread", b""))
    if thread.startswith(b"{"):
        yield from _thread(thread)
        return
    wrapped = [bytes(members[name]) for name in _WRAPPINGS if name in members]
    inner = next((raw for raw in wrapped if raw.startswith((b"[", b"{"))), b"")
    if inner.startswith(b"["):
        yield from ((one, names) for one in _each(inner))
    else:
        yield inner or clean, names


def _thread(raw: bytes) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Yield a post of Bluesky and, after it, its replies and theirs."""
    todo = [raw]
    while todo:
        one = todo.pop(0)
        yield one, {}
        replies = _members(one).get("replies", b"")
        todo += _each(bytes(replies)) if bytes(replies).startswith(b"[") else []


def _each(raw: bytes) -> list[bytes]:
    return [bytes(one) for one in _list(raw)]


def post(raw: bytes, users: dict[str, str]) -> Post | None:
    """Read a post; its members tell whose form it has.

    Returns:
        None if it says nothing of a post.

    Raises:
        MalformedError: If it is of no form that we know, or a time of its is none.
        msgspec.DecodeError: If it is not JSON, or a member is of another kind.
    """
    members = _members(raw).keys()
    for marks, read in _FORMS:
        if marks <= members:
            return read(raw, users)
    raise MalformedError("post", ", ".join(members)[:200], "no form of post that we know")
