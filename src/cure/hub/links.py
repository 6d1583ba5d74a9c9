"""Who speaks of what: a roaring bitmap of value ids for each stamp and topic.

A stamp is a pair of source and label. A source's values, as an audience sees them, are the
union of its bitmaps over the labels that the audience may see; two sources are linked by the
values in both. So the counts of an audience come from what it may see and from nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

SpokenOf: TypeAlias = dict[tuple[int, int], BitMap]
"""(stamp, topic number) → value ids."""
United: TypeAlias = dict[int, BitMap]
"""Stamp → value ids of all topics: kept, as it is asked for most and takes long to unite."""

_SHIFT = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


class Stamp(NamedTuple):
    """Where a record comes from and how far it may travel: numbers of source and label."""

    source: int
    label: int


def group(
    stamps: NDArray[np.uint16], topics: NDArray[np.uint8], ids: NDArray[np.int64]
) -> Iterator[tuple[tuple[int, int], BitMap]]:
    """Group value ids by stamp and topic."""
    if not len(ids):
        return
    keys = stamps.astype(np.uint64) << np.uint64(3) | topics.astype(np.uint64)
    pairs = keys << _SHIFT | ids.astype(np.uint64)
    pairs.sort()
    keys = pairs >> _SHIFT
    cuts = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    values = (pairs & _LOW).astype(np.uint32)
    starts = [0, *cuts.tolist()]
    for key, part in zip(keys[starts].tolist(), np.split(values, cuts), strict=True):
        yield (key >> 3, key & 7), BitMap(part)


def add(
    spoken: SpokenOf, united: United, groups: Iterable[tuple[tuple[int, int], BitMap]]
) -> SpokenOf:
    """Add to bitmaps in place.

    Returns:
        What was new in each.
    """
    new: SpokenOf = {}
    for key, ids in groups:
        known = spoken.setdefault(key, BitMap())
        fresh = ids - known
        if fresh:
            known |= fresh
            whole = united.setdefault(key[0], BitMap())
            whole |= fresh
            new[key] = fresh
    return new


def remove(
    spoken: SpokenOf, united: United, groups: Iterable[tuple[tuple[int, int], BitMap]]
) -> None:
    """Put other bitmaps in place of those from which something goes."""
    for key, ids in groups:
        spoken[key] = spoken[key] - ids
        united[key[0]] = united[key[0]] - ids


def matrix(spoken: Sequence[BitMap], unlinked: BitMap) -> NDArray[np.int64]:
    """Count the values that each pair of sources has in common.

    Args:
        spoken: Of what each source speaks.
        unlinked: Values that count for their source only; few.

    Returns:
        Shape (n, n), symmetric; the diagonal holds how many values a source speaks of.
        Cost: n² / 2 intersections.
    """
    n = len(spoken)
    counts = np.zeros((n, n), np.int64)
    np.fill_diagonal(counts, [len(ids) for ids in spoken])
    passed_over = [ids & unlinked for ids in spoken]  # without them would be a copy of each
    for i, j in combinations(range(n), 2):
        shared = spoken[i].intersection_cardinality(spoken[j])
        if passed_over[i] and passed_over[j]:
            shared -= passed_over[i].intersection_cardinality(passed_over[j])
        counts[i, j] = counts[j, i] = shared
    return counts
