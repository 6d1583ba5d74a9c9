"""Pages: what a feed tells of, or an ATT&CK bundle cites, each page fetched once and politely."""

import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Protocol, TypeVar
from urllib.parse import urljoin

import msgspec

from cure.errors import MalformedError, SourceError
from cure.formats.citations import Citation, citations
from cure.formats.page_links import pdf_links
from cure.interfaces import Input, Unreadable
from cure.model import Mention, mention, url
from cure.origins.bookmarks import Bookmarks
from cure.origins.delivering import Deliver, LaterError
from cure.origins.egress import MAX_REDIRECTS, Bounds, Fetched, fetch
from cure.origins.files import inputs
from cure.origins.page_cache import PageCache
from cure.origins.poll import LATER, bounded, retry_after_s
from cure.origins.tour import Tour
from cure.origins.visits import AGENT, Visits

T = TypeVar("T")
PAGE_BOUNDS = Bounds(size_bytes=32 << 20, seconds=60.0)
MAX_TRIES = 3
_MOVED = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
_HTML = re.compile(rb"<!doctype html|<html", re.IGNORECASE)


class Apart(Protocol):
    """Has a function read a document of strangers, where it can do no harm."""

    def __call__(
        self, function: Callable[[Input], Iterator[T]], form: type[T], source: Input
    ) -> Iterator[T]:
        """Yield what the function yields, which is of type `form`.

        Raises:
            MalformedError: If the document is broken, or takes too much.
        """
        ...


class _Visited(msgspec.Struct, frozen=True):
    """What became of a page, or of the feed itself.

    Attributes:
        at: When it was asked for last, in seconds since 1970.
        changed: When it was changed before that, as the feed says it.
        etag: Its ETag, or nothing.
        modified: Its Last-Modified, or nothing.
        tries: How often it could not be had; 0: it was delivered.
    """

    at: float
    changed: str = ""
    etag: str = ""
    modified: str = ""
    tries: int = 0


class _Page(msgspec.Struct, frozen=True):
    """A page that is to be visited, with what its citation says."""

    url: str
    as_of: datetime | None
    changed: str
    about: tuple[Mention, ...]


_decoder = msgspec.json.Decoder(_Visited)


class Pages:
    """An origin that fetches the pages that a feed names."""

    def __init__(  # noqa: PLR0913 - each is one thing of its own
        self,
        bookmarks: Bookmarks,
        *,
        tour: Tour,
        cache: PageCache,
        visits: Visits,
        apart: Apart,
        bounds: Bounds = Bounds(),  # noqa: B008 - a constant
    ) -> None:
        """Fetch pages.

        Args:
            bookmarks: What became of them.
            tour: Which.
            cache: Where they are kept.
            visits: The visits to sites, of all sources.
            apart: Reads what was fetched.
            bounds: What fetching the feed may cost.
        """
        self._bookmarks = bookmarks
        self._visited = bookmarks.read(_decoder)
        self._tour = tour
        self._cache = cache
        self._visits = visits
        self._apart = apart
        self._bounds = bounds
        self._left: deque[_Page] = deque()

    def look(self, deliver: Deliver) -> float:
        """Ask for news, if it is time; or fetch the next page, if its host may be asked."""
        if not self._left:
            last = self._visited.get(self._tour.url)
            now = time.time()
            if last is not None and now - self._tour.every_s < last.at <= now:
                return last.at + self._tour.every_s - now
            self._begin(deliver)
            return 0.0
        page = self._left[0]
        is_kept = self._is_kept(page)
        wait_s = 0.0 if is_kept else self._visits.wait_s(page.url, self._tour.pause_s)
        if not wait_s:
            self._visit(page, deliver, is_kept=is_kept)
            self._left.popleft()
        return wait_s

    def _is_kept(self, page: _Page) -> bool:
        """Tell whether a page was fetched, but nobody remembers that it was delivered."""
        return page.url not in self._visited and self._cache.path(page.url).exists()

    def _begin(self, deliver: Deliver) -> None:
        """Find out which pages are new."""
        self._cache.forget(self._tour.keep_s)
        told = self._ask()
        found: dict[str, _Page] = {}
        for data in inputs(self._cache.path(self._tour.url), datetime.now(UTC)):
            try:
                for one in self._apart(citations, Citation, replace(data, name=self._tour.url)):
                    if one.why:
                        _deliver_unread(self._tour.url, one.raw, one.why, deliver)
                    for place in one.pages:
                        page = _Page(place, one.as_of, one.changed, one.about)
                        found.setdefault(place, page)
            except MalformedError as error:
                raise SourceError(f"{self._tour.url}: {error}") from error
        new = [page for page in found.values() if self._is_new(page)]
        self._left = deque(new[: self._tour.most])
        self._remember(self._tour.url, told)

    def _ask(self) -> _Visited:
        """Fetch the feed, if it has changed."""
        place, file = self._tour.url, self._cache.path(self._tour.url)
        last = self._visited.get(place) if file.exists() else None
        draft = self._cache.draft()
        answer = fetch(place, {"User-Agent": AGENT, **_conditions(last)}, draft, self._bounds)
        if answer.status in LATER:
            raise LaterError(f"{place} answered {answer.status}", retry_after_s(answer.headers))
        if answer.status == HTTPStatus.OK:
            self._cache.keep(place, draft)
            return _visited(answer)
        if last is None or answer.status != HTTPStatus.NOT_MODIFIED:
            raise SourceError(f"{place} answered {answer.status}")
        os.utime(file)
        return msgspec.structs.replace(last, at=time.time())

    def _is_new(self, page: _Page) -> bool:
        if page.url == self._tour.url or not self._tour.includes(page.url):
            return False
        last = self._visited.get(page.url)
        return last is None or 0 < last.tries < MAX_TRIES or last.changed != page.changed

    def _visit(self, page: _Page, deliver: Deliver, *, is_kept: bool) -> None:
        """Fetch a page, unless it is kept, and deliver it; or deliver why it cannot be had."""
        last = self._visited.get(page.url)
        told = _Visited(time.time())
        try:
            is_new = True
            if not is_kept:
                answer = self._fetch(page, last)
                told = _visited(answer, last)
                is_new = answer.status == HTTPStatus.OK
            if is_new:
                self._deliver(page, deliver)
        except (SourceError, MalformedError) as error:
            _deliver_unread(page.url, b"", str(error), deliver)
            told = _Visited(told.at, tries=1 + (last.tries if last else 0))
        self._remember(page.url, msgspec.structs.replace(told, changed=page.changed))

    def _fetch(self, page: _Page, last: _Visited | None) -> Fetched:
        """Fetch a page into the cache, wherever on the tour it redirects to.

        Raises:
            SourceError: If it cannot be had.
        """
        place = page.url
        draft = self._cache.draft()
        headers = _conditions(last if self._cache.path(page.url).exists() else None)
        for _ in range(MAX_REDIRECTS + 1):
            if not self._tour.includes(place):
                raise SourceError(f"redirects to {place}, whose host is not among the hosts")
            answer = self._visits.get(place, headers, draft, self._tour.pause_s)
            location = answer.headers.get("Location")
            if location is None or answer.status not in _MOVED:
                break
            where = urljoin(place, location)
            if place.startswith("https:") and not where.startswith("https:"):
                raise SourceError(f"redirects from https to {where}")
            place = where
        else:
            raise SourceError(f"redirects more than {MAX_REDIRECTS} times")
        if answer.status == HTTPStatus.OK:
            self._cache.keep(page.url, draft)
        elif answer.status != HTTPStatus.NOT_MODIFIED:
            raise SourceError(f"{place} answered {answer.status}")
        return answer

    def _deliver(self, page: _Page, deliver: Deliver) -> None:
        """Deliver a page.

        Raises:
            MalformedError: If its URL is none.
        """
        about = (*page.about, mention(url(page.url), "reference"))
        is_html = False
        for data in self._kept(page):
            is_html = is_html or bool(_HTML.search(data.head))
            deliver(replace(data, as_of=page.as_of or data.as_of, about=about))
        if is_html:
            self._add_linked(page)

    def _kept(self, page: _Page) -> Iterator[Input]:
        file = self._cache.path(page.url)
        for data in inputs(file, datetime.now(UTC)):
            name = page.url + data.name.removeprefix(str(file))
            yield replace(data, name=name, lines=bounded(data.lines), blocks=bounded(data.blocks))

    def _add_linked(self, page: _Page) -> None:
        """Visit the PDF documents that a page links to, too."""
        known = {one.url for one in self._left}
        for data in self._kept(page):
            with suppress(MalformedError):  # whoever read the page has said so
                for place in self._apart(pdf_links, str, data):
                    linked = msgspec.structs.replace(page, url=place, changed="")
                    if place not in known and self._is_new(linked):
                        self._left.append(linked)

    def _remember(self, place: str, told: _Visited) -> None:
        self._visited[place] = told
        self._bookmarks.write(place, told)


def _conditions(last: _Visited | None) -> dict[str, str]:
    """Return the headers with which only what has changed is sent."""
    headers = {"Accept-Encoding": "gzip"}
    if last and last.etag:
        headers["If-None-Match"] = last.etag
    if last and last.modified:
        headers["If-Modified-Since"] = last.modified
    return headers


def _visited(answer: Fetched, last: _Visited | None = None) -> _Visited:
    """Return what to remember of an answer; one without a body may leave out what is known."""
    before = last or _Visited(0)
    etag = answer.headers.get("ETag") or before.etag
    modified = answer.headers.get("Last-Modified") or before.modified
    return _Visited(time.time(), etag=etag, modified=modified)


def _deliver_unread(name: str, raw: bytes, why: str, deliver: Deliver) -> None:
    unread = Unreadable(raw, why)
    now = datetime.now(UTC)
    deliver(Input(name=name, as_of=now, lines=iter((unread,)), blocks=(unread,), head=raw))
