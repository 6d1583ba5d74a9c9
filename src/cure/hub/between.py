"""What publishers have in common and spoke of last: the databases and links of the whole view.

A publisher's sources, ``cowrie@tokyo-1`` and ``cowrie@osaka-1``, count as one: a value that both
speak of is one value of ``cowrie``.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations, islice
from typing import NamedTuple

import msgspec
import numpy as np
from pyroaring import BitMap

from cure.hub.batch import instant, microseconds
from cure.hub.packing import TOPICS, pack_all
from cure.hub.visible import Numbers, Visible
from cure.model import Observable, Topic


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
    return in_order(found)


def in_order(some: Iterable[PublisherLink]) -> list[PublisherLink]:
    """Return links, the largest counts first."""
    return sorted(some, key=lambda one: (-one.count, one.a, one.b, one.topic))


class Latest(NamedTuple):
    """A record of a publisher, and the values of which it speaks."""

    last: int
    number: int
    source: str
    values: list[Observable]


def latest(sight: Visible, publisher: str, limit: int) -> list[Spoken]:
    """Return the values that a publisher spoke of last, the latest first; each once.

    Cost: a pass over its records.
    """
    said = spoken_latest(newest(sight, publisher, limit), limit)
    others = publishers_of(sight, [one for _, one in said])
    return [
        Spoken(instant(record.last), record.source, one.topic, one.value, max(count - 1, 0))
        for (record, one), count in zip(said, others, strict=True)
    ]


def newest(sight: Visible, publisher: str, limit: int) -> list[Latest]:
    """Return the latest records of a publisher, as many as speak of so many values."""
    records = _records_of(sight, _by_publisher(sight).get(publisher, []))
    columns = sight.moment.records
    last = columns.last(records)
    order = np.lexsort((records, last))[::-1][: limit * 4]  # records speak of several values
    records, last = records[order], last[order]
    rows, places = columns.mentions(records)
    bounds = np.searchsorted(rows, np.arange(1, len(records)))
    values = np.split(columns.values[places], bounds)
    names = [sight.source_name(number) for number in sight.sources_of(records).tolist()]
    each = zip(last.tolist(), records.tolist(), names, values, strict=False)
    return [Latest(at, record, name, sight.observables(ids)) for at, record, name, ids in each]


def spoken_latest(records: Iterable[Latest], limit: int) -> list[tuple[Latest, Observable]]:
    """Return so many values of the latest records, each once, in the record that spoke last."""
    found: dict[Observable, Latest] = {}
    for record in sorted(records, key=lambda one: (-one.last, -one.number))[: limit * 4]:
        for value in record.values:
            found.setdefault(value, record)
    return [(record, value) for value, record in islice(found.items(), limit)]


def _by_publisher(sight: Visible) -> dict[str, list[int]]:
    """Return the visible sources of each publisher."""
    own: dict[str, list[int]] = {}
    for number in sight.source_numbers():
        own.setdefault(sight.source_name(number).partition("@")[0], []).append(number)
    return own


def _records_of(sight: Visible, sources: Iterable[int]) -> Numbers:
    records = sight.home_records()
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


def publishers_of(sight: Visible, values: Sequence[Observable]) -> list[int]:
    """Return how many publishers speak of each value, all of which are known."""
    ids = sight.moment.values.find(pack_all(values))
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
