"""Postings: value id → the records that mention it.

Most postings lie in one dense array, found without a search (compressed sparse rows); what
came since lies in a few sorted runs of (value id << 32 | record number), merged when the newest
has grown to a third of the one before. When the runs reach half of the dense part, they are
merged into it. So a posting is rewritten about four times in its life, and takes 4 to 8 bytes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_SMALLEST_DENSE = 1 << 16
_CHUNK = 1 << 17  # values moved at a time: bounds the memory of a merge


class Postings(NamedTuple):
    """The postings of one moment.

    Attributes:
        starts: Value id → where its dense postings start, and one more; ids beyond have none.
        records: Dense postings: record numbers, ascending within a value.
        runs: Sorted runs of the newer postings, oldest first.
    """

    starts: NDArray[np.int64]
    records: NDArray[np.uint32]
    runs: tuple[NDArray[np.uint64], ...]

    def of_one(self, value_id: int) -> NDArray[np.uint32]:
        """Return the records of one value, ascending. Cost: about 5 µs and 2 ns a record."""
        parts = self.parts(value_id)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def parts(self, value_id: int) -> list[NDArray[np.uint32]]:
        """Return the records of one value, ascending, in parts as they lie. Cost: about 5 µs."""
        parts: list[NDArray[np.uint32]] = []
        if value_id < len(self.starts) - 1:
            parts.append(self.records[self.starts[value_id] : self.starts[value_id + 1]])
        bounds = np.array((value_id << 32, (value_id + 1) << 32), np.uint64)
        for run in self.runs:
            low, high = run.searchsorted(bounds).tolist()
            if low < high:
                parts.append((run[low:high] & _LOW).astype(np.uint32))
        return parts or [np.empty(0, np.uint32)]

    def of(
        self, ids: NDArray[np.int64], newest: int = 2**40
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the records of many values.

        Args:
            ids: The values.
            newest: Of each value only about so many records, the newest.

        Returns:
            Two arrays of one length: positions in `ids`, and record numbers.
        """
        rows: list[NDArray[np.int64]] = []
        records: list[NDArray[np.int64]] = []
        dense = np.flatnonzero(ids < len(self.starts) - 1)
        low, high = self.starts[ids[dense]], self.starts[ids[dense] + 1]
        where, at = spread(np.maximum(low, high - newest), high)
        rows.append(dense[where])
        records.append(self.records[at].astype(np.int64))
        order = np.argsort(ids)  # a search is three times as fast where questions are in order
        wanted = ids[order].astype(np.uint64) << _SHIFT
        for run in self.runs:
            low = run.searchsorted(wanted)
            high = run.searchsorted(wanted + (np.uint64(1) << _SHIFT))
            where, at = spread(np.maximum(low, high - newest), high)
            rows.append(order[where])
            records.append((run[at] & _LOW).astype(np.int64))
        return np.concatenate(rows), np.concatenate(records)


def spread(
    low: NDArray[np.int64], high: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Unroll many ranges: the number of the range, and the position, for each element.

    >>> spread(np.array([3, 9]), np.array([5, 10]))
    (array([0, 0, 1]), array([3, 4, 9]))
    """
    lengths = high - low
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    rows = np.repeat(np.arange(len(lengths)), lengths)
    return rows, np.arange(total) + np.repeat(low - ends + lengths, lengths)


class PostingTable:
    """The writer's side."""

    def __init__(self) -> None:
        self.now = Postings(np.zeros(1, np.int64), np.empty(0, np.uint32), ())

    def add(self, ids: NDArray[np.int64], records: NDArray[np.int64], value_count: int) -> None:
        """Add postings; equal pairs count once. Record numbers only ever grow.

        Args:
            ids: Value ids, one for each mention.
            records: The record of each mention, ascending.
            value_count: How many values there are now.
        """
        if not len(ids):
            return
        run = (ids.astype(np.uint64) << _SHIFT) | records.astype(np.uint64)
        run.sort()
        run = run[np.concatenate(([True], run[1:] != run[:-1]))]
        runs = [*self.now.runs, run]
        while len(runs) > 1 and len(runs[-1]) * 3 >= len(runs[-2]):
            merged = np.concatenate((runs[-2], runs[-1]))
            merged.sort(kind="stable")  # two ascending halves: one pass
            runs[-2:] = [merged]
        self.now = self.now._replace(runs=tuple(runs))
        waiting = sum(map(len, runs))
        if waiting > _SMALLEST_DENSE and waiting * 2 > len(self.now.records):
            self.now = dense(self.now, value_count)


def dense(old: Postings, value_count: int) -> Postings:
    """Return the same postings with all runs merged into the dense part."""
    new = np.concatenate((np.empty(0, np.uint64), *old.runs))
    if len(old.runs) > 1:
        new.sort(kind="stable")
    known = len(old.starts) - 1
    old_counts = np.zeros(value_count, np.int64)
    old_counts[:known] = np.diff(old.starts)
    bounds = [new.searchsorted(np.uint64(low << 32)) for low in range(0, value_count, _CHUNK)]
    bounds = [*map(int, bounds), len(new)]
    new_counts = np.zeros(value_count, np.int64)
    for low, a, b in zip(range(0, value_count, _CHUNK), bounds, bounds[1:], strict=False):
        ids = (new[a:b] >> _SHIFT).astype(np.int64) - low
        part = new_counts[low : low + _CHUNK]
        part += np.bincount(ids, minlength=len(part))
    starts = np.zeros(value_count + 1, np.int64)
    np.cumsum(old_counts + new_counts, out=starts[1:])
    records = np.empty(int(starts[-1]), np.uint32)
    # A value's old postings come first, then its new ones: both ascend, and all new are higher.
    for low, a, b in zip(range(0, value_count, _CHUNK), bounds, bounds[1:], strict=False):
        high = min(low + _CHUNK, value_count)
        _, to = spread(starts[low:high], starts[low:high] + old_counts[low:high])
        if low < known:
            records[to] = old.records[old.starts[low] : old.starts[min(high, known)]]
        _, to = spread(starts[low:high] + old_counts[low:high], starts[low + 1 : high + 1])
        records[to] = (new[a:b] & _LOW).astype(np.uint32)
    return Postings(starts, records, ())
