"""The one gate out: every answer is computed from what its audience may see.

`Gate` stands before the hub and gives views; a `View` is one moment for one audience. What a
view answers equals what a hub would answer that had never been told the rest
(non-interference; the property is tested over every surface in `tests/hub/test_laws.py`).
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from cure.hub import campaign, card, match, overview, pivot, search
from cure.hub.batch import microseconds
from cure.hub.index import Changes, Hub, Moment
from cure.hub.links import SpokenOf
from cure.hub.packing import TOPICS
from cure.hub.visible import Clearance, Visible, union
from cure.interfaces import Released
from cure.model import Audience, Observable, Topic

# The answers, for those who may not know the modules they come from.
Campaign = campaign.Campaign
Card = card.Card
Found = search.Found
Match = match.Match
Matrix = overview.Matrix
Pivot = pivot.Pivot
SearchAnswer = search.SearchAnswer
Seen = card.Seen
SourceSummary = overview.SourceSummary
Timeline = overview.Timeline


class View:
    """One moment, as one audience may see it. Immutable; cheap to make."""

    def __init__(self, moment: Moment, clearance: Clearance) -> None:
        """Take a moment and what the audience may read of it."""
        self._sight = Visible(moment, clearance)
        self._sees = clearance.sees

    def card(self, observable: Observable) -> Card:
        """Return all that is known of an observable, per source."""
        return card.card(self._sight, observable)

    def is_known(self, observables: Sequence[Observable]) -> NDArray[np.bool_]:
        """Tell which observables are known. Cost: about 0.7 µs each, mostly to pack them."""
        return self._sight.find(observables) >= 0

    def match(self, observables: Sequence[Observable]) -> list[dict[str, Seen]]:
        """Return for each observable what each source says of it; empty: unknown."""
        return match.match(self._sight, observables)

    def links(self, topic: Topic | None = None, since: datetime | None = None) -> Matrix:
        """Return how many values each pair of sources has in common."""
        return overview.matrix(self._sight, topic, since)

    def pivot(self, start: Observable, hops: int, limit: int) -> Pivot:
        """Return what is connected with a value."""
        return pivot.pivot(self._sight, start, hops, limit)

    def campaign(self, about: Sequence[Observable], limit: int) -> Campaign:
        """Return the story around a tag, tags of one name, or a value."""
        return campaign.campaign(self._sight, list(about), limit)

    def tags_called(self, name: str) -> list[Observable]:
        """Return the tags of any vocabulary with this term."""
        return campaign.tags_called(self._sight, name)

    def search(
        self,
        pattern: str,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 1000,
    ) -> SearchAnswer:
        """Return the values that fit a pattern."""
        return search.search(self._sight, pattern, since, until, limit)

    def sources(self) -> list[SourceSummary]:
        """Return what each source has said, in sum."""
        return overview.sources(self._sight)

    def timeline(
        self,
        bucket_s: int,
        since: datetime | None = None,
        until: datetime | None = None,
        observable: Observable | None = None,
    ) -> Timeline:
        """Return how many records of each source began when."""
        value_id = None
        if observable is not None:
            value_id = self._sight.find_one(observable)
            if value_id < 0:
                return Timeline(bucket_s, None, {})
        return overview.timeline(self._sight, bucket_s, since, until, value_id)

    def records(  # noqa: PLR0913 - each is a filter of one question
        self,
        observable: Observable,
        *,
        source: str | None = None,
        before: datetime | None = None,
        after: datetime | None = None,
        limit: int = 100,
        skip: int = 0,
    ) -> tuple[Released, bool]:
        """Return the records of an observable, the latest first.

        Args:
            source: Only those of this source.
            before: Only those that end before this moment.
            after: Only those that end at this moment or later.
            limit: How many at most.
            skip: How many to pass over, as the cursor of an earlier answer says.

        Returns:
            The records, and whether there are more.
        """
        value_id = self._sight.find_one(observable)
        if value_id < 0:
            return Released(()), False
        columns = self._sight.moment.records
        numbers = self._sight.records_of(value_id)
        last = columns.last(numbers)
        keep = np.ones(len(numbers), bool)
        if source is not None:
            names = [self._sight.source_name(int(n)) for n in self._sight.sources_of(numbers)]
            keep &= np.array([name == source for name in names], bool)
        if before is not None:
            keep &= last < microseconds(before)
        if after is not None:
            keep &= last >= microseconds(after)
        numbers, last = numbers[keep], last[keep]
        order = np.lexsort((numbers, -last))[skip : skip + limit]
        more = len(numbers) > skip + limit
        return Released(tuple((numbers[order] + 1).tolist())), more

    def new_links(self, changes: Sequence[Changes]) -> list[tuple[str, str, Topic, int]]:
        """Return which pairs of sources share values since these changes that they did not before.

        Returns:
            The two sources in order of name, the topic, and how many values.
        """
        new: SpokenOf = {}
        for change in changes:
            for key, ids in change.new.items():
                if self._sees[key[0]]:
                    new[key] = new[key] | ids if key in new else ids
        sight = self._sight
        found: list[tuple[str, str, Topic, int]] = []
        for number, topic in enumerate(TOPICS):
            fresh = self._new_to_source(new, number)
            for source, ids in fresh.items():
                for other in sight.source_numbers():
                    if other == source:
                        continue
                    shared = ids & sight.values_of(other, topic)
                    if other in fresh and sight.source_name(other) < sight.source_name(source):
                        shared = shared - fresh[other]  # counted from the other side
                    if shared:
                        a, b = sorted((sight.source_name(source), sight.source_name(other)))
                        found.append((a, b, topic, len(shared)))
        sums: dict[tuple[str, str, Topic], int] = {}
        for a, b, topic, count in found:
            sums[a, b, topic] = sums.get((a, b, topic), 0) + count
        return [(a, b, topic, count) for (a, b, topic), count in sorted(sums.items())]

    def _new_to_source(self, new: SpokenOf, topic: int) -> dict[int, BitMap]:
        """Return the values that are new to a source, not only to one of its labels."""
        sight = self._sight
        stamps = sight.moment.stamps
        fresh: dict[int, BitMap] = {}
        for source in {stamps[stamp].source for stamp, its_topic in new if its_topic == topic}:
            own = [s for s, stamp in enumerate(stamps) if stamp.source == source and self._sees[s]]
            before = union(
                sight.moment.spoken[s, topic] - new.get((s, topic), union(()))
                for s in own
                if (s, topic) in sight.moment.spoken
            )
            fresh[source] = union(new[s, topic] for s in own if (s, topic) in new) - before
        return fresh

    def record_counts(self, changes: Sequence[Changes]) -> dict[str, int]:
        """Return how many visible records each source added in these changes."""
        counts: dict[str, int] = {}
        for change in changes:
            rows = np.arange(change.first_record, change.first_record + change.record_count)
            stamps = self._sight.moment.records.stamps[rows]
            rows = rows[self._sees[stamps]]
            numbers, times = np.unique(self._sight.sources_of(rows), return_counts=True)
            for number, count in zip(numbers.tolist(), times.tolist(), strict=True):
                name = self._sight.source_name(number)
                counts[name] = counts.get(name, 0) + count
        return dict(sorted(counts.items()))


class Gate:
    """Stands before the hub; the only maker of views."""

    def __init__(self, hub: Hub) -> None:
        """Guard a hub."""
        self._hub = hub
        self._decided: dict[Audience, Clearance] = {}

    def view(self, audience: Audience) -> View:
        """Return what an audience may see now. Each label is decided on once."""
        moment = self._hub.moment
        clearance = self._decided.get(audience)
        if clearance is None or len(clearance.sees) != len(moment.stamps):
            clearance = Clearance.of(
                moment.stamps,
                [
                    audience.may_read(moment.sources[stamp.source], moment.labels[stamp.label])
                    for stamp in moment.stamps
                ],
            )
            self._decided[audience] = clearance
        return View(moment, clearance)
