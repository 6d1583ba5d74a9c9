"""Posts of social media in JSON: Mastodon, Bluesky, X, and summaries of posts by machine.

Sources: https://docs.joinmastodon.org/entities/Status/,
https://docs.bsky.app/docs/api/app-bsky-feed-get-posts,
https://docs.x.com/x-api/posts/search/quickstart, https://github.com/0xDanielLopez/TweetFeed
"""

import html
import re
from collections.abc import Callable
from datetime import datetime

import msgspec

from cure.errors import MalformedError
from cure.formats.stamps import stamp


class Post(msgspec.Struct, frozen=True):
    """A post.

    Attributes:
        text: What it says, without markup, links written out.
        posted_at: When.
        author: By whom.
        page: Its URL, or nothing.
        tags: Its hashtags, and with what else it was tagged.
        values: The values that a summary of it names by themselves.
    """

    text: str
    posted_at: datetime | None = None
    author: str = ""
    page: str = ""
    tags: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


_WRAPPINGS = ("statuses", "data", "feed", "posts", "tweets")


def elements(document: bytes) -> tuple[list[bytes], dict[str, str]]:
    """Take a list of posts, or the answer of an API, apart.

    Returns:
        The posts in JSON, and the names of their authors by number: X tells them apart.

    Raises:
        msgspec.DecodeError: If it is not JSON.
    """
    if document.lstrip()[:1] == b"[":
        return _each(document), {}
    members = msgspec.json.decode(document, type=dict[str, msgspec.Raw])
    users = msgspec.json.decode(members.get("includes", b"{}"), type=_Included).users
    for name in _WRAPPINGS:
        raw = bytes(members.get(name, b""))
        if raw.startswith(b"["):
            return _each(raw), {user.id: user.username for user in users}
    return [document], {}


def _each(raw: bytes) -> list[bytes]:
    return [bytes(one) for one in msgspec.json.decode(raw, type=list[msgspec.Raw])]


def post(raw: bytes, users: dict[str, str]) -> Post:
    """Read a post; its members tell whose form it has.

    Raises:
        MalformedError: If it is of no form that we know, or a time of its is none.
        msgspec.DecodeError: If it is not JSON, or a member is of another kind.
    """
    members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).keys()
    for marks, read in _FORMS:
        if marks <= members:
            return read(raw, users)
    raise MalformedError("post", ", ".join(members)[:200], "no form of post that we know")


def page_of_post(text: str) -> str:
    """Write the URL of a post as X does since it is no longer called Twitter.

    >>> page_of_post("https://twitter.com/someone/status/1")
    'https://x.com/someone/status/1'
    """
    return _TWITTER.sub("https://x.com/", text)


_TWITTER = re.compile(r"https?://(?:www\.|mobile\.)?twitter\.com/", re.IGNORECASE)


class _Named(msgspec.Struct):
    name: str = ""
    acct: str = ""
    handle: str = ""


class _Status(msgspec.Struct):
    content: str
    created_at: str
    account: _Named
    url: str | None = None
    uri: str = ""
    tags: list[_Named] = []


def _mastodon(raw: bytes, _: dict[str, str]) -> Post:
    said = msgspec.json.decode(raw, type=_Status)
    return Post(
        _without_markup(said.content),
        stamp(said.created_at),
        said.account.acct,
        said.url or said.uri,
        tuple(tag.name for tag in said.tags),
    )


_BREAK = re.compile(r"<br\s*/?>|</p>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{0,2000}>")


def _without_markup(content: str) -> str:
    """Return the text of HTML; links are parted by markup there, so nothing takes its place."""
    return html.unescape(_MARKUP.sub("", _BREAK.sub("\n", content)))


class _Link(msgspec.Struct):
    uri: str = ""
    tag: str = ""


class _Facet(msgspec.Struct):
    features: list[_Link] = []


class _Skeet(msgspec.Struct, rename="camel"):
    text: str
    created_at: str
    tags: list[str] = []
    facets: list[_Facet] = []


class _View(msgspec.Struct):
    uri: str
    author: _Named
    record: _Skeet


class _InFeed(msgspec.Struct):
    post: _View


_AT_URI = re.compile(r"at://(?P<user>[^/]+)/app\.bsky\.feed\.post/(?P<post>[^/]+)")


def _bluesky(raw: bytes, _: dict[str, str]) -> Post:
    said = msgspec.json.decode(raw, type=_View)
    features = [one for facet in said.record.facets for one in facet.features]
    links = [one.uri for one in features if one.uri and one.uri not in said.record.text]
    found = _AT_URI.fullmatch(said.uri)
    return Post(
        "\n".join((said.record.text, *links)),  # the text has them shortened
        stamp(said.record.created_at),
        said.author.handle,
        f"https://bsky.app/profile/{found['user']}/post/{found['post']}" if found else "",
        (*said.record.tags, *(one.tag for one in features if one.tag)),
    )


def _bluesky_feed(raw: bytes, users: dict[str, str]) -> Post:
    return _bluesky(msgspec.json.encode(msgspec.json.decode(raw, type=_InFeed).post), users)


class _User(msgspec.Struct):
    id: str
    username: str


class _Included(msgspec.Struct):
    users: list[_User] = []


class _Short(msgspec.Struct):
    url: str
    expanded_url: str = ""


class _Hashtag(msgspec.Struct):
    tag: str


class _Entities(msgspec.Struct):
    urls: list[_Short] = []
    hashtags: list[_Hashtag] = []


class _Tweet(msgspec.Struct):
    id: str
    text: str
    created_at: str = ""
    author_id: str = ""
    entities: _Entities = msgspec.field(default_factory=_Entities)


_SHORTENED = re.compile(r"https?://t\.co/\w+", re.ASCII)


def _x(raw: bytes, users: dict[str, str]) -> Post:
    said = msgspec.json.decode(raw, type=_Tweet)
    text = html.unescape(said.text)
    for link in said.entities.urls:
        text = text.replace(link.url, link.expanded_url)
    text = _SHORTENED.sub("", text)  # it says nothing of where it leads
    author = users.get(said.author_id, "")
    return Post(
        text,
        stamp(said.created_at) if said.created_at else None,
        author,
        f"https://x.com/{author or 'i'}/status/{said.id}",
        tuple(one.tag for one in said.entities.hashtags),
    )


class _Summary(msgspec.Struct):
    summary: str
    tweet_id: str
    date: str
    iocs: list[tuple[str, str]]
    family: str | None = None
    suggested_tags: list[str] = []


def _summary(raw: bytes, _: dict[str, str]) -> Post:
    said = msgspec.json.decode(raw, type=_Summary)
    return Post(
        said.summary,
        stamp(said.date),
        "",
        f"https://x.com/i/status/{said.tweet_id}",
        tuple(filter(None, (said.family, *said.suggested_tags))),
        tuple(value for _, value in said.iocs),
    )


_FORMS: tuple[tuple[set[str], Callable[[bytes, dict[str, str]], Post]], ...] = (
    ({"content", "created_at", "account"}, _mastodon),
    ({"uri", "author", "record"}, _bluesky),
    ({"post"}, _bluesky_feed),
    ({"summary", "tweet_id", "iocs"}, _summary),
    ({"id", "text"}, _x),
)
