"""Histories of browsers: the `History` of Chrome and its kin, the `places.sqlite` of Firefox.

Sources: https://chromium.googlesource.com/chromium/src/+/main/components/history/core/browser/
and https://searchfox.org/mozilla-central/source/toolkit/components/places/nsPlacesTables.h
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cure.errors import MalformedError
from cure.formats.sqlite_file import rows, tables
from cure.formats.visits import Visit, web_address

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOWS = datetime(1601, 1, 1, tzinfo=UTC)
_CHROME_REDIRECT = 0xC0000000  # PAGE_TRANSITION_CLIENT_REDIRECT | _SERVER_REDIRECT
_FIREFOX_REDIRECTS = frozenset({5, 6})  # TRANSITION_REDIRECT_PERMANENT and _TEMPORARY


class _Browser(NamedTuple):
    """How a browser names its tables and columns, and since when it counts microseconds."""

    pages: str
    visits: str
    page: str
    moment: str
    kind: str
    since: datetime
    is_redirect: Callable[[int], bool]


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
    columns = ("id", browser.page, browser.moment, "from_visit", browser.kind)
    places: dict[object, int] = {}
    visits: list[Visit] = []
    for own_id, page, moment, before, kind in (
        row.values() for row in rows(data, browser.visits, columns)
    ):
        text = urls.get(page)
        address = web_address(text) if isinstance(text, str) else None
        visits.append(
            Visit(
                f"{own_id} {text}".encode(),
                address,
                _moment(moment, browser.since),
                places.get(before),
                is_redirected=isinstance(kind, int) and browser.is_redirect(kind),
            )
        )
        places[own_id] = len(visits) - 1
    return visits


def _moment(microseconds: object, since: datetime) -> datetime | None:
    """Return a time, or None where the browser knew none."""
    if not isinstance(microseconds, int) or microseconds <= 0:
        return None
    try:
        return since + timedelta(microseconds=microseconds)
    except OverflowError:
        return None
