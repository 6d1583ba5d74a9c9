"""What publishers have in common and spoke of last: the databases and links of the whole view.

A publisher's sources, ``cowrie@tokyo-1`` and ``cowrie@osaka-1``, count as one: a value that both
speak of is one value of ``cowrie``.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import combinations

import msgspec
import numpy as np
from pyroaring import BitMap

from cure.hub.batch import instant, microseconds
from cure.hub.packing import TOPICS
from cure.hub.visible import Numbers, Visible
from cure.model import Topic


class PublisherLink(msgspec.Struct, frozen=True):
    """Two publishers speak of the same values.

    Attributes:
        a: The publisher whose name comes first.
        b: The other.
        topic: Topic of the values.
        count: How many.
    """

    a: str
    b: str
    topic: Topic
    count: int


class Spoken(msgspec.Struct, frozen=True):
    """A value that a publisher spoke of.

    Attributes:
        at: When it was last seen there.
        source: By which of its sources.
        topic: Topic of the value.
        value: Its canonical form.
        others: How many other publishers speak of it.
    """

    at: datetime
    source: str
    topic: Topic
    value: str
    others: int


def links(sight: Visible, since: datetime | None, until: datetime | None) -> list[PublisherLink]:
    """Count the values that each pair of publishers shares, the largest counts first.

    Args:
        since: Only what both saw at this moment or later.
        until: Only what both saw before this moment.

    Cost: n² / 2 intersections of bitmaps for each topic; with a window, a pass over its records.
    """
    unlinked = sight.moment.unlinked
    own = _by_publisher(sight)
    within = None if since is until is None else _values_within(sight, own, since, until)
    found: list[PublisherLink] = []
    for topic in TOPICS:
        maps = {
            name: BitMap.union(*(sight.values_of(source, topic) for source in sources)) - unlinked
            for name, sources in own.items()
        }
        if within is not None:
            maps = {name: ids & within[name] for name, ids in maps.items()}
        for a, b in combinations(sorted(name for name, ids in maps.items() if ids), 2):
            count = maps[a].intersection_cardinality(maps[b])
            if count:
                found.append(PublisherLink(a, b, topic, count))
    return sorted(found, key=lambda one: (-one.count, one.a, one.b, one.topic))


def latest(sight: Visible, publisher: str, limit: int) -> list[Spoken]:
    """Return the values that a publisher spoke of last, the latest first; each once.

    Cost: a pass over its records.
    """
    records = _records_of(sight, _by_publisher(sight).get(publisher, []))
    last = sight.moment.records.last(records)
    newest = np.lexsort((records, last))[::-1][: limit * 4]  # records speak of several values
    records, last = records[newest], last[newest]
    rows, places = sight.moment.records.mentions(records)
    order = np.argsort(rows, kind="stable")
    rows, ids = rows[order], sight.moment.records.values[places[order]].astype(np.int64)
    _, first = np.unique(ids, return_index=True)
    chosen = np.sort(first)[:limit]
    rows, ids = rows[chosen], ids[chosen]
    names = [sight.source_name(number) for number in sight.sources_of(records[rows]).tolist()]
    times = last[rows].tolist()
    others = _publishers_of(sight, ids)
    return [
        Spoken(instant(at), name, one.topic, one.value, max(count - 1, 0))
        for at, name, one, count in zip(times, names, sight.observables(ids), others, strict=True)
    ]


def _by_publisher(sight: Visible) -> dict[str, list[int]]:
    """Return the visible sources of each publisher."""
    own: dict[str, list[int]] = {}
    for number in sight.source_numbers():
        own.setdefault(sight.source_name(number).partition("@")[0], []).append(number)
    return own


def _records_of(sight: Visible, sources: Iterable[int]) -> Numbers:
    records = sight.all_records()
    return records[np.isin(sight.sources_of(records), list(sources))]


def _values_within(
    sight: Visible,
    own: dict[str, list[int]],
    since: datetime | None,
    until: datetime | None,
) -> dict[str, BitMap]:
    """Return for each publisher the values in its records of a window of time."""
    columns = sight.moment.records
    records = sight.all_records()
    if since is not None:
        records = records[columns.last(records) >= microseconds(since)]
    if until is not None:
        records = records[columns.first[records] < microseconds(until)]
    numbers = sight.sources_of(records)
    found: dict[str, BitMap] = {}
    for name, sources in own.items():
        _, places = columns.mentions(records[np.isin(numbers, sources)])
        found[name] = BitMap(columns.values[places])
    return found


def _publishers_of(sight: Visible, ids: Numbers) -> list[int]:
    """Return how many publishers speak of each value."""
    rows, records = sight.records_of_all(ids)
    numbers = sight.sources_of(records)
    names = {name: place for place, name in enumerate(_by_publisher(sight))}
    place_of = {
        number: names[sight.source_name(number).partition("@")[0]]
        for number in sight.source_numbers()
    }
    places = np.array([place_of[number] for number in numbers.tolist()], np.int64)
    pairs = np.unique(rows.astype(np.int64) * max(len(names), 1) + places)
    return np.bincount(pairs // max(len(names), 1), minlength=len(ids)).tolist()
