"""Posts of Mastodon, as its API gives them.

Source: https://docs.joinmastodon.org/entities/Status/
"""

import html
import re

import msgspec

from cure.formats.posts import Post
from cure.formats.stamps import stamp


class _Named(msgspec.Struct):
    name: str = ""
    acct: str = ""


class _Status(msgspec.Struct):
    content: str
    created_at: str
    account: _Named
    url: str | None = None
    uri: str = ""
    spoiler_text: str | None = None
    tags: list[_Named] = []
    reblog: "_Status | None" = None


_decode = msgspec.json.Decoder(_Status).decode


def status(raw: bytes, _: dict[str, str]) -> Post:
    """Read a post; if it passes another on, that other.

    Raises:
        MalformedError: If its time is none.
        msgspec.DecodeError: If it has another form.
    """
    said = _decode(raw)
    said = said.reblog or said
    return Post(
        "\n".join(filter(None, (said.spoiler_text, _without_markup(said.content)))),
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
