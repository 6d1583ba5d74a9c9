"""Visits to sites: only where robots.txt lets us, one after the other, with a pause between."""

import threading
import time
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin, urlsplit

from cure.errors import SourceError
from cure.origins.egress import Bounds, Fetched, fetch
from cure.origins.poll import LATER, retry_after_s
from cure.origins.robots import NOTHING, Robots, robots_for

NAME = "cure"
AGENT = f"{NAME} (security-information fusion; heeds robots.txt)"
_ROBOTS_BYTES = 512 << 10
_ROBOTS_S = 30.0
_ROBOTS_AGE_S = 86_400.0  # RFC 9309 §2.4
_NOT_REACHED_AGE_S = 3600.0
_LONGEST_DELAY_S = 3600.0


@dataclass
class _Site:
    """What is known of a site.

    Attributes:
        robots: What it lets us do.
        until: Until when that holds, on the clock that only goes forward.
        free_at: When it may be asked again, on the same clock.
    """

    robots: Robots
    until: float
    free_at: float


class Visits:
    """Keeps to what sites ask for. Any thread may use it; those of all sources share one."""

    def __init__(self, bounds: Bounds) -> None:
        """Visit within these bounds."""
        self._bounds = bounds
        self._sites: dict[str, _Site] = {}
        self._asking = threading.Lock()

    def wait_s(self, url: str, pause_s: float) -> float:
        """Return after how many seconds a URL may be fetched; 0: now. Asks for robots.txt first."""
        with self._asking:
            now = time.monotonic()
            site = self._sites.get(_place(url))
            if site is None or site.until <= now:
                site = self._sites[_place(url)] = self._asked(url, pause_s)
            return max(0.0, site.free_at - time.monotonic())

    def get(self, url: str, headers: dict[str, str], into: Path, pause_s: float) -> Fetched:
        """Fetch a URL; a redirect is an answer, too: where it leads is another visit.

        Raises:
            SourceError: If robots.txt forbids it, or as of `fetch`.
        """
        self.wait_s(url, pause_s)
        site, parts = self._sites[_place(url)], urlsplit(url)
        if not site.robots.allows(f"{parts.path}?{parts.query}" if parts.query else parts.path):
            raise SourceError(f"robots.txt of {parts.netloc} forbids it")
        delay_s = max(pause_s, min(site.robots.delay_s, _LONGEST_DELAY_S))
        site.free_at = time.monotonic() + delay_s
        bounds = replace(self._bounds, redirects=0)
        try:
            answer = fetch(url, {"User-Agent": AGENT, **headers}, into, bounds)
        finally:
            site.free_at = time.monotonic() + delay_s
        if answer.status in LATER:
            site.free_at += retry_after_s(answer.headers)
        return answer

    def _asked(self, url: str, pause_s: float) -> _Site:
        bounds = replace(self._bounds, size_bytes=_ROBOTS_BYTES, seconds=_ROBOTS_S)
        age_s = _ROBOTS_AGE_S
        with TemporaryDirectory(prefix="cure-") as folder:
            file = Path(folder, "robots.txt")
            headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
            try:
                status = fetch(urljoin(url, "/robots.txt"), headers, file, bounds).status
            except SourceError:
                status = 0
            if status == HTTPStatus.OK:
                robots = robots_for(NAME, file.read_text("utf-8", "replace"))
            elif HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
                robots = Robots()  # there is none: RFC 9309 §2.3.1.3
            else:
                robots, age_s = NOTHING, _NOT_REACHED_AGE_S
        now = time.monotonic()
        return _Site(robots, now + age_s, now + max(pause_s, robots.delay_s))


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
