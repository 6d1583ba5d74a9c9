"""What records say of watched values, as an audience may see it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.batch import microseconds
from cure.hub.card import Seen, spoken
from cure.hub.visible import Clearance, Numbers, Visible
from cure.hub.watched.table import Watched
from cure.model import Observable


class Touch(NamedTuple):
    """Records that an audience may see speak of a value that somebody watches.

    Attributes:
        owner: Whose entries it fits, as the table was told.
        patterns: The patterns of the entries that it fits.
        observable: The value.
        after: The records have higher numbers; it stays inside.
        upto: The highest number of the records; it stays inside.
        sources: The names of those who speak in them.
    """

    owner: int
    patterns: list[str]
    observable: Observable
    after: int
    upto: int
    sources: frozenset[str]


class Span(NamedTuple):
    """Records of a value with numbers above one and up to another."""

    observable: Observable
    after: int
    upto: int


class SaidIn(NamedTuple):
    """What the visible records of a span say of its value.

    Attributes:
        records: How many there are.
        sources: What each source says.
        roles: The roles that the value has, the most frequent first.
        tags: The tags beside the value in any record, the most used first.
        also: Who speaks of the value in other records.
    """

    records: int
    sources: dict[str, Seen]
    roles: list[str]
    tags: list[str]
    also: list[str]


class WouldBe(NamedTuple):
    """How often entries would have met something.

    Attributes:
        records: How many records fit.
        observables: The values that fit, the one with most records first.
        times: How many hits there would have been, if records of one value and source within
            so long make one.
    """

    records: int
    observables: list[Observable]
    times: int


class Met(NamedTuple):
    """What entries would have met in one place.

    Attributes:
        records: The records that fit.
        named: The values that fit, each with its negative number of records.
        times: How many hits there would have been.
    """

    records: Numbers
    named: list[tuple[int, Observable]]
    times: int


class WatchedValues:
    """What the records of one moment say of watched values, to one audience."""

    def __init__(self, sight: Visible, watched: Watched) -> None:
        """Compare with the table what is new since it was last looked at."""
        self._sight = sight
        self._watched = watched
        watched.look(sight.moment)

    def touched(self, after: int, wanted: NDArray[np.bool_]) -> tuple[list[Touch], int]:
        """Return which values the records behind a number touch, and the number of the last.

        Args:
            after: The number; it stays inside.
            wanted: For each owner of entries, whether his are asked for.

        Cost: about 5 ns a mention, and 10 µs a value that is touched.
        """
        sight = self._sight
        columns = sight.moment.records
        upto = len(columns.stamps)
        if after >= upto:
            return [], upto
        begin = int(columns.ends[after - 1]) if after else 0
        values = columns.values[begin : int(columns.ends[upto - 1])]
        at = np.flatnonzero(self._watched.is_watched(values))
        at = at[sight.owns(values[at])]
        if not len(at):
            return [], upto
        records = columns.ends.searchsorted(begin + at, "right").astype(np.int64)
        distinct = np.unique(records)
        seen = np.zeros(len(distinct), bool)
        seen[distinct.searchsorted(sight.visible(distinct))] = True
        keep = seen[distinct.searchsorted(records)]
        pairs = np.unique(values[at[keep]].astype(np.int64) << 32 | records[keep])
        ids, rows = np.unique(pairs >> 32, return_inverse=True)
        return self._touches(wanted, ids, rows, pairs & 0xFFFFFFFF), upto

    def held(self, wanted: NDArray[np.bool_], opened_since: Clearance | None = None) -> list[Touch]:
        """Return which values any record touches.

        Args:
            wanted: For each owner of entries, whether his are asked for.
            opened_since: Only records that this earlier clearance did not let through.

        Cost: about 10 µs a value, and 30 ns a record of theirs.
        """
        ids = self._watched.values_of(wanted)
        rows, records = self._sight.records_of_all(ids)
        if opened_since is not None:
            new = self._sight.opened_since(opened_since, records)
            rows, records = rows[new], records[new]
        order = np.lexsort((records, rows))
        return self._touches(wanted, ids, rows[order], records[order])

    def _touches(
        self, wanted: NDArray[np.bool_], ids: Numbers, rows: Numbers, records: Numbers
    ) -> list[Touch]:
        """Put together the records of values; `rows` are positions in `ids`, ascending."""
        sight = self._sight
        which, entries, owners = self._watched.fitting(ids, wanted)
        fits = np.zeros(len(ids), bool)
        fits[which] = True
        keep = fits[rows]
        rows, records = rows[keep], records[keep]
        if not len(rows):
            return []
        firsts = np.concatenate(([0], np.flatnonzero(rows[1:] != rows[:-1]) + 1))
        lasts = np.concatenate((firsts[1:], [len(rows)])) - 1
        met = rows[firsts]
        sources: dict[int, set[str]] = {}
        for pair in np.unique(rows << 16 | sight.sources_of(records)).tolist():
            sources.setdefault(pair >> 16, set()).add(sight.source_name(pair & 0xFFFF))
        told = zip(
            met.tolist(),
            sight.observables(ids[met]),
            records[firsts].tolist(),
            (records[lasts] + 1).tolist(),
            strict=True,
        )
        said = {
            row: (observable, after, upto, frozenset(sources[row]))
            for row, observable, after, upto in told
        }
        found: dict[tuple[int, int], list[str]] = {}
        for row, entry, owner in zip(
            which.tolist(), entries.tolist(), owners.tolist(), strict=True
        ):
            if row in said:
                found.setdefault((row, owner), []).append(self._watched.patterns[entry])
        touches = [Touch(owner, patterns, *said[row]) for (row, owner), patterns in found.items()]
        return in_order(touches)

    def would_be(self, wanted: NDArray[np.bool_], since: datetime, every_s: int) -> WouldBe:
        """Return how often entries would have met something.

        Args:
            wanted: For each owner of entries, whether his are asked for.
            since: Only records that end at this moment or later.
            every_s: Records of one value and source within so long make one hit.
        """
        return would_be_of([self.met(wanted, since, every_s)])

    def met(self, wanted: NDArray[np.bool_], since: datetime, every_s: int) -> Met:
        """Return what entries would have met; see `would_be`."""
        sight = self._sight
        ids = self._watched.values_of(wanted)
        rows, records = sight.records_of_all(ids)
        columns = sight.moment.records
        late = columns.last(records) >= microseconds(since)
        rows, records = rows[late], records[late]
        counts = np.bincount(rows, minlength=len(ids))
        met = np.flatnonzero(counts)
        named = zip((-counts[met]).tolist(), sight.observables(ids[met]), strict=True)
        buckets = columns.last(records) // (every_s * 1_000_000)
        apart = np.stack((rows, sight.sources_of(records), buckets), axis=1)
        times = len(np.unique(apart, axis=0)) if len(rows) else 0
        return Met(np.unique(records), list(named), times)


def in_order(touches: Iterable[Touch]) -> list[Touch]:
    """Return touches by value and owner."""
    return sorted(touches, key=lambda one: (one.observable, one.owner))


def would_be_of(parts: Sequence[Met]) -> WouldBe:
    """Put together what entries would have met in several places."""
    records = np.unique(np.concatenate([one.records for one in parts]))
    named = sorted(pair for one in parts for pair in one.named)
    return WouldBe(len(records), [one for _, one in named], sum(one.times for one in parts))


def said_in(sight: Visible, spans: Sequence[Span]) -> list[SaidIn | None]:
    """Return what the visible records of each span say; None: none of them is visible.

    Cost: about 100 µs a span.
    """
    return [_said_in(sight, span) for span in spans]


def _said_in(sight: Visible, span: Span) -> SaidIn | None:
    value_id = sight.find_one(span.observable)
    if value_id < 0:
        return None
    every = sight.records_of(value_id)
    low, high = np.searchsorted(every, (span.after, span.upto))
    if low == high:
        return None
    said, whole = spoken(sight, value_id, every[low:high]), spoken(sight, value_id, every)
    return SaidIn(
        int(high - low),
        said.sources,
        list(said.roles),
        list(whole.tags),
        sorted(whole.sources.keys() - said.sources.keys()),
    )
