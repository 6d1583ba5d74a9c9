"""The one gate out: every answer is computed from what its audience may see.

`Gate` stands before the hub and gives views; a `View` is one moment for one audience. What a
view answers equals what a hub would answer that had never been told the rest
(non-interference; the property is tested over every surface in `tests/hub/test_laws.py`).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from cure.hub import campaign, card, changed, match, overview, pivot, search
from cure.hub.batch import microseconds
from cure.hub.index import Changes, Hub, Moment
from cure.hub.visible import Clearance, Visible
from cure.interfaces import Released
from cure.model import Audience, Observable, Topic
from cure.model.finding import EARLIEST

T = TypeVar("T")
_END = datetime.max.replace(tzinfo=UTC)
_VIEWS = 32  # kept of one moment; what one remembers may take 10 MB
_CLEARANCES = 1024

# The answers, for those who may not know the modules they come from.
Campaign = campaign.Campaign
Card = card.Card
Found = search.Found
Match = match.Match
Matrix = overview.Matrix
NewLink = changed.NewLink
Pivot = pivot.Pivot
SearchAnswer = search.SearchAnswer
Seen = card.Seen
SourceSummary = overview.SourceSummary
Timeline = overview.Timeline
Warned = card.Warned


class View:
    """One moment, as one audience may see it: cheap to make, and remembers what was dear.

    Attributes:
        clearance: What the audience may read of it.
    """

    def __init__(self, moment: Moment, clearance: Clearance) -> None:
        """Take a moment and what the audience may read of it."""
        self.clearance = clearance
        self._sight = Visible(moment, clearance)
        self._matrices: dict[Topic | None, Matrix] = {}

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
        if since is not None:
            return overview.matrix(self._sight, topic, since)
        if topic not in self._matrices:
            self._matrices[topic] = overview.matrix(self._sight, topic, None)
        return self._matrices[topic]

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

    def new_links(self, changes: Sequence[Changes]) -> list[NewLink]:
        """Return which pairs of sources share values since these changes, and how many."""
        return changed.new_links(self._sight, changes)

    def record_counts(self, changes: Sequence[Changes]) -> dict[str, int]:
        """Return how many visible records each source added in these changes."""
        return changed.record_counts(self._sight, changes)


class _Decided(NamedTuple):
    """A clearance, and what it holds for: stamps as they were, and no label opening or closing."""

    clearance: Clearance
    relabelled: int
    since: datetime
    until: datetime

    def holds(self, moment: Moment, at: datetime) -> bool:
        """Tell whether nothing has changed that the clearance depends on."""
        return (
            len(self.clearance.sees) == len(moment.stamps)
            and self.relabelled == moment.relabelled
            and self.since <= at < self.until
        )


class _Latest(NamedTuple):
    """The views of one moment, which goes when the next one comes."""

    moment: Moment
    views: dict[Audience, View]


class Gate:
    """Stands before the hub; the only maker of views."""

    def __init__(self, hub: Hub) -> None:
        """Guard a hub."""
        self._hub = hub
        self._decided: dict[Audience, _Decided] = {}
        self._latest = _Latest(hub.moment, {})

    def view(self, audience: Audience, at: datetime = EARLIEST) -> View:
        """Return what an audience may see at a moment. Each label is decided on once.

        Args:
            audience: Who asks.
            at: When; without it, labels that open one day have not opened yet.
        """
        moment, latest = self._hub.moment, self._latest
        if latest.moment is not moment:
            latest = self._latest = _Latest(moment, {})
        clearance = self._clearance(moment, audience, at)
        view = latest.views.get(audience)
        if view is None or view.clearance is not clearance:
            view = View(moment, clearance)
            _remember(latest.views, audience, view, _VIEWS)
        return view

    def _clearance(self, moment: Moment, audience: Audience, at: datetime) -> Clearance:
        known = self._decided.get(audience)
        if known is None or not known.holds(moment, at):
            clearance = Clearance.of(moment, audience, at)
            known = _Decided(clearance, moment.relabelled, *_unchanging(moment, at))
            _remember(self._decided, audience, known, _CLEARANCES)
        return known.clearance


def _remember(kept: dict[Audience, T], audience: Audience, one: T, most: int) -> None:
    """Keep one more for an audience, and begin anew where there are too many."""
    if len(kept) >= most:
        kept.clear()
    kept[audience] = one


def _unchanging(moment: Moment, at: datetime) -> tuple[datetime, datetime]:
    """Return the moments around `at` at which a label opens or closes."""
    turns = [
        turn
        for label in moment.labels
        for turn in (label.not_before, label.expires)
        if turn is not None
    ]
    return (
        max((turn for turn in turns if turn <= at), default=EARLIEST),
        min((turn for turn in turns if turn > at), default=_END),
    )
