"""Values and their ids: a hash table in three arrays.

Open addressing with linear probing over dense 32-bit value ids, probed for a whole batch at
once. Entries are never removed and a full table is replaced, not changed, so a reader that
holds an older moment finds all that was there then, without a lock.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.column import Column
from cure.hub.hashing import HashKey, hash_all, hash_one
from cure.hub.packing import TOPIC_NUMBERS, Packed, Words, unpack
from cure.hub.postings import spread
from cure.model import Observable

Ids = NDArray[np.int64]
_EMPTY = np.uint32(2**32 - 1)
MAX_IDS = 2**32 - 2


class Values(NamedTuple):
    """All values of one moment; what readers hold.

    Attributes:
        table: Slot → value id; a power of two long, at most half full.
        hashes: Value id → hash.
        words: The packed values, one after the other.
        starts: Value id → first word; one more at the end.
        forms: Value id → form (`packing.Form`).
        key: The key of the hash.
    """

    table: NDArray[np.uint32]
    hashes: NDArray[np.uint64]
    words: Words
    starts: NDArray[np.int64]
    forms: NDArray[np.uint8]
    key: HashKey

    def __len__(self) -> int:
        return len(self.hashes)

    def find_one(self, packed: bytes) -> int:
        """Return the id of one packed value, or -1. Cost: about 2 µs."""
        hashed = hash_one(packed, self.key)
        mask = len(self.table) - 1
        slot = hashed & mask
        known = len(self.hashes)
        while (found := int(self.table[slot])) != _EMPTY:
            if found < known and int(self.hashes[found]) == hashed and self.packed(found) == packed:
                return found
            slot = (slot + 1) & mask
        return -1

    def find(self, packed: Packed, hashes: NDArray[np.uint64] | None = None) -> Ids:
        """Return the id of each value, or -1. Cost: about 40 ns a value."""
        if hashes is None:
            hashes = hash_all(packed, self.key)
        found = np.full(len(packed), -1, np.int64)
        mask = np.uint64(len(self.table) - 1)
        known = len(self.hashes)
        rows = np.arange(len(packed))
        slots = hashes & mask
        while len(rows):
            ids = self.table[slots].astype(np.int64)
            met = ids < known
            same = np.zeros(len(rows), bool)
            same[met] = self.hashes[ids[met]] == hashes[rows[met]]
            candidates = np.flatnonzero(same)
            if len(candidates):
                held = Packed(self.words, self.starts)
                equal = _equal(held, ids[candidates], packed, rows[candidates])
                same[candidates[~equal]] = False
                found[rows[same]] = ids[same]
            more = ~same & (ids != _EMPTY)
            rows, slots = rows[more], (slots[more] + np.uint64(1)) & mask
        return found

    def packed(self, value_id: int) -> bytes:
        """Return a value's packed form."""
        return self.words[self.starts[value_id] : self.starts[value_id + 1]].tobytes()

    def observable(self, value_id: int) -> Observable:
        """Return the value with this id."""
        return unpack(self.packed(value_id))

    def observables(self, ids: Ids | NDArray[np.uint32] | Sequence[int]) -> list[Observable]:
        """Return the values with these ids. Cost: about 1.5 µs a value."""
        words, starts = self.words, self.starts
        wanted = np.asarray(ids, np.int64)
        bounds = zip(starts[wanted].tolist(), starts[wanted + 1].tolist(), strict=True)
        return [unpack(words[a:b].tobytes()) for a, b in bounds]

    def topics(self, ids: Ids) -> NDArray[np.uint8]:
        """Return the topic number of each id."""
        return TOPIC_NUMBERS[self.forms[ids]]


class ValueTable:
    """The writer's side: gives new values their ids."""

    def __init__(self, key: HashKey) -> None:
        self._key = key
        self._table = np.full(1024, _EMPTY, np.uint32)
        self._hashes = Column(np.uint64)
        self._words = Column(np.uint64)
        self._starts = Column(np.int64, np.zeros(1, np.int64))
        self._forms = Column(np.uint8)
        self.now = self._moment()

    def _moment(self) -> Values:
        return Values(
            self._table,
            self._hashes.now,
            self._words.now,
            self._starts.now,
            self._forms.now,
            self._key,
        )

    def add(self, packed: Packed) -> Ids:
        """Return the id of each value; a new value gets the next one, in order of appearance.

        Cost: about 80 ns a value.

        Raises:
            OverflowError: If there would be more than 2³² - 2 values.
        """
        hashes = hash_all(packed, self._key)
        ids = self.now.find(packed, hashes)
        missing = np.flatnonzero(ids < 0)
        if len(missing):
            first, inverse = _distinct(packed, hashes, missing)
            known = len(self._hashes)
            if known + len(first) > MAX_IDS:
                raise OverflowError("more than 2**32 - 2 values")
            ids[missing] = known + inverse
            self._append(packed, hashes, missing[first])
        return ids

    def _append(self, packed: Packed, hashes: NDArray[np.uint64], rows: NDArray[np.intp]) -> None:
        known = len(self._hashes)
        starts, ends = packed.starts[rows], packed.starts[rows + 1]
        _, positions = spread(starts, ends)
        self._forms.extend((packed.words[starts] & np.uint64(0xFF)).astype(np.uint8))
        self._starts.extend(self._starts.now[-1] + np.cumsum(ends - starts))
        self._words.extend(packed.words[positions])
        self._hashes.extend(hashes[rows])
        self._enter(known)

    def _enter(self, known: int) -> None:
        """Put the values from id `known` on into the table."""
        if len(self._hashes) * 2 > len(self._table):
            size = len(self._table)
            while size < len(self._hashes) * 2:
                size *= 2
            table = np.full(size, _EMPTY, np.uint32)
            _insert(table, self._hashes.now, 0)
            self._table = table
        else:
            _insert(self._table, self._hashes.now, known)
        self.now = self._moment()

    def restore(self, words: Words, starts: NDArray[np.int64]) -> None:
        """Take the values of a snapshot; the table is built anew."""
        self._words, self._starts = Column(np.uint64, words), Column(np.int64, starts)
        self._forms = Column(np.uint8, words[starts[:-1]].astype(np.uint8))
        self._hashes = Column(np.uint64, hash_all(Packed(words, starts), self._key))
        self._enter(0)


def _distinct(
    packed: Packed, hashes: NDArray[np.uint64], rows: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number the distinct values among rows in order of appearance.

    Returns:
        Positions in `rows` of each value's first appearance, ascending, and for every row the
        number of its value.
    """
    _, first, inverse = np.unique(hashes[rows], return_index=True, return_inverse=True)
    if not _equal(
        packed, rows[first[inverse]], packed, rows
    ).all():  # two values of one hash in one batch: compare them one by one
        numbers: dict[bytes, int] = {}
        firsts: list[int] = []
        each = np.empty(len(rows), np.intp)
        for position, row in enumerate(rows.tolist()):
            value = packed.words[packed.starts[row] : packed.starts[row + 1]].tobytes()
            if value not in numbers:
                numbers[value] = len(numbers)
                firsts.append(position)
            each[position] = numbers[value]
        return np.array(firsts, np.intp), each
    order = np.argsort(first)
    rank = np.empty(len(order), np.intp)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse]


def _equal(
    some: Packed, ids: NDArray[np.int64], others: Packed, rows: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Compare pairs of values word by word."""
    here, there = some.starts[ids], others.starts[rows]
    lengths = others.starts[rows + 1] - there
    equal = some.starts[ids + 1] - here == lengths
    word = 0
    left = np.flatnonzero(equal)
    while len(left):
        differ = some.words[here[left] + word] != others.words[there[left] + word]
        equal[left[differ]] = False
        word += 1
        left = left[~differ & (lengths[left] > word)]
    return equal


def _insert(table: NDArray[np.uint32], hashes: NDArray[np.uint64], after: int) -> None:
    """Put the ids from `after` on into the table; all are distinct and absent."""
    mask = np.uint64(len(table) - 1)
    ids = np.arange(after, len(hashes), dtype=np.uint32)
    slots = hashes[after:] & mask
    while len(ids):
        free = table[slots] == _EMPTY
        table[slots[free]] = ids[free]  # of several that want one slot, one wins
        lost = table[slots] != ids
        ids, slots = ids[lost], (slots[lost] + np.uint64(1)) & mask
