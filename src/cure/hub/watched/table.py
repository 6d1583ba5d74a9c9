"""All entries that are watched, and which known values fit them: each value is looked at once."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.column import Column
from cure.hub.moment import Moment
from cure.hub.postings import spread
from cure.hub.watched.entry import Entry
from cure.hub.watched.group import Group
from cure.hub.watched.pairs import Numbers, Pairs

_SHIFT = 32
_LOW = (1 << _SHIFT) - 1


class _Waiting(NamedTuple):
    """Entries that were not compared with the values yet."""

    entries: list[Entry]
    numbers: list[int]


class Watched:
    """The table of entries; one thread at a time uses it.

    Attributes:
        patterns: The pattern of each entry, by number.
        entries: The entries.
        owners: The owner of each.
    """

    def __init__(self) -> None:
        """Watch nothing."""
        self.patterns: list[str] = []
        self.entries: list[Entry] = []
        self.owners: list[int] = []
        self._owner_of = np.empty(0, np.int32)
        self._waiting = _Waiting([], [])
        self._groups: list[Group] = []
        self._forgotten: set[int] = set()
        self._decided = 0
        self._is_watched = np.zeros(1 << 16, bool)
        self._pairs = Column(np.int64)  # value id << 32 | entry, ascending

    def add(self, entries: Sequence[Entry], owner: int) -> None:
        """Watch for more.

        Args:
            entries: What.
            owner: A number of the caller's, from 0, by which he knows them again.
        """
        first = len(self.patterns)
        self.patterns += [one.pattern for one in entries]
        self.entries += entries
        self.owners += [owner] * len(entries)
        self._waiting.entries.extend(entries)
        self._waiting.numbers.extend(range(first, len(self.patterns)))

    def forget(self, owner: int) -> None:
        """Have the entries of an owner, who is never asked for again, take no more time."""
        self._forgotten.add(owner)

    def follow(self, other: "Watched") -> None:
        """Watch for all that another table watches for, as it does."""
        known = len(self.patterns)
        fresh, owners = other.entries[known:], other.owners[known:]
        for owner, some in groupby(zip(owners, fresh, strict=True), key=itemgetter(0)):
            self.add([entry for _, entry in some], owner)
        self._forgotten |= other.forgotten

    @property
    def forgotten(self) -> frozenset[int]:
        """The owners who are never asked for again."""
        return frozenset(self._forgotten)

    def look(self, moment: Moment) -> None:
        """Compare what is new since the last look: new values and new entries."""
        known = len(moment.values)
        if known > len(self._is_watched):
            grown = np.zeros(max(known, len(self._is_watched) * 3 // 2), bool)
            grown[: self._decided] = self._is_watched[: self._decided]
            self._is_watched = grown
        if known > self._decided:
            parts = [one.fitting(moment, self._decided, known) for one in self._groups]
            self._keep(Pairs.of(parts))
            self._decided = known
        if self._waiting.entries:
            numbers = np.array(self._waiting.numbers, np.int64)
            added = Group(self._waiting.entries, numbers, moment.values.key)
            self._waiting = _Waiting([], [])
            self._owner_of = np.array(self.owners, np.int32)
            self._keep(added.held(moment))
            self._groups.append(added)
            self._tidy(moment)

    def _tidy(self, moment: Moment) -> None:
        """Put groups together until each is much larger than the next; forget whom nobody wants."""
        groups = self._groups
        while len(groups) > 1 and len(groups[-1].entries) * 3 >= len(groups[-2].entries):
            both = [
                (entry, number)
                for group in groups[-2:]
                for entry, number in zip(group.entries, group.numbers.tolist(), strict=True)
                if self.owners[number] not in self._forgotten
            ]
            numbers = np.array([number for _, number in both], np.int64)
            groups[-2:] = [Group([entry for entry, _ in both], numbers, moment.values.key)]

    def _keep(self, pairs: Pairs) -> None:
        if not len(pairs.ids):
            return
        self._is_watched[pairs.ids] = True
        keys = np.unique(pairs.ids << _SHIFT | pairs.entries)
        held = self._pairs.now
        if not len(held) or keys[0] > held[-1]:
            self._pairs.extend(keys)
        else:
            self._pairs = Column(np.int64, np.unique(np.concatenate((held, keys))))

    def is_watched(self, ids: NDArray[np.uint32] | Numbers) -> NDArray[np.bool_]:
        """Tell which values fit any entry. Cost: about 2 ns a value."""
        return self._is_watched.take(ids)

    def fitting(self, ids: Numbers, wanted: NDArray[np.bool_]) -> tuple[Numbers, Numbers, Numbers]:
        """Return which entries of wanted owners these values fit.

        Args:
            ids: Value ids.
            wanted: For each owner, whether his entries are asked for.

        Returns:
            Three arrays of one length: positions in `ids`, entries, owners.
        """
        pairs = self._pairs.now
        low = pairs.searchsorted(ids << _SHIFT).astype(np.int64)
        high = pairs.searchsorted((ids + 1) << _SHIFT).astype(np.int64)
        rows, at = spread(low, high)
        entries = pairs[at] & _LOW
        owners = self._owner_of[entries]
        keep = wanted[owners]
        return rows[keep], entries[keep], owners[keep].astype(np.int64)

    def values_of(self, wanted: NDArray[np.bool_]) -> Numbers:
        """Return the ids of all values that fit entries of wanted owners, ascending."""
        pairs = self._pairs.now
        fits = wanted[self._owner_of[pairs & _LOW]]
        return np.unique(pairs[fits] >> _SHIFT)
