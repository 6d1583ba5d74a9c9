"""The nearest neighbours of rows: every pair for some ten thousand rows, buckets beyond.

Source: inverted files with several probes, Jégou et al., IEEE TPAMI 33 (2011) 117-128, without
their quantisation.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EVERY_PAIR_UP_TO = 50_000
"""More rows are put into buckets first."""
_BUCKET = 1000  # rows in a bucket, about
_LARGEST = 4 * _BUCKET  # a larger bucket is cut
_PROBES = 6  # buckets that a row is compared with
_SAMPLE = 64  # rows from which the centre of a bucket is learnt
_STEPS = 4  # rounds of k-means
_BLOCK = 8_000_000  # cosines held at a time


class Neighbours(NamedTuple):
    """The rows most alike to each row, best first.

    Attributes:
        numbers: int32 [n, k], the neighbour's row; -1 where there are fewer.
        cosines: float32 [n, k], how alike; -inf where there is none.
    """

    numbers: NDArray[np.int32]
    cosines: NDArray[np.float32]


def nearest(
    rows: NDArray[np.float32], k: int, *, every_pair_up_to: int = EVERY_PAIR_UP_TO
) -> Neighbours:
    """Find the k rows with the highest cosine to each row, itself left out.

    Deterministic. Exact up to so many rows; beyond, a row is compared with those of the buckets
    whose centres are nearest to it.

    Args:
        rows: float32 [n, d], rows of length 1.
        k: How many neighbours, 1 or more.
        every_pair_up_to: So many rows are compared pair by pair.

    Cost: n² · d for every pair; about n · (n / 1000 + 6000) · d by buckets. Beside the rows:
    50 MB and 8 · n · k bytes.
    """
    found = Neighbours(
        np.full((len(rows), k), -1, np.int32), np.full((len(rows), k), -np.inf, np.float32)
    )
    if len(rows) <= every_pair_up_to:
        everything = np.arange(len(rows), dtype=np.int32)
        _offer(found, rows, everything, everything)
    else:
        _offer_buckets(found, rows)
    return found


def _offer_buckets(found: Neighbours, rows: NDArray[np.float32]) -> None:
    """Compare each row with those of its own bucket, then with those of the next nearest."""
    probes = _probes(rows)
    homes = probes[:, 0]
    for first, last in ((0, 1), (1, _PROBES)):
        asked = probes[:, first:last].ravel()
        order = np.argsort(asked, kind="stable")
        bounds = np.searchsorted(asked[order], np.arange(homes.max() + 2))
        members = np.argsort(homes, kind="stable").astype(np.int32)
        starts = np.searchsorted(homes[members], np.arange(homes.max() + 2))
        for bucket in range(int(homes.max()) + 1):
            asking = order[bounds[bucket] : bounds[bucket + 1]] // (last - first)
            inside = members[starts[bucket] : starts[bucket + 1]]
            _offer(found, rows, asking.astype(np.int32), inside)


def _probes(rows: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the buckets of each row, nearest first: int32 [n, _PROBES].

    A bucket that is too large, as of thousands of rows that hardly differ, is cut into pieces;
    a row that asks for it gets one of them.
    """
    centres = _centres(rows)
    probes = np.empty((len(rows), _PROBES), np.int32)
    width = max(1, _BLOCK // len(centres))
    for start in range(0, len(rows), width):
        cosines = rows[start : start + width] @ centres.T
        best = _best(cosines, _PROBES, np.full(len(cosines), -np.inf, np.float32))
        probes[start + best.row, best.rank] = best.column
    sizes = np.bincount(probes[:, 0], minlength=len(centres))
    pieces = np.maximum(1, -(-sizes // _LARGEST))
    firsts = np.cumsum(pieces) - pieces
    turn = np.arange(len(rows), dtype=np.int64)[:, np.newaxis] % pieces[probes]
    return (firsts[probes] + turn).astype(np.int32)


def _centres(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Learn the centres of buckets by spherical k-means from rows at even distances."""
    count = max(2 * _PROBES, len(rows) // _BUCKET)
    sample = rows[:: max(1, len(rows) // (count * _SAMPLE))]
    centres = sample[np.linspace(0, len(sample) - 1, count).astype(np.int64)]
    for _ in range(_STEPS):
        width = max(1, _BLOCK // count)
        belongs = np.concatenate(
            [
                np.argmax(sample[start : start + width] @ centres.T, axis=1)
                for start in range(0, len(sample), width)
            ]
        )
        order = np.argsort(belongs, kind="stable")
        present, starts = np.unique(belongs[order], return_index=True)
        sums = np.add.reduceat(sample[order], starts, axis=0)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres[present] = sums / np.maximum(lengths, np.float32(1e-12))
    return centres


def _offer(
    found: Neighbours,
    rows: NDArray[np.float32],
    asking: NDArray[np.int32],
    offered: NDArray[np.int32],
) -> None:
    """Compare rows with others, and keep the best; `offered` ascends, `asking` has no row twice."""
    if not len(offered):
        return
    others = rows[offered]
    width = max(1, _BLOCK // len(offered))
    for start in range(0, len(asking), width):
        these = asking[start : start + width]
        cosines = rows[these] @ others.T
        place = np.minimum(np.searchsorted(offered, these), len(offered) - 1)
        itself = np.flatnonzero(offered[place] == these)
        cosines[itself, place[itself]] = -np.inf
        _keep_best(found, these, offered, cosines)


def _keep_best(
    found: Neighbours,
    asking: NDArray[np.int32],
    offered: NDArray[np.int32],
    cosines: NDArray[np.float32],
) -> None:
    """Merge the best of a block into what was found so far; equals in order of their numbers."""
    k = found.numbers.shape[1]
    best = _best(cosines, k, found.cosines[asking, -1])
    changed = np.flatnonzero(np.bincount(best.row, minlength=len(asking)))
    line = np.searchsorted(changed, best.row)
    at = asking[changed]
    numbers = np.full((len(changed), 2 * k), -1, np.int32)
    merged = np.full((len(changed), 2 * k), -np.inf, np.float32)
    numbers[:, :k], merged[:, :k] = found.numbers[at], found.cosines[at]
    numbers[line, k + best.rank], merged[line, k + best.rank] = offered[best.column], best.value
    order = np.argsort(-merged, axis=1, kind="stable")[:, :k]
    found.numbers[at] = np.take_along_axis(numbers, order, axis=1)
    found.cosines[at] = np.take_along_axis(merged, order, axis=1)


class _Best(NamedTuple):
    """The best of each row of a block, one line each, by row and then by rank from 0."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    rank: NDArray[np.int64]
    value: NDArray[np.float32]


def _best(cosines: NDArray[np.float32], k: int, worst: NDArray[np.float32]) -> _Best:
    """Find the k highest of each row that reach its worst so far; never -inf.

    A threshold and a look at what reaches it cost a third of an `argpartition`.
    """
    if cosines.shape[1] > k and np.isneginf(worst).any():
        worst = np.maximum(worst, np.partition(cosines, -k, axis=1)[:, -k])
    hits = np.flatnonzero(cosines >= worst[:, np.newaxis])
    value = cosines.ravel()[hits]
    hits, value = hits[np.isfinite(value)], value[np.isfinite(value)]
    row, column = np.divmod(hits, cosines.shape[1])
    order = np.lexsort((column, -value, row))
    row, column, value = row[order], column[order], value[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    best = rank < k
    return _Best(row[best], column[best], rank[best], value[best])
