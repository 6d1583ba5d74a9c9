"""Posts of Bluesky: as its API shows them, as its stream sends them, and as a repository has them.

Sources: https://docs.bsky.app/docs/api/app-bsky-feed-get-posts,
https://docs.bsky.app/docs/advanced-guides/firehose,
https://docs.bsky.app/docs/api/com-atproto-repo-list-records
"""

import re

import msgspec

from cure.formats.posts import Post
from cure.formats.stamps import stamp


class _Feature(msgspec.Struct):
    uri: str = ""
    tag: str = ""


class _Facet(msgspec.Struct):
    features: list[_Feature] = []


class _Embed(msgspec.Struct):
    external: _Feature | None = None


class _Record(msgspec.Struct, rename="camel"):
    text: str
    created_at: str
    tags: list[str] = []
    facets: list[_Facet] = []
    embed: _Embed | None = None


class _Author(msgspec.Struct):
    handle: str = ""


class _View(msgspec.Struct):
    uri: str
    author: _Author
    record: _Record


class _InFeed(msgspec.Struct):
    post: _View


class _Kept(msgspec.Struct):
    uri: str
    value: _Record


class _Commit(msgspec.Struct):
    collection: str = ""
    rkey: str = ""
    record: msgspec.Raw = msgspec.Raw(b"")


class _Event(msgspec.Struct):
    did: str
    commit: _Commit


_decode_view = msgspec.json.Decoder(_View).decode
_decode_in_feed = msgspec.json.Decoder(_InFeed).decode
_decode_kept = msgspec.json.Decoder(_Kept).decode
_decode_event = msgspec.json.Decoder(_Event).decode
_decode_record = msgspec.json.Decoder(_Record).decode
_AT_URI = re.compile(r"at://(?P<user>[^/]+)/app\.bsky\.feed\.post/(?P<post>[^/]+)")


def view(raw: bytes, _: dict[str, str]) -> Post:
    """Read a post as a list of posts has it.

    Raises:
        MalformedError: If its time is none.
        msgspec.DecodeError: If it has another form; so the others.
    """
    said = _decode_view(raw)
    return _post(said.uri, said.author.handle, said.record)


def in_feed(raw: bytes, _: dict[str, str]) -> Post:
    """Read a post as feeds and threads have it."""
    said = _decode_in_feed(raw).post
    return _post(said.uri, said.author.handle, said.record)


def kept(raw: bytes, _: dict[str, str]) -> Post:
    """Read a post as its author's repository has it."""
    said = _decode_kept(raw)
    return _post(said.uri, "", said.value)


def event(raw: bytes, _: dict[str, str]) -> Post | None:
    """Read an event of the stream; None if it is no new post."""
    said = _decode_event(raw)
    if said.commit.collection != "app.bsky.feed.post" or not bytes(said.commit.record):
        return None
    record = _decode_record(said.commit.record)
    return _post(f"at://{said.did}/app.bsky.feed.post/{said.commit.rkey}", "", record)


def other_event(_: bytes, __: dict[str, str]) -> None:
    """Read nothing in an event of the stream about an account."""


def _post(uri: str, author: str, record: _Record) -> Post:
    features = [one for facet in record.facets for one in facet.features]
    cards = [record.embed.external] if record.embed and record.embed.external else []
    links = dict.fromkeys(one.uri for one in (*features, *cards) if one.uri)
    found = _AT_URI.fullmatch(uri)
    return Post(
        "\n".join((record.text, *(link for link in links if link not in record.text))),
        stamp(record.created_at),
        author,
        f"https://bsky.app/profile/{found['user']}/post/{found['post']}" if found else "",
        (*record.tags, *(one.tag for one in features if one.tag)),
    )
