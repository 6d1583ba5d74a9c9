"""Vectors of addresses: a row says what, how and when, and the cosine of two rows how alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.behaviour.activity import Basis, activity, placed
from cure.enrichers.behaviour.counted import Counted, counted
from cure.enrichers.behaviour.events import Events
from cure.enrichers.behaviour.hashes import token_keys
from cure.enrichers.behaviour.index_faiss import BEYOND, Index, is_installed
from cure.enrichers.behaviour.tallies import Rarity, Rows, unit
from cure.enrichers.behaviour.timeline import ordered

MIN_EVENTS = 3
"""An address with fewer events is not compared: too little is known of it."""
WHAT, HOW, WHEN = slice(0, 48), slice(48, 96), slice(96, 128)
"""Where in a row each view stands."""
WHEN_WEIGHT = 0.3
"""Its part in the score; of `what` and `how` it is 1."""
_DECIMALS = 5
_TIE = 1e-4
_PROPOSED = 5
"""So many times what was asked for is had from an index, as it is inexact."""


class Neighbour(NamedTuple):
    """How alike an address is to the one that was asked for.

    Attributes:
        number: The address's number, its place in ``Vectors.ips``.
        score: 0.0 to 1.0; the cosine of the rows.
        what: Cosine of what they ask for; None where one of the two lacks this view.
        how: Cosine of their habits.
        when: Cosine of their activity in common bins of time.
    """

    number: int
    score: float
    what: float | None
    how: float | None
    when: float | None


@dataclass(frozen=True, eq=False)
class Vectors:
    """A row of length 1 per address: its views side by side, weighted; zeros: no such view.

    Attributes:
        ips: Addresses in canonical text; an address's number is its place here.
        seen: int64 [n], how many events of each.
        rows: float32 [n, 128]. Do not write to it.
        rarity: How rare keys were when this was built.
        basis: By which bins of time addresses are placed.
        seed: Of keys and signs.
    """

    ips: tuple[str, ...]
    seen: NDArray[np.int64]
    rows: Rows
    rarity: Rarity
    basis: Basis
    seed: int

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Tell of each address if there are MIN_EVENTS or more: only such are compared."""
        return self.seen >= MIN_EVENTS

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each address."""
        return {ip: number for number, ip in enumerate(self.ips)}

    @property
    def what(self) -> Rows:
        """What they ask for: float32 [n, 48], rows of length 1 or 0; computed anew."""
        return unit(self.rows[:, WHAT].copy())

    @property
    def how(self) -> Rows:
        """How they go about it: float32 [n, 48]."""
        return unit(self.rows[:, HOW].copy())

    @property
    def when(self) -> Rows:
        """When they are active, and with whom: float32 [n, 32]."""
        return unit(self.rows[:, WHEN].copy())

    def joined(self) -> Rows:
        """Return the rows; the product of two is the score. Mind `known`."""
        return self.rows

    def number(self, ip: str) -> int | None:
        """Return the number of an address in canonical text; None where it is not among these."""
        return self.numbers.get(ip)

    def similar(
        self,
        number: int,
        k: int,
        min_score: float,
        *,
        leave_out: NDArray[np.bool_] | None = None,
    ) -> list[Neighbour]:
        """Return the k addresses most alike, best first; equals in order of their text.

        Exact up to a million addresses; beyond, too, unless faiss is installed, which may
        miss some. An address that is not `known` has none, and is none.

        Args:
            number: Whose neighbours.
            k: How many at most.
            min_score: Only those that reach it, to five decimals.
            leave_out: bool [n], addresses that are not to be named (same /24, scanners …).

        Cost: one product of the rows with a vector.
        """
        if not self.known[number]:
            return []
        may = self.known.copy() if leave_out is None else self.known & ~leave_out
        may[number] = False
        close = self._close(number, k, min_score, may)
        scores = self._scores(number, close)
        least = min_score
        if len(close) > k:
            least = max(least, np.partition(scores, -k)[-k])
        best = [
            (-float(scores[place]), self.ips[close[place]], int(close[place]))
            for place in np.flatnonzero(scores >= least)
        ]
        return [self._neighbour(number, other) for _, _, other in sorted(best)[:k]]

    def compare(self, one: int, other: int) -> Neighbour:
        """Tell how alike two addresses are; `number` is the other's.

        Ask `known` first: with too few events the score is 0 and the views are None.
        """
        if not (self.known[one] and self.known[other]):
            return Neighbour(other, 0.0, None, None, None)
        return self._neighbour(one, other)

    def updated(self, events: Events) -> Self:
        """Return vectors in which the addresses of these events have new rows, at the end if new.

        `events` holds everything of these addresses, not only what is new. Rarity and basis stay
        as built. The present vectors do not change. Cost: a copy of the rows.
        """
        keys = token_keys(events.tokens, self.seed)
        timeline = ordered(events, keys)
        when = placed(timeline, len(events.ips), self.basis)
        told = counted(events, timeline, keys)
        new = [ip for ip in events.ips if ip not in self.numbers]
        places = {ip: len(self.ips) + place for place, ip in enumerate(new)}
        at = [self.numbers[ip] if ip in self.numbers else places[ip] for ip in events.ips]
        rows = np.concatenate([self.rows, np.zeros((len(new), self.rows.shape[1]), np.float32)])
        seen = np.concatenate([self.seen, np.zeros(len(new), np.int64)])
        rows[at] = _joined(_profiles(told, len(events.ips), self.rarity, self.seed), when)
        seen[at] = told.seen
        return replace(self, ips=(*self.ips, *new), seen=seen, rows=rows)

    @cached_property
    def _index(self) -> Index | None:
        return Index(self.rows) if len(self.ips) > BEYOND and is_installed() else None

    def _close(
        self, number: int, k: int, min_score: float, may: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """Return the nearest, and all that may prove as near once they are compared exactly."""
        if self._index is not None:
            return self._index.near(self.rows[number], _PROPOSED * k, may)
        near = self.rows @ self.rows[number]
        close = np.flatnonzero((near >= max(min_score, 0) - _TIE) & may)
        if len(close) > k:
            least = np.partition(near[close], -k)[-k]
            close = close[near[close] >= least - _TIE]
        return close

    def _scores(self, number: int, others: NDArray[np.int64]) -> NDArray[np.float64]:
        products = self.rows[others].astype(np.float64) @ self.rows[number]
        return np.round(np.clip(products, 0, 1), _DECIMALS)

    def _neighbour(self, number: int, other: int) -> Neighbour:
        one, another = self.rows[number], self.rows[other]
        score = float(self._scores(number, np.array([other]))[0])
        views = (_cosine(one[view], another[view]) for view in (WHAT, HOW, WHEN))
        return Neighbour(other, score, *views)


def build(events: Events, *, seed: int = 0) -> Vectors:
    """Build the vectors of all addresses. Same events and seed, same bits, whatever the order.

    Raises:
        ValueError: There are more than 16 M addresses.
    """
    keys = token_keys(events.tokens, seed)
    timeline = ordered(events, keys)
    with ThreadPoolExecutor(1) as beside:  # NumPy and SciPy let go of the interpreter
        acting = beside.submit(activity, timeline, len(events.ips))
        told = counted(events, timeline, keys)
        rarity = told.rarity()
        rows = _profiles(told, len(events.ips), rarity, seed)
        when, basis = acting.result()
    return Vectors(tuple(events.ips), told.seen, _joined(rows, when), rarity, basis, seed)


def _profiles(told: Counted, addresses: int, rarity: Rarity, seed: int) -> Rows:
    """Return rows whose part for *when* is not filled in yet."""
    rows = np.empty((addresses, WHEN.stop), np.float32)
    for first, end, what, how in told.profiles(rarity, seed):
        rows[first:end, WHAT], rows[first:end, HOW] = what, how
    return rows


def _joined(rows: Rows, when: Rows) -> Rows:
    """Fill *when* in, and make each row as long as 1, in place."""
    np.multiply(when, np.float32(np.sqrt(WHEN_WEIGHT)), out=rows[:, WHEN])
    return unit(rows)


def _cosine(one: Rows, other: Rows) -> float | None:
    length = np.sqrt(float(one @ one) * float(other @ other))
    return round(min(float(one @ other) / length, 1.0), _DECIMALS) if length > 0 else None
