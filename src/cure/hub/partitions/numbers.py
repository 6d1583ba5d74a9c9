"""Questions about records by their number: a record is told of where its first value belongs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cure.hub.partitions.asking import Answering, Asking
from cure.hub.partitions.lists import AskingForLists
from cure.hub.view import released
from cure.hub.visible import Numbers
from cure.interfaces import Released
from cure.model import Label
from cure.model.label import join

_AT_ONCE = 1 << 20


class ByNumber(Answering):
    """What a partition says of records by their number."""

    def visible(self, numbers: Numbers) -> tuple[Numbers, NDArray[np.uint16]]:
        """Return those of some records that are told of here and visible, and their stamps."""
        _, rows = self.rows(numbers)
        rows = self.sight.at_home(self.sight.visible(rows))
        return self.moment.numbers[rows], self.sight.moment.records.stamps[rows]

    def readable(self, low: int, high: int) -> Numbers:
        """Return which records of a stretch may be read, gone or not, of those it keeps stamps."""
        part, count = self.sight.moment.share
        places = np.arange(max(low - part + count - 1, 0) // count, (high - part - 1) // count + 1)
        places = places[places < len(self.moment.stamps)]
        return places[self.sight.may_read_stamps(self.moment.stamps[places])] * count + part

    def count_readable(self, numbers: Numbers, after: Numbers) -> Numbers:
        """Return how many of these records stand from each position on to each record."""
        if not len(numbers):
            return numbers
        low = int(after.min())
        readable = self.readable(low, int(numbers.max()) + 1)
        return readable.searchsorted(numbers, "right") - readable.searchsorted(after, "left")


class AskingByNumber(AskingForLists, Asking):
    """The part of a view that tells of records by their number."""

    def let_through(self, numbers: Sequence[int]) -> Released:
        """Return those of some record numbers that may be seen."""
        rows = np.array(numbers, np.int64) - 1
        return released(rows[np.isin(rows, self._visible(rows)[0])])

    def _visible(self, numbers: Numbers) -> tuple[Numbers, NDArray[np.uint16]]:
        """Return those of some records that are visible, ascending, and their stamps."""
        answers = self.each("visible", np.unique(numbers))
        found = np.concatenate([one for one, _ in answers])
        stamps = np.concatenate([one for _, one in answers])
        order = np.argsort(found)
        return found[order], stamps[order]

    def sees(self, numbers: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Tell which records are visible, by their number in the log; the latest versions only."""
        rows = numbers.astype(np.int64) - 1
        return np.isin(rows, self._visible(rows)[0])

    def unnamed(self, numbers: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Tell which visible records have a source that stays unnamed."""
        rows = numbers.astype(np.int64) - 1
        found, stamps = self._visible(rows)
        unnamed = self.asker.clearance.sources[stamps] == len(self.front.sources)
        return np.isin(rows, found[unnamed])

    def label_of(self, numbers: NDArray[np.uint32]) -> Label:
        """Return the label of what is derived from these visible records; at least one."""
        _, stamps = self._visible(numbers.astype(np.int64) - 1)
        some = (self.front.stamps[one].label for one in np.unique(stamps).tolist())
        return join(self.front.labels[label] for label in some)

    def upto(self) -> int:
        """Return the number of the last record of its moment, visible or not; never to be told."""
        return self.front.upto

    def ranks(self, released: Released, after: Sequence[int]) -> list[int]:
        """Return how many records that it could read came between a position and each record."""
        numbers, begins = np.array(released, np.int64) - 1, np.array(after, np.int64)
        return (np.sum(self.each("count_readable", numbers, begins), axis=0) - 1).tolist()

    def position_of(self, after: int, upto: int, rank: int) -> int:
        """Return the position before the record with a rank, or else `upto`."""
        for low in range(after, upto, _AT_ONCE):
            high = min(low + _AT_ONCE, upto)
            readable = np.sort(np.concatenate(self.each("readable", low, high)))
            if rank < len(readable):
                return int(readable[rank])
            rank -= len(readable)
        return upto

    def latest(self, upto: int) -> Released:
        """Return the last record before a position that it could read; empty: there is none."""
        size, high = 1 << 12, upto
        while high > 0:
            low = max(0, high - size)
            readable = np.concatenate(self.each("readable", low, high))
            if len(readable):
                return released(readable[[readable.argmax()]])
            size, high = min(size * 4, _AT_ONCE), low
        return released(np.empty(0, np.int64))
