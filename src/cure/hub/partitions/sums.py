"""Questions whose answers are sums: values are counted where they belong, records by their first.

A value belongs to one partition, which knows all who speak of it; a record is counted in the
partition of its first value. So what partitions count adds up, and nothing is counted twice.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from cure.hub import between, changed, overview
from cure.hub.batch import instant, microseconds
from cure.hub.between import PublisherLink
from cure.hub.changed import NewLink
from cure.hub.index import Changes
from cure.hub.overview import Matrix, SourceSum, SourceSummary, Timeline
from cure.hub.packing import TOPICS
from cure.hub.partitions.asking import Answering, Asking
from cure.hub.partitions.values import AskingOfValues
from cure.model import Observable, Topic

_LATEST = 2**62


class InSum(Answering):
    """What a partition counts."""

    def matrix(self, topic: Topic | None, since: datetime | None) -> Matrix:
        """Count what sources share."""
        return overview.matrix(self.sight, topic, since)

    def publisher_links(
        self, since: datetime | None, until: datetime | None
    ) -> list[PublisherLink]:
        """Count what publishers share."""
        return between.links(self.sight, since, until)

    def spoken(self) -> dict[str, list[Topic]]:
        """Return the topics of which each source speaks."""
        return overview.spoken(self.sight)

    def sources(self) -> list[SourceSum]:
        """Sum up the sources."""
        return overview.source_sums(self.sight)

    def begun(self) -> tuple[int, int]:
        """Return when the earliest and the latest record begin, in microseconds since 1970."""
        first = self.sight.moment.records.first[self.sight.home_records()]
        return int(first.min(initial=_LATEST)), int(first.max(initial=-_LATEST))

    def timeline(self, bucket_s: int, since: datetime, until: datetime) -> Timeline:
        """Count records by when they begin."""
        return overview.timeline(self.sight, bucket_s, since, until, None)

    def new_links(self, first_records: list[int]) -> list[NewLink]:
        """Count what sources share since some batches."""
        kept = self.moment.changes
        return changed.new_links(self.sight, [kept[one] for one in first_records if one in kept])

    def record_counts(self, low: int, high: int) -> dict[str, int]:
        """Count the records of a stretch."""
        rows = self.sight.visible(np.arange(self.row(low), self.row(high)))
        counts = np.bincount(self.sight.sources_of(self.sight.at_home(rows)))
        return {
            self.sight.source_name(source): int(counts[source])
            for source in np.flatnonzero(counts).tolist()
        }


class AskingForSums(AskingOfValues, Asking):
    """The part of a view that adds up what partitions count."""

    _sums: dict[Topic | None, Matrix]

    def links(self, topic: Topic | None = None, since: datetime | None = None) -> Matrix:
        """Return how many values each pair of sources has in common."""
        if since is not None or topic not in self._sums:
            matrix = _summed(self.each("matrix", topic, since))
            if since is not None:
                return matrix
            self._sums[topic] = matrix
        return self._sums[topic]

    def publisher_links(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[PublisherLink]:
        """Return how many values of each topic each pair of publishers has in common."""
        counts: Counter[tuple[str, str, Topic]] = Counter()
        for some in self.each("publisher_links", since, until):
            for one in some:
                counts[one.a, one.b, one.topic] += one.count
        return between.in_order(PublisherLink(*pair, count) for pair, count in counts.items())

    def spoken(self) -> dict[str, list[Topic]]:
        """Return the topics of which each source speaks."""
        found: dict[str, set[Topic]] = {}
        for some in self.each("spoken"):
            for name, topics in some.items():
                found.setdefault(name, set()).update(topics)
        return {name: [one for one in TOPICS if one in found[name]] for name in sorted(found)}

    def sources(self) -> list[SourceSummary]:
        """Return what each source has said, in sum."""
        return overview.summed_up(one for some in self.each("sources") for one in some)

    def timeline(
        self,
        bucket_s: int,
        since: datetime | None = None,
        until: datetime | None = None,
        observable: Observable | None = None,
    ) -> Timeline:
        """Return how many records of each source began when."""
        if observable is not None:
            return self.one(observable, "timeline_of", observable, bucket_s, since, until)
        ends = self.each("begun")
        low = min(one for one, _ in ends) if since is None else microseconds(since)
        high = max(one for _, one in ends) + 1 if until is None else microseconds(until)
        empty = Timeline(bucket_s, None, {})
        if _LATEST in {low, 1 - high}:
            return empty
        parts: list[Timeline] = self.each("timeline", bucket_s, instant(low), instant(high))
        told = [one for one in parts if one.start is not None]
        sums: dict[str, list[int]] = {}
        for one in told:
            for name, counts in one.sources.items():
                sums[name] = np.add(sums.get(name, 0), counts).tolist()
        in_order = {name: sums[name] for name in sorted(sums)}
        return Timeline(told[0].bucket_s, told[0].start, in_order) if told else empty

    def new_links(self, changes: Sequence[Changes]) -> list[NewLink]:
        """Return which pairs of sources share values since these changes, and how many."""
        counts: Counter[tuple[str, str, Topic]] = Counter()
        for some in self.each("new_links", [one.first_record for one in changes]):
            for one in some:
                counts[one.a, one.b, one.topic] += one.count
        return sorted(NewLink(*pair, count) for pair, count in counts.items())

    def record_counts(self, changes: Sequence[Changes]) -> dict[str, int]:
        """Return how many visible records each source added in these changes."""
        counts: Counter[str] = Counter()
        for one in changes:
            high = one.first_record + one.record_count
            for some in self.each("record_counts", one.first_record, high):
                counts.update(some)
        return dict(sorted(counts.items()))


def _summed(parts: Sequence[Matrix]) -> Matrix:
    """Add matrices up by the names of the sources."""
    names = sorted({name for one in parts for name in one.sources})
    sums = np.zeros((len(names), len(names)), np.int64)
    for one in parts:
        at = np.array([names.index(name) for name in one.sources], np.int64)
        if len(at):
            sums[np.ix_(at, at)] += np.array(one.matrix)
    return Matrix(names, sums.tolist())
