"""Overviews: sources, the link matrix, and how many records came when."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from cure.hub import links
from cure.hub.batch import instant, microseconds
from cure.hub.packing import TOPICS
from cure.hub.visible import Numbers, Visible
from cure.model import Topic


class SourceSummary(msgspec.Struct, frozen=True):
    """What a source has said, in sum.

    Attributes:
        name: Its name.
        records: How many records it has.
        sightings: The sum of their counts.
        first_seen: The earliest first_seen.
        last_seen: The latest last_seen.
        topics: How many values of each topic it speaks of.
    """

    name: str
    records: int
    sightings: int
    first_seen: datetime
    last_seen: datetime
    topics: dict[Topic, int]


class Matrix(msgspec.Struct, frozen=True):
    """How many values each pair of sources has in common.

    Attributes:
        sources: Names of the sources, in order.
        matrix: Row by row; the diagonal holds how many values a source speaks of.
    """

    sources: list[str]
    matrix: list[list[int]]


class Timeline(msgspec.Struct, frozen=True):
    """How many records of each source began when.

    Attributes:
        bucket_s: Length of a bucket in seconds.
        start: Start of the first bucket, UTC.
        sources: For each source the number of records in each bucket.
    """

    bucket_s: int
    start: datetime | None
    sources: dict[str, list[int]]


MAX_BUCKETS = 10_000
_LATEST = 2**62


class SourceSum(NamedTuple):
    """What a source has said in some records, and of how many values it speaks.

    Attributes:
        name: Its name.
        records: How many records it has.
        sightings: The sum of their counts.
        first: The earliest first_seen, in microseconds since 1970; a large one: there is none.
        last: The latest last_seen, likewise.
        topics: How many values of each topic it speaks of.
    """

    name: str
    records: int
    sightings: int
    first: int
    last: int
    topics: dict[Topic, int]


def sources(sight: Visible) -> list[SourceSummary]:
    """Sum up every source of which anything is visible. Cost: 10 ns a record."""
    return summed_up(source_sums(sight))


def source_sums(sight: Visible) -> list[SourceSum]:
    """Return what is told of each source here."""
    columns = sight.moment.records
    records = sight.home_records()
    numbers = sight.sources_of(records)
    sums: list[SourceSum] = []
    for source in sight.source_numbers():
        own = records[numbers == source]
        topics = {topic: len(sight.values_of(source, topic)) for topic in TOPICS}
        sums.append(
            SourceSum(
                sight.source_name(source),
                len(own),
                int(columns.counts(own).sum()),
                int(columns.first[own].min(initial=_LATEST)),
                int(columns.last(own).max(initial=-_LATEST)),
                {topic: count for topic, count in topics.items() if count},
            )
        )
    return sums


def summed_up(sums: Iterable[SourceSum]) -> list[SourceSummary]:
    """Put together what is told of sources in several places."""
    by_name: dict[str, list[SourceSum]] = {}
    for one in sums:
        by_name.setdefault(one.name, []).append(one)
    return [
        SourceSummary(
            name,
            sum(one.records for one in some),
            sum(one.sightings for one in some),
            instant(min(one.first for one in some)),
            instant(max(one.last for one in some)),
            {
                topic: count
                for topic in TOPICS
                if (count := sum(one.topics.get(topic, 0) for one in some))
            },
        )
        for name, some in sorted(by_name.items())
    ]


def spoken(sight: Visible) -> dict[str, list[Topic]]:
    """Return the topics of which each source speaks."""
    return {
        sight.source_name(source): [one for one in TOPICS if sight.values_of(source, one)]
        for source in sight.source_numbers()
    }


def matrix(sight: Visible, topic: Topic | None, since: datetime | None) -> Matrix:
    """Count the values that each pair of sources shares.

    Args:
        topic: Only values of this topic.
        since: Only what both sources saw at this moment or later.
    """
    numbers = sight.source_numbers()
    names = [sight.source_name(number) for number in numbers]
    maps = [sight.values_of(number, topic) for number in numbers]
    if since is not None:
        recent = _values_since(sight, since)
        maps = [
            ids & recent.get(number, BitMap()) for number, ids in zip(numbers, maps, strict=True)
        ]
    return Matrix(names, links.matrix(maps, sight.moment.unlinked).tolist())


def _values_since(sight: Visible, since: datetime) -> dict[int, BitMap]:
    """Return for each source the values in its records that end at `since` or later."""
    columns = sight.moment.records
    records = sight.all_records()
    records = records[columns.last(records) >= microseconds(since)]
    numbers = sight.sources_of(records)
    found: dict[int, BitMap] = {}
    for source in np.unique(numbers).tolist():
        _, at = columns.mentions(records[numbers == source])
        found[source] = BitMap(columns.values[at])
    return found


def timeline(
    sight: Visible,
    bucket_s: int,
    since: datetime | None,
    until: datetime | None,
    value_id: int | None,
) -> Timeline:
    """Count the records of each source by the time at which they begin.

    Args:
        bucket_s: Length of a bucket in seconds; lengthened where there would be more than
            10,000 buckets.
        since: Start of the first bucket; None: that of the first record.
        until: End of the last; None: that of the last record.
        value_id: Only the records of this value.
    """
    records = sight.home_records() if value_id is None else sight.records_of(value_id)
    first = sight.moment.records.first[records]
    low = first.min(initial=_LATEST) if since is None else microseconds(since)
    high = first.max(initial=-_LATEST) if until is None else microseconds(until) - 1
    inside = (first >= low) & (first <= high)
    records, first = records[inside], first[inside]
    if not len(records):
        return Timeline(bucket_s, None, {})
    bucket_s = max(bucket_s, -(-(int(high) - int(low)) // (1_000_000 * (MAX_BUCKETS - 1))))
    width = bucket_s * 1_000_000
    start = int(low) // width * width
    buckets = (first - start) // width
    count = (int(high) - start) // width + 1
    numbers = sight.sources_of(records)
    return Timeline(
        bucket_s,
        instant(start),
        {
            sight.source_name(source): _histogram(buckets[numbers == source], count)
            for source in sight.source_numbers()
            if (numbers == source).any()
        },
    )


def _histogram(buckets: Numbers, count: int) -> list[int]:
    counts: NDArray[np.int64] = np.bincount(buckets, minlength=count)
    return counts.tolist()
