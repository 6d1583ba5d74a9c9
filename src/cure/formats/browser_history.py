"""Histories of browsers: of Chrome and its kin, of Firefox (`places.sqlite`), and of Safari.

Sources: https://chromium.googlesource.com/chromium/src/+/main/components/history/core/browser/
and https://searchfox.org/mozilla-central/source/toolkit/components/places/nsPlacesTables.h;
of Safari there is none, https://github.com/log2timeline/plaso has what others found out.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cure.errors import MalformedError
from cure.formats.sqlite_file import rows, tables
from cure.formats.visits import Visit, web_address

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOWS = datetime(1601, 1, 1, tzinfo=UTC)
_APPLE = datetime(2001, 1, 1, tzinfo=UTC)
_CHROME_REDIRECT = 0xC0000000  # PAGE_TRANSITION_CLIENT_REDIRECT | _SERVER_REDIRECT
_FIREFOX_REDIRECTS = frozenset({5, 6})  # TRANSITION_REDIRECT_PERMANENT and _TEMPORARY


class _Browser(NamedTuple):
    """How a browser names its tables and columns, and since when it counts which time."""

    pages: str
    visits: str
    page: str
    moment: str
    kind: str
    since: datetime
    is_redirect: Callable[[int], bool]
    before: str = "from_visit"
    tick: timedelta = timedelta(microseconds=1)


_BROWSERS = (
    _Browser(
        "urls",
        "visits",
        "url",
        "visit_time",
        "transition",
        _WINDOWS,
        lambda kind: bool(kind & _CHROME_REDIRECT),
    ),
    _Browser(
        "moz_places",
        "moz_historyvisits",
        "place_id",
        "visit_date",
        "visit_type",
        _UNIX,
        _FIREFOX_REDIRECTS.__contains__,
    ),
    _Browser(
        "history_items",
        "history_visits",
        "history_item",
        "visit_time",
        "redirect_source",
        _APPLE,
        bool,
        before="redirect_source",
        tick=timedelta(seconds=1),
    ),
)


def history(data: bytes) -> list[Visit]:
    """Return the visits of a browser's history, in the order in which they were kept.

    Raises:
        MalformedError: If it is no such database, or is damaged.
    """
    present = tables(data)
    browser = next((one for one in _BROWSERS if {one.pages, one.visits} <= present.keys()), None)
    if browser is None:
        raise MalformedError("browser history", ", ".join(present)[:200], "other tables")
    urls = {row["id"]: row["url"] for row in rows(data, browser.pages, ("id", "url"))}
    columns = ("id", browser.page, browser.moment, browser.before, browser.kind)
    places: dict[object, int] = {}
    visits: list[Visit] = []
    for row in rows(data, browser.visits, tuple(dict.fromkeys(columns))):
        text, kind = urls.get(row[browser.page]), row[browser.kind]
        visits.append(
            Visit(
                f"{row['id']} {text}".encode(),
                web_address(text) if isinstance(text, str) else None,
                _moment(row[browser.moment], browser),
                places.get(row[browser.before]),
                is_redirected=isinstance(kind, int) and browser.is_redirect(kind),
            )
        )
        places[row["id"]] = len(visits) - 1
    return visits


def _moment(ticks: object, browser: _Browser) -> datetime | None:
    """Return a time, or None where the browser knew none."""
    if not isinstance(ticks, int | float) or ticks <= 0:
        return None
    try:
        return browser.since + ticks * browser.tick
    except (OverflowError, ValueError):  # too late, or no number at all
        return None
