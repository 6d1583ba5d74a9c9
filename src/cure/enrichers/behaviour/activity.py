"""When addresses are active together: co-activity by two-step random indexing.

A random row for each bin of (service, time); each address is the sum of its bins' rows; each bin,
anew, the sum of its addresses; each address the sum of those, less the mean of all.
No training; a new address is placed by the bins it was in.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.behaviour.hashes import Keys, mixed, signed
from cure.enrichers.behaviour.tallies import Rows, firsts, unit
from cure.enrichers.behaviour.timeline import Timeline

WIDTH = 32
BINS_S = (600, 3600)
_COMMON = 0.05
"""A bin that more of the addresses share says nothing."""
_COMMON_FEW, _COMMON_MANY = 10, 100_000
_FINE = 127
_EXACT = 1024
_PART = 1 << 20
_EVENTS, _ROWS = 1 << 17, 1 << 14
_IP_BITS = np.uint64(24)
_IP_MASK = np.uint64((1 << 24) - 1)


class Basis(NamedTuple):
    """What is needed to place an address beside those that were there when this was made.

    Attributes:
        keys: uint64 [m], ascending: one per bin with two addresses or more.
        weight: float32 [m], rarity of the bin.
        rows: int8 [m, WIDTH], the sum of its addresses' rows, of length 127.
        centre: float32 [WIDTH], the mean of all addresses.
    """

    keys: Keys
    weight: NDArray[np.float32]
    rows: NDArray[np.int8]
    centre: NDArray[np.float32]


class _Incidence(NamedTuple):
    """Bins as columns, compressed: those of column j are ip[spans[j]:spans[j + 1]]."""

    keys: Keys
    spans: NDArray[np.int64]
    ip: NDArray[np.int32]


def activity(timeline: Timeline, addresses: int) -> tuple[Rows, Basis]:
    """Return a row per address, of length 1 or 0, and the basis to place others by.

    Cost: a sort of up to two pairs per event; then 3 * WIDTH additions per pair.
    """
    bins = _rare(_incidence(timeline), addresses)
    weight = np.log1p(addresses / np.diff(bins.spans)).astype(np.float32)
    value = _values(bins, weight, addresses)
    random = _sums(bins, value, addresses, lambda part: _random(bins.keys[part]))
    # Whole numbers below 2^24 add up to the same in any order of the addresses.
    unit(random)
    random *= _FINE
    rows = _back(bins, np.rint(random, out=random))
    del random
    near = _sums(bins, value, addresses, lambda part: rows[part].astype(np.float32))
    basis = Basis(bins.keys, weight, rows, _centre(near))
    return _centred(near, basis.centre), basis


def placed(timeline: Timeline, addresses: int, basis: Basis) -> Rows:
    """Return rows of addresses by a basis that was made before them."""
    bins = _incidence(timeline)
    at = np.searchsorted(basis.keys, bins.keys)
    there = at < len(basis.keys)
    there[there] = basis.keys[at[there]] == bins.keys[there]
    bins, at = _kept(bins, there), at[there]
    value = _values(bins, basis.weight[at], addresses)
    near = _sums(bins, value, addresses, lambda part: basis.rows[at[part]].astype(np.float32))
    return _centred(near, basis.centre)


def _incidence(timeline: Timeline) -> _Incidence:
    pairs = np.empty((len(BINS_S), len(timeline.ip)), np.uint64)
    for begin in range(0, len(timeline.ip), _EVENTS):
        part = slice(begin, begin + _EVENTS)
        for kind, bin_s in enumerate(BINS_S):
            number = (timeline.second[part] // bin_s).astype(np.uint64) * np.uint64(len(BINS_S))
            key = mixed(timeline.service[part] ^ mixed(number + np.uint64(kind)))
            pairs[kind, part] = (key & ~_IP_MASK) | timeline.ip[part].astype(np.uint64)
    joined = pairs.reshape(-1)
    joined.sort()
    joined = joined[firsts(joined)]
    del pairs  # this is where most memory is needed
    ip = (joined & _IP_MASK).astype(np.int32)
    joined >>= _IP_BITS
    starts = np.flatnonzero(firsts(joined))
    return _Incidence(joined[starts], np.append(starts, len(ip)), ip)


def _rare(bins: _Incidence, addresses: int) -> _Incidence:
    """Leave out bins of one address, and those of so many that they say nothing."""
    most = min(max(_COMMON * addresses, _COMMON_FEW), _COMMON_MANY)
    count = np.diff(bins.spans)
    return _kept(bins, (count > 1) & (count <= most))


def _kept(bins: _Incidence, columns: NDArray[np.bool_]) -> _Incidence:
    count = np.diff(bins.spans)
    ip = bins.ip[np.repeat(columns, count)]
    return _Incidence(bins.keys[columns], np.append(0, np.cumsum(count[columns])), ip)


def _random(keys: Keys) -> Rows:
    return signed(mixed(keys).astype("<u4").view(np.uint8)).reshape(len(keys), WIDTH)


def _parts(bins: _Incidence) -> Iterator[tuple[slice, NDArray[np.int32], slice]]:
    """Yield columns, their spans from 0 on, and their entries."""
    for first in range(0, len(bins.keys), _PART):
        spans = bins.spans[first : first + _PART + 1]
        yield (
            slice(first, first + len(spans) - 1),
            (spans - spans[0]).astype(np.int32),
            slice(spans[0], spans[-1]),
        )


def _values(bins: _Incidence, weight: NDArray[np.float32], addresses: int) -> NDArray[np.float32]:
    """Return the entries: weights of an address's bins, of length 1 together."""
    value = np.repeat(weight, np.diff(bins.spans))
    length = np.sqrt(np.bincount(bins.ip, weights=value * value, minlength=addresses))
    return value / length.astype(np.float32)[bins.ip]


def _sums(
    bins: _Incidence,
    value: NDArray[np.float32],
    addresses: int,
    table: Callable[[slice], Rows],
) -> Rows:
    """Return for each address the sum of its bins' rows, times its entries."""
    from scipy.sparse import csc_array  # noqa: PLC0415  0.2 s that other commands need not wait

    rows = np.zeros((addresses, WIDTH), np.float32)
    for part, spans, entries in _parts(bins):
        shape = (addresses, len(spans) - 1)
        rows += csc_array((value[entries], bins.ip[entries], spans), shape=shape) @ table(part)
    return rows


def _back(bins: _Incidence, known: Rows) -> NDArray[np.int8]:
    """Return for each bin the sum of its addresses' rows, of length 127."""
    from scipy.sparse import csr_array  # noqa: PLC0415  0.2 s that other commands need not wait

    rows = np.zeros((len(bins.keys), WIDTH), np.int8)
    for part, spans, entries in _parts(bins):
        ones = np.ones(entries.stop - entries.start, np.float32)
        shape = (len(spans) - 1, len(known))
        rows[part] = np.rint(
            unit(csr_array((ones, bins.ip[entries], spans), shape=shape) @ known) * _FINE
        )
    return rows


def _centre(rows: Rows) -> NDArray[np.float32]:
    """Return the mean of the rows that are not zero."""
    total, present = np.zeros(WIDTH, np.int64), 0
    for part in _slices(rows):
        # Whole numbers, again, for a sum that no order changes.
        total += np.rint(part * np.float32(_EXACT)).astype(np.int64).sum(axis=0)
        present += int(part.any(axis=1).sum())
    return (total / _EXACT / max(present, 1)).astype(np.float32)


def _centred(rows: Rows, centre: NDArray[np.float32]) -> Rows:
    for part in _slices(rows):
        unit(np.subtract(part, centre * part.any(axis=1, keepdims=True), out=part))
    return rows


def _slices(rows: Rows) -> Iterator[Rows]:
    """Yield parts that stay in the processor's cache."""
    for first in range(0, len(rows), _ROWS):
        yield rows[first : first + _ROWS]
