"""Poll a URL: fetched again only if it has changed, never more often than it was agreed."""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from cure.errors import SourceError
from cure.interfaces import Line, Unreadable
from cure.origins.bookmarks import Bookmarks
from cure.origins.delivering import Deliver, LaterError
from cure.origins.egress import Bounds, Fetched, fetch
from cure.origins.files import inputs

MAX_EXPANDED_BYTES = 2 << 30
"""What is packed may hold so much."""
_AGENT = "cure (security-information fusion; polls politely)"
_RETRY_AFTER_S = 600.0
LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""With these a server asks to be left alone for a while."""


class _Polled(msgspec.Struct, frozen=True):
    """The last answer.

    Attributes:
        at: When it came, in seconds since 1970.
        etag: Its ETag, or empty.
        modified: Its Last-Modified, or empty.
    """

    at: float
    etag: str = ""
    modified: str = ""


_decoder = msgspec.json.Decoder(_Polled)


class Poll:
    """An origin that fetches a URL."""

    def __init__(  # noqa: PLR0913 - each is one thing of its own
        self,
        bookmarks: Bookmarks,
        *,
        url: str,
        every_s: float,
        key: str = "",
        header: str = "",
        bounds: Bounds = Bounds(),  # noqa: B008 - a constant
    ) -> None:
        """Fetch a URL.

        Args:
            bookmarks: What the last answer said of itself.
            url: The URL; `{key}` in it stands for the key. Messages name it without.
            every_s: How often, in seconds; also after a restart.
            key: What proves who asks; empty: nothing does.
            header: The header that carries the key; empty: the URL does.
            bounds: What a fetch may cost.
        """
        self._bookmarks = bookmarks
        self._url = url
        self._every_s = every_s
        self._key = key
        self._header = header
        self._bounds = bounds

    def look(self, deliver: Deliver) -> float:
        """Fetch what has changed since the last look."""
        last = self._bookmarks.read(_decoder).get(self._url)
        now = time.time()
        if last is not None and now - self._every_s < last.at <= now:
            return last.at + self._every_s - now
        with TemporaryDirectory(prefix="cure-") as folder:
            file = Path(folder, _file_name(self._url))
            answer = self._fetch(last, file)
            if answer.status == HTTPStatus.OK:
                self._deliver(file, answer, deliver)
                last = None
        etag = answer.headers.get("ETag") or (last.etag if last else "")
        modified = answer.headers.get("Last-Modified") or (last.modified if last else "")
        self._bookmarks.write(self._url, _Polled(now, etag, modified))
        return self._every_s

    def _fetch(self, last: _Polled | None, file: Path) -> Fetched:
        headers = {"User-Agent": _AGENT, "Accept-Encoding": "gzip"}
        if self._header:
            headers[self._header] = self._key
        if last and last.etag:
            headers["If-None-Match"] = last.etag
        if last and last.modified:
            headers["If-Modified-Since"] = last.modified
        url = self._url.replace("{key}", quote(self._key, safe=""))
        try:
            answer = fetch(url, headers, file, self._bounds)
        except SourceError as error:
            raise SourceError(f"{self._url}: {self._without_key(str(error))}") from error
        if answer.status in LATER:
            told = f"{self._url} answered {answer.status}"
            raise LaterError(told, retry_after_s(answer.headers))
        if answer.status not in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            raise SourceError(f"{self._url} answered {answer.status}")
        return answer

    def _without_key(self, sentence: str) -> str:
        for spelling in (self._key, quote(self._key, safe="")) if self._key else ():
            sentence = sentence.replace(spelling, "{key}")
        return sentence

    def _deliver(self, file: Path, answer: Fetched, deliver: Deliver) -> None:
        written = _moment(answer.headers.get("Last-Modified"))
        if written is not None:
            os.utime(file, (written.timestamp(), written.timestamp()))
        for data in inputs(file, datetime.now(UTC)):
            name = self._url + data.name.removeprefix(str(file).removesuffix(".gz"))
            deliver(
                replace(
                    data,
                    name=name,
                    lines=bounded(data.lines),
                    blocks=bounded(data.blocks),
                )
            )


def _file_name(url: str) -> str:
    """Return the last part of a URL's path: some formats are told by the name of the file."""
    return urlsplit(url).path.rpartition("/")[2] or "index"


def bounded(parts: Iterable[Line]) -> Iterator[Line]:
    """Break off what expands without end."""
    size = 0
    for part in parts:
        if isinstance(part, bytes):
            size += len(part) + 1
            if size > MAX_EXPANDED_BYTES:
                yield Unreadable(part[:80], f"more than {MAX_EXPANDED_BYTES} bytes once unpacked")
                return
        yield part


def _moment(text: str | None) -> datetime | None:
    """Read the time of a header; nonsense is as good as none."""
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None


def retry_after_s(headers: httpx.Headers) -> float:
    """Return for how long a server wants to be left alone."""
    text = headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    moment = _moment(text)
    return max(0.0, moment.timestamp() - time.time()) if moment else _RETRY_AFTER_S
