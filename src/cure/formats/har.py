"""HTTP archives (HAR): the requests of a browser, and which led to which.

A request follows the last one that redirected to it, else the page in its Referer; where that
names a site only, the site's last page. Not their times but their order in the archive counts:
some have been stripped of times.
Source: http://www.softwareishard.com/blog/har-12-spec/
"""

import re
from datetime import datetime

import ada_url
import msgspec

from cure.formats.block_list import without_fragment
from cure.formats.lines import UNREADABLE, reason
from cure.formats.moments import in_utc
from cure.formats.visits import Visit, web_address
from cure.model import Observable

_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*\"log\"\s*:")
_BOM = b"\xef\xbb\xbf"


class _Header(msgspec.Struct, frozen=True, gc=False):
    name: str
    value: str = ""


class _Request(msgspec.Struct, frozen=True):
    url: str
    headers: tuple[_Header, ...] = ()


class _Content(msgspec.Struct, frozen=True, gc=False):
    media_type: str | None = msgspec.field(name="mimeType", default=None)


class _Response(msgspec.Struct, frozen=True):
    redirect_url: str | None = msgspec.field(name="redirectURL", default=None)
    content: _Content = _Content()


class _Entry(msgspec.Struct, frozen=True):
    request: _Request
    response: _Response = _Response()
    started: datetime | None = msgspec.field(name="startedDateTime", default=None)
    server: str | None = msgspec.field(name="serverIPAddress", default=None)


class _Log(msgspec.Struct, frozen=True):
    entries: list[msgspec.Raw]


class _Archive(msgspec.Struct, frozen=True):
    log: _Log


_decode_archive = msgspec.json.Decoder(_Archive).decode
_decode_entry = msgspec.json.Decoder(_Entry).decode


def is_har(head: bytes) -> bool:
    """Tell whether a file begins as an archive does."""
    return _OPENING.match(head) is not None


def requests(document: bytes) -> list[Visit]:
    """Return the requests of an archive, in its order.

    Raises:
        msgspec.MsgspecError: If it is no archive.
    """
    archive = _decode_archive(document.removeprefix(_BOM))
    trail = _Trail()
    visits: list[Visit] = []
    for place, raw in enumerate(archive.log.entries):
        try:
            visits.append(trail.follow(place, bytes(raw)))
        except UNREADABLE as error:
            visits.append(Visit(bytes(raw), why=reason(error)))
    return visits


class _Trail:
    """What was requested so far: by which request, counted from 0."""

    def __init__(self) -> None:
        self._redirected: dict[str, int] = {}
        self._requested: dict[str, int] = {}
        self._pages: dict[str, int] = {}

    def follow(self, place: int, raw: bytes) -> Visit:
        """Read the next request, and find the one that led to it."""
        entry = _decode_entry(raw)
        address = web_address(entry.request.url)
        if address is None:
            return Visit(raw)
        key = without_fragment(address.value)
        redirecting = self._redirected.pop(key, None)
        referrer = _referrer(entry.request)
        linking = self._linking(referrer) if referrer else None
        self._requested[key] = place
        if (entry.response.content.media_type or "").startswith("text/html"):
            self._pages[_origin(key)] = place
        if target := _redirect(key, entry.response.redirect_url):
            self._redirected[target] = place
        return Visit(
            raw,
            address,
            entry.started and in_utc(entry.started),
            linking if redirecting is None else redirecting,
            referrer if redirecting is None and linking is None else None,
            redirecting is not None,
            entry.server or "",
        )

    def _linking(self, referrer: Observable) -> int | None:
        key = without_fragment(referrer.value)
        exact = self._requested.get(key)
        is_origin = key == _origin(key)  # all that a Referer tells other sites by default
        return self._pages.get(key) if exact is None and is_origin else exact


def _referrer(request: _Request) -> Observable | None:
    named = (header.value for header in request.headers if header.name.lower() == "referer")
    return web_address(next(named, ""))


def _redirect(base: str, target: str | None) -> str | None:
    if not target:
        return None
    try:
        found = web_address(ada_url.join_url(base, target))
    except ValueError:  # the browser could not follow it either
        return None
    return without_fragment(found.value) if found else None


def _origin(key: str) -> str:
    return "/".join(key.split("/", 3)[:3]) + "/"
