"""Feeds of news: the items of RSS, Atom and JSON Feed.

Sources: https://www.rssboard.org/rss-specification, https://web.resource.org/rss/1.0/spec,
https://www.rfc-editor.org/rfc/rfc4287, https://www.jsonfeed.org/version/1.1/
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from html import escape
from typing import NamedTuple
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError, tostring

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cure.errors import MalformedError
from cure.formats.openioc import local_name
from cure.formats.stamps import optional_stamp

_JSON_FEED = b"://jsonfeed.org/version/1"
_XML_FEED = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(?:\w+:)?(?:rss|RDF|feed)[\s>]",
    re.DOTALL,
)
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_PDF = "application/pdf"


class News(NamedTuple):
    """What an item says.

    Attributes:
        page: URL of its page, or nothing.
        attached: URLs of the PDF documents that come with it.
        title: Its title.
        content: Its content, else its summary, in HTML.
        published: When it was published, UTC.
        changed: When it was changed last, UTC.
    """

    page: str
    attached: tuple[str, ...]
    title: str
    content: str
    published: datetime | None
    changed: datetime | None

    @property
    def html(self) -> str:
        """Title and content as a page in HTML."""
        return f"<html><h1>{escape(self.title)}</h1>{self.content}"


class Item(NamedTuple):
    """An item of a feed.

    Attributes:
        raw: Its bytes.
        read: Reads it; may raise what `cure.formats.lines.UNREADABLE` names.
    """

    raw: bytes
    read: Callable[[], News]


def is_feed(head: bytes) -> bool:
    r"""Tell whether a document that begins like this is a feed.

    >>> is_feed(b'<?xml version="1.0"?>\n<rss version="2.0">'), is_feed(b"<html>")
    (True, False)
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return bool(_XML_FEED.match(head)) or (start.startswith(b"{") and _JSON_FEED in start)


def items(document: bytes, place: str) -> Iterator[Item]:
    """Yield the items of a feed, in its order.

    Args:
        document: The feed.
        place: Where it was found: relative links begin there.

    Raises:
        MalformedError: If it is no feed; before the first item.
        msgspec.DecodeError: Likewise.
    """
    clean = document.removeprefix(b"\xef\xbb\xbf").strip()
    if clean.startswith(b"{"):
        for raw in _decode_feed(clean).items:
            yield Item(bytes(raw), partial(_of_json, bytes(raw), place))
        return
    try:
        root = fromstring(clean)
    except (ParseError, DefusedXmlException, LookupError) as error:  # an encoding nobody knows
        raise MalformedError("feed", clean[:80].decode("latin-1"), str(error)) from error
    base = urljoin(place, root.get(_BASE, ""))
    for one in root.iter():
        kind = local_name(one)
        if kind in {"item", "entry"}:
            read = _of_rss if kind == "item" else _of_atom
            yield Item(tostring(one), partial(read, one, base))


class _Attachment(msgspec.Struct):
    url: str
    mime_type: str = ""


class _JsonItem(msgspec.Struct):
    url: str = ""
    external_url: str = ""
    title: str = ""
    content_html: str = ""
    content_text: str = ""
    summary: str = ""
    date_published: str = ""
    date_modified: str = ""
    attachments: list[_Attachment] = []


class _JsonFeed(msgspec.Struct):
    version: str
    items: list[msgspec.Raw]


_decode_feed = msgspec.json.Decoder(_JsonFeed).decode
_decode_item = msgspec.json.Decoder(_JsonItem).decode


def _of_json(raw: bytes, base: str) -> News:
    said = _decode_item(raw)
    page = said.url or said.external_url
    return News(
        urljoin(base, page) if page else "",
        tuple(urljoin(base, one.url) for one in said.attachments if one.mime_type == _PDF),
        said.title,
        said.content_html or escape(said.content_text or said.summary),
        optional_stamp(said.date_published),
        optional_stamp(said.date_modified),
    )


def _of_rss(item: Element, base: str) -> News:
    said = {local_name(child): (child.text or "").strip() for child in item}
    guid = item.find("guid")
    is_page = guid is not None and guid.get("isPermaLink", "true") == "true"
    page = said.get("link") or (said.get("guid", "") if is_page else "")
    attached = [one.get("url", "") for one in item.iter("enclosure") if one.get("type") == _PDF]
    return News(
        urljoin(base, page) if page else "",
        tuple(urljoin(base, one) for one in attached),
        said.get("title", ""),
        said.get("encoded") or said.get("description", ""),
        optional_stamp(said.get("pubDate") or said.get("date", "")),
        optional_stamp(said.get("modified") or said.get("updated", "")),
    )


def _of_atom(entry: Element, base: str) -> News:
    base = urljoin(base, entry.get(_BASE, ""))
    parts = {local_name(child): child for child in entry}
    links = [one for one in entry if local_name(one) == "link"]
    page = next(
        (one.get("href") for one in links if one.get("rel", "alternate") == "alternate"), ""
    )
    attached = [one.get("href", "") for one in links if one.get("type") == _PDF]
    texts = {name: (parts[name].text or "").strip() for name in parts}
    return News(
        urljoin(base, page) if page else "",
        tuple(urljoin(base, one) for one in attached if one),
        texts.get("title", ""),
        _markup(parts.get("content")) or _markup(parts.get("summary")),
        optional_stamp(texts.get("published", "")),
        optional_stamp(texts.get("updated", "")),
    )


def _markup(part: Element | None) -> str:
    """Return the content of a part of an entry, in HTML."""
    if part is None:
        return ""
    match part.get("type", "text"):
        case "text":
            return escape(part.text or "")
        case "xhtml":
            return "".join(tostring(one, encoding="unicode", method="html") for one in part)
        case _:
            return part.text or ""
