"""Posts of X: of both versions of its API, and summaries of posts by machine.

Sources: https://docs.x.com/x-api/fundamentals/data-dictionary,
https://developer.x.com/en/docs/twitter-api/v1/data-dictionary/object-model/tweet,
https://github.com/0xDanielLopez/TweetFeed
"""

import html
import re

import msgspec

from cure.formats.posts import Post
from cure.formats.stamps import stamp


class _Link(msgspec.Struct):
    url: str
    expanded_url: str | None = None


class _Hashtag(msgspec.Struct):
    tag: str = ""
    text: str = ""  # so the first version


class _Entities(msgspec.Struct):
    urls: list[_Link] = []
    hashtags: list[_Hashtag] = []


class _Note(msgspec.Struct):
    """The whole of a long post."""

    text: str
    entities: _Entities | None = None


class _Tweet(msgspec.Struct):
    id: str
    text: str
    created_at: str = ""
    author_id: str = ""
    entities: _Entities | None = None
    note_tweet: _Note | None = None


class _User(msgspec.Struct):
    screen_name: str = ""


class _Extended(msgspec.Struct):
    full_text: str
    entities: _Entities | None = None


class _OldTweet(msgspec.Struct):
    id_str: str
    created_at: str
    user: _User
    text: str = ""
    full_text: str = ""
    entities: _Entities | None = None
    extended_tweet: _Extended | None = None
    retweeted_status: "_OldTweet | None" = None


class _Summary(msgspec.Struct):
    summary: str
    tweet_id: str
    date: str
    iocs: list[tuple[str, str]]
    family: str | None = None
    suggested_tags: list[str] = []


_decode_tweet = msgspec.json.Decoder(_Tweet).decode
_decode_old = msgspec.json.Decoder(_OldTweet).decode
_decode_summary = msgspec.json.Decoder(_Summary).decode


def tweet(raw: bytes, users: dict[str, str]) -> Post:
    """Read a post of the API's version 2; it is told elsewhere what its author is called.

    Raises:
        MalformedError: If its time is none.
        msgspec.DecodeError: If it has another form; so the others.
    """
    said = _decode_tweet(raw)
    note = said.note_tweet
    author = users.get(said.author_id, "")
    entities = (note and note.entities) or said.entities
    return _post(note.text if note else said.text, entities, said.created_at, author, said.id)


def old_tweet(raw: bytes, _: dict[str, str]) -> Post:
    """Read a post of the API's first version, in its usual or extended form.

    If it passes another on, that other is read.
    """
    said = _decode_old(raw)
    said = said.retweeted_status or said
    long = said.extended_tweet
    text = long.full_text if long else said.full_text or said.text
    entities = (long and long.entities) or said.entities
    return _post(text, entities, said.created_at, said.user.screen_name, said.id_str)


def summary(raw: bytes, _: dict[str, str]) -> Post:
    """Read what a machine says of a post."""
    said = _decode_summary(raw)
    return Post(
        said.summary,
        stamp(said.date),
        "",
        f"https://x.com/i/status/{said.tweet_id}",
        tuple(filter(None, (said.family, *said.suggested_tags))),
        tuple(value for _, value in said.iocs),
    )


_SHORTENED = re.compile(r"https?://t\.co/\w+", re.ASCII)


def _post(text: str, entities: _Entities | None, posted: str, author: str, number: str) -> Post:
    entities = entities or _Entities()
    text = html.unescape(text)
    for link in entities.urls:
        text = text.replace(link.url, link.expanded_url or "")
    return Post(
        _SHORTENED.sub("", text),  # it says nothing of where it leads
        stamp(posted) if posted else None,
        author,
        f"https://x.com/{author or 'i'}/status/{number}",
        tuple(one.tag or one.text for one in entities.hashtags),
    )
