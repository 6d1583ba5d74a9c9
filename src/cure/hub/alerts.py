"""Alerts of the own side, and what else is known of the outside values that they name.

An alert is a record of a given publisher. Its outside values are those in another role than
victim; those that link nothing, such as private addresses, count for nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from cure.hub.batch import microseconds
from cure.hub.card import Spoken, spoken
from cure.hub.visible import Numbers, Visible, union
from cure.model import Observable

_VICTIM = "victim"
_ENRICHER = "enricher"
"""Its groups are computed from what is held already: they are no news."""


class Alerts(NamedTuple):
    """The alerts of an audience, as columns of one row each; the latest first.

    Attributes:
        numbers: Their record numbers; they stay inside.
        elsewhere: How many other sources know the best known of their outside values.
        news: The latest of the news given that concerns one of their outside values: its place
            in them; -1: none does.
    """

    numbers: Numbers
    elsewhere: Numbers
    news: Numbers


class News(NamedTuple):
    """A source speaks of an outside value of past alerts, and never did before.

    Attributes:
        observable: The value.
        after: What it says has higher record numbers; it stays inside.
    """

    observable: Observable
    after: int


class AlertsOf:
    """The alerts of one publisher, at one moment, as one audience may see them."""

    def __init__(self, sight: Visible, publisher: str) -> None:
        """Take the sources of the publisher that are visible."""
        self._sight = sight
        names = {one: sight.source_name(one).partition("@")[0] for one in sight.source_numbers()}
        self._sources = [number for number, name in names.items() if name == publisher]
        self._no_news = [*self._sources, *(one for one in names if names[one] == _ENRICHER)]

    @property
    def upto(self) -> int:
        """How many records there are; it stays inside."""
        return len(self._sight.moment.records.stamps)

    def alerts(self, since: datetime | None, after: int, news: Sequence[News]) -> Alerts:
        """Return the alerts, and which of them anything else is known of.

        Args:
            since: Only those that end at this moment or later; None: all.
            after: Only those with a higher record number.
            news: What was new of some values, the oldest first; each concerns the alerts that
                were there before it.

        Cost: 2 ns a record of the hub, and about 1 µs an alert.
        """
        return in_order(*self.found(since, after, news))

    def found(
        self, since: datetime | None, after: int, news: Sequence[News]
    ) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Return the alerts as they came, when each was seen last, and the rest of `Alerts`."""
        sight = self._sight
        columns = sight.moment.records
        records = self._records(after)
        if since is not None:
            records = records[columns.last(records) >= microseconds(since)]
        rows, ids = self._outside(records)
        distinct, at = np.unique(ids, return_inverse=True)
        elsewhere = np.zeros(len(records), np.int64)
        np.maximum.at(elsewhere, rows, self._elsewhere(distinct)[at])
        concerns = np.full(len(records), -1, np.int64)
        if news:
            named = sight.find([one.observable for one in news])
            latest = {int(value_id): place for place, value_id in enumerate(named) if value_id >= 0}
            place = np.array([latest.get(one, -1) for one in distinct.tolist()], np.int64)[at]
            begins = np.array([one.after for one in news], np.int64)
            past = (place >= 0) & (records[rows] < begins[place])
            np.maximum.at(concerns, rows[past], place[past])
        return records, columns.last(records), elsewhere, concerns

    def news(self, after: int) -> tuple[list[News], int]:
        """Return what records behind a number tell that is new of outside values of past alerts.

        Returns:
            The news, in order of their values, and the number of the last record.

        Cost: 20 ns a mention in them, and 1 µs a record of the values that are in both.
        """
        sight = self._sight
        columns = sight.moment.records
        upto = len(columns.stamps)
        if not self._sources:
            return [], upto
        fresh = sight.visible(np.arange(min(after, upto), upto))
        fresh = fresh[~np.isin(sight.sources_of(fresh), self._no_news)]
        spoken = union(sight.values_of(source, None) for source in self._sources)
        _, at = columns.mentions(fresh)
        named = BitMap(np.unique(columns.values[at])) & spoken
        ids = np.array((named - sight.moment.unlinked).to_array(), np.int64)
        if not len(ids):
            return [], upto
        rows, records = sight.records_of_all(ids)
        sources = sight.sources_of(records)
        alerted, others = np.isin(sources, self._sources), ~np.isin(sources, self._no_news)
        begun = np.full(len(ids), upto, np.int64)  # the first alert of each value
        np.minimum.at(begun, rows[alerted], records[alerted])
        pairs, where = np.unique(rows[others] << 16 | sources[others], return_inverse=True)
        first = np.full(len(pairs), upto, np.int64)  # what each source said first
        np.minimum.at(first, where, records[others])
        met = pairs >> 16
        new = (first >= after) & (first > begun[met])
        since = np.full(len(ids), upto, np.int64)
        np.minimum.at(since, met[new], first[new])
        found = np.flatnonzero(since < upto)
        told = zip(sight.observables(ids[found]), since[found].tolist(), strict=True)
        return sorted(News(*one) for one in told), upto

    def elsewhere(self, observable: Observable) -> Spoken:
        """Return what all other sources say of a value. Cost: about 50 µs."""
        value_id = self._sight.find_one(observable)
        if value_id < 0:
            return Spoken({}, {}, {})
        records = self._sight.records_of(value_id)
        others = ~np.isin(self._sight.sources_of(records), self._sources)
        return spoken(self._sight, value_id, records[others])

    def said_first_behind(self, news: News) -> list[str]:
        """Return, by name, who speaks of a value behind the place of its news and not before."""
        value_id = self._sight.find_one(news.observable)
        if value_id < 0:
            return []
        records = self._sight.records_of(value_id)
        sources = self._sight.sources_of(records)
        new = set(sources[records >= news.after].tolist())
        new -= {*sources[records < news.after].tolist(), *self._no_news}
        return sorted(self._sight.source_name(one) for one in new)

    def _records(self, after: int) -> Numbers:
        stamps = [stamp for one in self._sources for stamp in self._sight.stamps_of.get(one, ())]
        every = self._sight.moment.records.stamps
        ours = np.zeros(len(self._sight.moment.stamps), bool)
        ours[stamps] = True
        return self._sight.visible(after + np.flatnonzero(ours.take(every[after:])))

    def _outside(self, records: Numbers) -> tuple[Numbers, Numbers]:
        """Return rows of records, and the ids of their outside values."""
        sight = self._sight
        columns, roles = sight.moment.records, sight.moment.roles
        rows, at = columns.mentions(records)
        victim = roles.index(_VICTIM) if _VICTIM in roles else len(roles)
        keep = columns.roles[at] != victim
        rows, ids = rows[keep], columns.values[at[keep]].astype(np.int64)
        linked = ~_is_in(sight.moment.unlinked, ids)
        return rows[linked], ids[linked]

    def _elsewhere(self, ids: Numbers) -> Numbers:
        """Return how many other sources know each value."""
        rows, records = self._sight.records_of_all(ids)
        sources = self._sight.sources_of(records)
        others = ~np.isin(sources, self._sources)
        pairs = np.unique(rows[others] << 16 | sources[others])
        return np.bincount(pairs >> 16, minlength=len(ids))


def in_order(records: Numbers, last: Numbers, elsewhere: Numbers, concerns: Numbers) -> Alerts:
    """Return alerts, the latest first."""
    order = np.lexsort((-records, -last))
    return Alerts(records[order] + 1, elsewhere[order], concerns[order])


def _is_in(some: BitMap, ids: Numbers) -> NDArray[np.bool_]:
    """Tell which ids are in a bitmap."""
    distinct, at = np.unique(ids, return_inverse=True)
    return np.array([one in some for one in distinct.tolist()], bool)[at]
