"""How often each address showed a token, how rare tokens are, and both as a short dense row."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.behaviour.hashes import Keys, sign_rows

Rows = NDArray[np.float32]

_KEY_BITS = np.uint64(40)
_BUCKETS = 1 << 22
_BUCKET_SHIFT = np.uint64(18)
_MOST = (1 << 32) - 1
_TINY = np.float32(1e-20)


class Tally(NamedTuple):
    """Counts by address and key; each pair once, in order of address and key.

    Attributes:
        pairs: uint64 [n], the address's number in 24 bits, the upper 40 bits of the key.
        times: uint32 [n], how often, 1 or more.
    """

    pairs: Keys
    times: NDArray[np.uint32]

    @property
    def ip(self) -> NDArray[np.int32]:
        """Numbers of the addresses."""
        return (self.pairs >> _KEY_BITS).astype(np.int32)

    def between(self, first: int, end: int) -> "Tally":
        """Return the part of the addresses from `first` to before `end`."""
        bounds = np.array([first, end], np.uint64) << _KEY_BITS
        begin, stop = np.searchsorted(self.pairs, bounds)
        return Tally(self.pairs[begin:stop], self.times[begin:stop])


def tallied(ip: NDArray[Any], keys: Keys, times: NDArray[np.uint32] | None = None) -> Tally:
    """Add up `times` (1 each where not given) of equal pairs. Cost: one sort."""
    pairs = (ip.astype(np.uint64) << _KEY_BITS) | (keys >> np.uint64(24))
    if times is None or (times == 1).all():
        # Events stand by address already, and a merge sort uses it: five times as fast.
        pairs.sort(kind="stable")
        starts = np.flatnonzero(firsts(pairs))
        sums = np.diff(np.append(starts, len(pairs)))
    else:
        order = np.argsort(pairs)
        pairs = pairs[order]
        starts = np.flatnonzero(firsts(pairs))
        sums = np.add.reduceat(times[order].astype(np.int64), starts) if len(pairs) else starts
    return Tally(pairs[starts], np.minimum(sums, _MOST).astype(np.uint32))


def firsts(ordered: Keys) -> NDArray[np.bool_]:
    """Tell of each if it is the first of its like, in a sorted array."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


class Rarity:
    """In how many addresses keys occur, counted in 4 M buckets by key: 16 MB for any number.

    Where keys share a bucket they seem a little less rare. A key that was never counted
    is as rare as one of a single address.
    """

    def __init__(self, addresses: int) -> None:
        self._addresses = addresses
        self._counted = np.zeros(_BUCKETS, np.uint32)

    def count(self, tallies: Sequence[Tally]) -> None:
        """Count the addresses of these keys; no address is in two of these tallies."""
        buckets = np.concatenate([np.zeros(0, np.int64), *map(_buckets, tallies)])
        self._counted += np.bincount(buckets, minlength=_BUCKETS).astype(np.uint32)

    def of(self, tally: Tally) -> NDArray[np.float64]:
        """Return ln(1 + addresses / addresses with the key), the inverse document frequency."""
        return np.log1p(self._addresses / np.maximum(self._counted[_buckets(tally)], 1))


def _buckets(tally: Tally) -> NDArray[np.int64]:
    return (tally.pairs >> _BUCKET_SHIFT).astype(np.int64) & (_BUCKETS - 1)


def projected(tally: Tally, first: int, end: int, rarity: Rarity, signs: Rows) -> Rows:
    """Return a row per address: counts, damped, times rarity; length 1; then times signs.

    Every key has its row of +1 and -1, so that products of rows stay, on average, as they are
    (Johnson-Lindenstrauss; Achlioptas 2003). Shape (end - first, width of `signs`).
    """
    from scipy.sparse import csr_array  # noqa: PLC0415  0.2 s that other commands need not wait

    ip = tally.ip - first
    value = np.log1p(tally.times) * rarity.of(tally)
    length = np.sqrt(np.bincount(ip, weights=value * value, minlength=end - first))
    value = (value / length[ip]).astype(np.float32)
    row_ends = np.cumsum(np.bincount(ip, minlength=end - first))
    spans = np.concatenate([[0], row_ends]).astype(np.int32)
    sparse = csr_array((value, sign_rows(tally.pairs), spans), shape=(end - first, len(signs)))
    return sparse @ signs


def unit(rows: Rows) -> Rows:
    """Bring rows to length 1, in place; a row of zeros stays as it is."""
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    rows /= np.maximum(length, _TINY)[:, None]
    return rows
