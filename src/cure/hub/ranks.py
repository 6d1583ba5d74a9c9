"""Ranks: how many readable records of a stretch of the log came before one.

A rank counts what the audience may read, replaced records too, so that it never changes when
something is added. So it may be told, and record numbers may not.
"""

import numpy as np

from cure.hub.visible import Numbers, Visible

_AT_ONCE = 1 << 20


def ranks(sight: Visible, numbers: Numbers, after: Numbers) -> Numbers:
    """Return for each record how many readable ones stand between a position and it.

    Args:
        sight: What may be seen.
        numbers: Numbers of the records; of one that it may not read, that before it is ranked.
        after: For each of them the position; many have the same.

    Cost: about 1 ns a record in between.
    """
    found = np.empty(len(numbers), np.int64)
    for start in np.unique(after):
        own = np.flatnonzero(after == start)
        first, last = int(numbers[own].min()), int(numbers[own].max())
        before = _count(sight, int(start), first)
        among = np.cumsum(sight.may_read(first, last + 1))
        found[own] = before + among[numbers[own] - first] - 1
    return found


def _count(sight: Visible, low: int, high: int) -> int:
    return sum(
        int(np.count_nonzero(sight.may_read(at, min(at + _AT_ONCE, high))))
        for at in range(low, high, _AT_ONCE)
    )


def position_of(sight: Visible, after: int, upto: int, rank: int) -> int:
    """Return the position before the record with a rank.

    Args:
        sight: What may be seen.
        after: The position from which ranks count.
        upto: Where to stop, if there is no such record: then that is returned.
        rank: The rank.
    """
    for at in range(after, upto, _AT_ONCE):
        readable = np.flatnonzero(sight.may_read(at, min(at + _AT_ONCE, upto)))
        if rank < len(readable):
            return at + int(readable[rank])
        rank -= len(readable)
    return upto


def last_readable(sight: Visible, upto: int) -> int | None:
    """Return the number of the last readable record before a position; None: there is none."""
    size, high = 1 << 12, upto
    while high > 0:
        low = max(0, high - size)
        readable = np.flatnonzero(sight.may_read(low, high))
        if len(readable):
            return low + int(readable[-1])
        size, high = min(size * 4, _AT_ONCE), low
    return None
