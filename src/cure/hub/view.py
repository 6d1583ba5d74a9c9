"""Views: every answer is computed from what its audience may see.

A `View` is one moment for one audience. What it answers equals what a hub would answer that had
never been told the rest (non-interference; the property is tested over every surface in
`tests/hub/test_laws.py`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cure.hub import (
    about,
    arrived,
    between,
    campaign,
    card,
    changed,
    daily,
    evidence,
    first_times,
    firsts,
    lanes,
    match,
    named,
    overview,
    pivot,
    ranks,
    search,
    taken_back,
)
from cure.hub.alerts import AlertsOf
from cure.hub.derived import ByNumber
from cure.hub.index import Changes
from cure.hub.moment import Moment
from cure.hub.no_longer import Gone
from cure.hub.visible import Clearance, Numbers, Visible
from cure.hub.watched import touched
from cure.hub.watched.table import Watched
from cure.interfaces import Released
from cure.model import Label, Observable, Topic

# The answers, for those who may not know the modules they come from.
Campaign = campaign.Campaign
Card = card.Card
Evidence = evidence.Evidence
First = firsts.First
FirstTimes = first_times.FirstTimes
AskedByDay = daily.Asked
DayOf = daily.DayOf
Followed = arrived.Followed
Found = search.Found
Lanes = lanes.Lanes
Match = match.Match
Matrix = overview.Matrix
Named = named.Named
News = taken_back.News
NamedOn = daily.NamedOn
NewLink = changed.NewLink
Pivot = pivot.Pivot
Place = card.Place
PublisherLink = between.PublisherLink
Said = evidence.Said
SearchAnswer = search.SearchAnswer
Seen = card.Seen
SaidIn = touched.SaidIn
SourceSummary = overview.SourceSummary
Spoken = between.Spoken
Span = touched.Span
Timeline = overview.Timeline
Touch = touched.Touch
Wanted = named.Wanted
Warned = card.Warned
WatchedValues = touched.WatchedValues
WouldBe = touched.WouldBe


class View(ByNumber, Gone):
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

    def publisher_links(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[PublisherLink]:
        """Return how many values of each topic each pair of publishers has in common."""
        return between.links(self._sight, since, until)

    def spoken_last(self, publisher: str, limit: int) -> list[Spoken]:
        """Return the values that a publisher spoke of last."""
        return between.latest(self._sight, publisher, limit)

    def lanes(
        self,
        topic: Topic,
        window: tuple[datetime | None, datetime | None],
        limit: int,
        most_dots: int,
    ) -> Lanes:
        """Return which publishers spoke of which values of a topic when."""
        return lanes.lanes(self._sight, topic, window, limit, most_dots)

    def pivot(self, start: Observable, hops: int, limit: int) -> Pivot:
        """Return what is connected with a value."""
        return pivot.pivot(pivot.Here(self._sight), start, hops, limit)

    def campaign(self, about: Sequence[Observable], limit: int) -> Campaign:
        """Return the story around a tag, tags of one name, or a value."""
        return campaign.campaign(campaign.Here(self._sight), list(about), limit)

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

    def named(self, wanted: Wanted, limit: int) -> list[Named]:
        """Return the values that were named in certain roles, the latest first."""
        return named.named(self._sight, wanted, limit)

    def named_by_day(
        self, asked: AskedByDay, skip: int, limit: int
    ) -> tuple[list[NamedOn], Released, bool]:
        """Return what sources named on which days, as it came.

        Returns:
            The values, of each the record that came last, and whether there are more.
        """
        found, newest, more = daily.named_by_day(self._sight, asked, skip, limit)
        return found, released(newest), more

    def days(self, asked: AskedByDay) -> tuple[list[DayOf], Released]:
        """Return which sources named anything on which days, and of each the newest record."""
        found, newest = daily.days(self._sight, asked)
        return found, released(newest)

    def narrowed(self, fit: Callable[[Label], bool]) -> "View":
        """Return a view of only those of its records whose label fits."""
        moment = self._sight.moment
        fits = {at: fit(label) for at, label in enumerate(moment.labels)}
        sees = self.clearance.sees & np.array([fits[one.label] for one in moment.stamps], bool)
        return View(moment, Clearance(sees, bool(sees.all()), self.clearance.sources))

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
        numbers = about.about(self._sight, observable, source, before, after)
        return released(numbers[skip : skip + limit]), len(numbers) > skip + limit

    def arrived(self, after: int, limit: int, followed: Followed) -> tuple[Released, int, bool]:
        """Return the records that came after a position, the oldest first.

        Args:
            after: The position; 0: the beginning. It counts hidden records too, so it stays here.
            limit: How many at most.
            followed: Which records.

        Returns:
            The records, the position to go on from, and whether that is the end.
        """
        numbers, position, is_all = arrived.arrived(self._sight, after, limit, followed)
        return released(numbers), position, is_all

    def news(self, after: int, limit: int, followed: Followed) -> News:
        """Return the records that came after a position, and those that were taken back since.

        Args:
            after: The position; 0: the beginning. It counts hidden records too, so it stays here.
            limit: How many at most, of both together.
            followed: Which records.
        """
        return told(*taken_back.news(self._sight, after, limit, followed))

    def firsts(
        self, released: Released, followed: Followed, roles: frozenset[str]
    ) -> list[firsts.First]:
        """Return what each of some records, as they arrived, is the first to say."""
        numbers, saying = np.array(released, np.int64) - 1, firsts.Here(self._sight)
        return firsts.firsts(saying, numbers, followed, roles, self._sight.moment.roles)

    def ranks(self, released: Released, after: Sequence[int]) -> list[int]:
        """Return how many records that it could read came between a position and each record."""
        numbers = np.array(released, np.int64) - 1
        return ranks.ranks(self._sight, numbers, np.array(after, np.int64)).tolist()

    def position_of(self, after: int, upto: int, rank: int) -> int:
        """Return the position before the record with a rank, or else `upto`; see `ranks`."""
        return ranks.position_of(self._sight, after, upto, rank)

    def latest(self, upto: int) -> Released:
        """Return the last record before a position that it could read; empty: there is none."""
        found = ranks.last_readable(self._sight, upto)
        return Released(()) if found is None else Released((found + 1,))

    def spoken(self) -> dict[str, list[Topic]]:
        """Return the topics of which each source speaks. Cost: about 1 µs a label."""
        return overview.spoken(self._sight)

    def watched(self, table: Watched) -> WatchedValues:
        """Return what the records say of the values that a table watches."""
        return touched.WatchedValues(self._sight, table)

    def alerts_of(self, publisher: str) -> AlertsOf:
        """Return the alerts of a publisher, and what else is known of their outside values."""
        return AlertsOf(self._sight, publisher)

    def let_through(self, numbers: Sequence[int]) -> Released:
        """Return those of some record numbers that may be seen."""
        rows = np.array(numbers, np.int64) - 1
        return released(self._sight.visible(rows))

    def said_in(self, spans: Sequence[Span]) -> list[SaidIn | None]:
        """Return what the records of each span say of its value; None: nothing to this audience."""
        return touched.said_in(self._sight, spans)

    def evidence(
        self, observables: Sequence[Observable], until: datetime, beside: Sequence[str]
    ) -> Evidence:
        """Return what is said of values up to a moment, by source, role and day.

        `beside` names roles of which to tell whether others had them in the same records.
        """
        return evidence.evidence(self._sight, observables, until, beside)

    def spoken_by(self, is_wanted: Callable[[str], bool]) -> list[Observable]:
        """Return the values of which certain sources, by name, speak."""
        return evidence.spoken_by(self._sight, is_wanted)

    def first_times(self, passed_over: frozenset[str], latest: int, sample: int) -> FirstTimes:
        """Return when each source first spoke of each of its values, but for some roles."""
        return first_times.first_times(self._sight, passed_over, latest, sample)

    def new_links(self, changes: Sequence[Changes]) -> list[NewLink]:
        """Return which pairs of sources share values since these changes, and how many."""
        return changed.new_links(self._sight, changes)

    def record_counts(self, changes: Sequence[Changes]) -> dict[str, int]:
        """Return how many visible records each source added in these changes."""
        return changed.record_counts(self._sight, changes)


def told(numbers: Numbers, old: Numbers, position: int, is_all: bool) -> News:  # noqa: FBT001
    """Return news of record numbers, and of each the record that it did away with."""
    gone = old != taken_back.NO_RECORD
    some = (numbers, np.where(gone, old, numbers), numbers[~gone], old[gone])
    where, what, came, left = map(released, some)
    return News(where, what, gone.tolist(), came, left, position, is_all)


def released(records: Numbers) -> Released:
    """Return the numbers, in the log, of records that are visible."""
    return Released(tuple((records + 1).tolist()))
