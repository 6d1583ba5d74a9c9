"""Pages of a collection, and the resources of TAXII that are made of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

import msgspec

DEFAULT_OBJECTS = 500
MAX_OBJECTS = 1000
"""So many objects may be on a page; whoever asks for more is given so many."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Place: TypeAlias = tuple[int, int]
"""A place in a collection, as its contents count; it stays inside."""


class Entry(NamedTuple):
    """An object in a collection.

    Attributes:
        date_us: When it was added, in microseconds since 1970; it grows within a collection.
        id: Its identifier.
        version: Its version, as precise as whoever made it wrote it; empty: it has none.
        spec_version: The version of STIX that it is in.
        content: The object.
    """

    date_us: int
    id: str
    version: str
    spec_version: str
    content: dict[str, Any] | msgspec.Raw


class Page(NamedTuple):
    """Some objects of a collection.

    Attributes:
        entries: The objects, in the order in which they were added.
        following: The place to go on from; None: that is all.
        sources: The sources of which something is on it.
    """

    entries: Sequence[Entry]
    following: Place | None
    sources: frozenset[str] = frozenset()


def moment(date_us: int) -> str:
    """Write when something was added, in six digits as the standard demands.

    >>> moment(1)
    '1970-01-01T00:00:00.000001Z'
    """
    return f"{(_EPOCH + timedelta(microseconds=date_us)).isoformat(timespec='microseconds')[:26]}Z"


def dates(page: Page) -> dict[str, str]:
    """Return the headers that say when the first and the last object of a page were added.

    An empty page has none: a client that takes them for moments would stumble over them.
    """
    if not page.entries:
        return {}
    return {
        "X-TAXII-Date-Added-First": moment(page.entries[0].date_us),
        "X-TAXII-Date-Added-Last": moment(page.entries[-1].date_us),
    }


def envelope(page: Page, following: str | None) -> dict[str, Any]:
    """Return the objects of a page (section 3.7).

    An empty list is there, too: Elastic's collector reads it without looking whether it is.
    """
    objects = [entry.content for entry in page.entries]
    return {**_more(following), "objects": objects}


def manifest(page: Page, following: str | None) -> dict[str, Any]:
    """Return what a page holds without the objects themselves (section 5.3)."""
    records = [
        {
            "id": entry.id,
            "date_added": moment(entry.date_us),
            "version": entry.version or moment(entry.date_us),
            "media_type": f"application/stix+json;version={entry.spec_version}",
        }
        for entry in page.entries
    ]
    return {**_more(following), "objects": records} if records or following else {}


def versions(page: Page, following: str | None) -> dict[str, Any]:
    """Return the versions of an object (section 5.8)."""
    found = [entry.version or moment(entry.date_us) for entry in page.entries]
    return {**_more(following), "versions": found} if found or following else {}


def _more(following: str | None) -> dict[str, Any]:
    return {"more": False} if following is None else {"more": True, "next": following}
