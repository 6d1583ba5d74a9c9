"""Vectors of what each audience may see, kept current: a new address is there within seconds.

Audiences that may see the same share them. They are built anew now and then, as weights of
tokens and the basis of co-activity age; between, only addresses of new records get new rows.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.alike.behaviours import Addresses, Held, addresses_of
from cure.enrichers.alike.chosen import Chosen, choose, only
from cure.enrichers.alike.scanners import scanners_among
from cure.enrichers.behaviour.evidence import Evidence
from cure.enrichers.behaviour.vectors import Vectors, build
from cure.hub.view import View

REST = 20
"""So many times as long as looking for new records took nothing is looked for, up to LATEST_S."""
LATEST_S = 30.0
REBUILD_S = 300.0
"""So old vectors may get while records come in."""
_AUDIENCES = 8
"""So many different views are kept; one takes 40 bytes a row and 1 kB an address."""


_Key = tuple[bytes, timedelta]


@dataclass(frozen=True)
class Current:
    """What an audience is answered from.

    Attributes:
        chosen: The behaviour that it may derive from.
        vectors: The vectors of the addresses.
        addresses: The same addresses as numbers, in the order of `vectors.ips`.
        is_scanner: bool [n], in the same order, which are a known scanner's.
        built_s: When the vectors were built.
        look_again_s: When new records are looked for again.
        is_updated: Whether rows are of later records than the weights.
    """

    chosen: Chosen
    vectors: Vectors
    addresses: Addresses
    is_scanner: NDArray[np.bool_]
    built_s: float
    look_again_s: float
    is_updated: bool

    @cached_property
    def evidence(self) -> Evidence:
        """What addresses share, in words; made when it is first asked for."""
        return Evidence(self.chosen.events)


class CurrentVectors:
    """The vectors of all audiences that have asked lately."""

    def __init__(self, held: Callable[[], Held]) -> None:
        """Take the rows from what is held."""
        self._held = held
        self._kept: dict[_Key, Current] = {}
        self._rebuilding: set[_Key] = set()
        self._building = threading.Lock()

    def of(self, view: View, window: timedelta) -> Current:
        """Return the vectors of a view of an audience that derives.

        Cost: the first time a build; then 100 ns a row now and then, if there are new ones.
        """
        key = (view.rights(), window)
        now_s = monotonic()
        with self._building:
            current = self._kept.pop(key, None)
            if current is None:
                current = _built(choose(self._held(), view, window), now_s)
            elif now_s >= current.look_again_s:
                current = _looked(current, self._held(), view, window)
                rest_s = min(REST * (monotonic() - now_s), LATEST_S)
                current = replace(current, look_again_s=monotonic() + rest_s)
            while len(self._kept) >= _AUDIENCES:
                del self._kept[next(iter(self._kept))]  # the one that was asked for longest ago
            self._kept[key] = current
            is_due = current.is_updated and now_s >= current.built_s + REBUILD_S
            if is_due and key not in self._rebuilding:
                self._rebuilding.add(key)
                threading.Thread(target=self._rebuild, args=(key, current), daemon=True).start()
        return current

    def _rebuild(self, key: _Key, old: Current) -> None:
        try:
            fresh = _built(old.chosen, monotonic())
            with self._building:
                if key in self._kept:
                    self._kept[key] = fresh
        finally:
            self._rebuilding.discard(key)


def _built(chosen: Chosen, now_s: float) -> Current:
    scanners = scanners_among(chosen.addresses)
    vectors = build(chosen.events)
    return Current(chosen, vectors, chosen.addresses, scanners, now_s, 0.0, is_updated=False)


def _looked(current: Current, held: Held, view: View, window: timedelta) -> Current:
    """Give the addresses of new records new rows, if there are any."""
    before = current.chosen
    if held.upto == before.upto:
        return current
    chosen = choose(held, view, window)
    fresh = np.unique(chosen.events.ip[chosen.records > before.upto]).astype(np.int64)
    if not len(fresh):
        gone = len(chosen.records) != len(before.records)
        is_updated = current.is_updated or gone
        return replace(current, chosen=chosen, is_updated=is_updated)
    vectors = current.vectors.updated(only(chosen.events, fresh))
    added = addresses_of(vectors.ips[len(current.addresses) :])
    return Current(
        chosen,
        vectors,
        np.concatenate((current.addresses, added)),
        np.concatenate((current.is_scanner, scanners_among(added))),
        current.built_s,
        current.look_again_s,
        is_updated=True,
    )
