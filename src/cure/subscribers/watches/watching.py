"""Watching: what comes, and what is held, compared with the watches of all organisations."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.gate import Gate
from cure.hub.view import View, WouldBe
from cure.hub.visible import Clearance
from cure.hub.watched.entry import Entry
from cure.hub.watched.table import Watched
from cure.model import Audience
from cure.subscribers.watches.audiences import Audiences
from cure.subscribers.watches.keeping import DEDUPLICATION, Met
from cure.subscribers.watches.store import Standing, WatchStore
from cure.subscribers.watches.watch import Watch
from cure.subscribers.watches.withdrawing import withdrawn_hits

KEEP_EVERY = 20_000
"""After so many records without a hit it is kept how far everything was matched."""


class _Known(NamedTuple):
    """A watch whose entries are in the table."""

    owner: int
    revision: int


class Watching:
    """Compares what comes with the watches, each in the view of its organisation.

    A watch that was just made is compared with all that is held. What an organisation may read
    only later, as labels open, is compared then. Each organisation is matched up to a record
    number of its own, kept together with its hits: after a crash nothing is missed or told twice.
    """

    def __init__(
        self,
        store: WatchStore,
        gate: Gate,
        audiences: Audiences,
        clock: Callable[[], datetime],
    ) -> None:
        """Watch through a gate; hits are kept in the store."""
        self._store = store
        self._gate = gate
        self._audiences = audiences
        self._clock = clock
        self._lock = threading.Lock()
        self._version = -1
        self._table = Watched()
        self._known: dict[str, _Known] = {}
        self._by_owner: list[Watch] = []
        self._fresh: dict[str, list[int]] = {}
        self._wanted: dict[str, NDArray[np.bool_]] = {}
        self._matched: dict[str, int] = {}
        self._kept: dict[str, int] = {}
        self._saw: dict[str, Clearance] = {}

    def match(self) -> int:
        """Compare all that has not been compared yet.

        Returns:
            How many hits are new.

        Raises:
            LogError: If hits could not be kept; the same records are compared again next time.
        """
        with self._lock:
            self._refresh()
            return sum(self._match(organisation) for organisation in sorted(self._wanted))

    def begin_anew(self) -> None:
        """Go on where the store says: another node of the cluster has matched meanwhile."""
        with self._lock:
            self._version = -1
            for known in (self._matched, self._kept, self._saw):
                known.clear()

    def would_be(self, audience: Audience, entries: Iterable[Entry], since: datetime) -> WouldBe:
        """Return how often entries would have made a hit since a moment, for an audience."""
        table = Watched()
        table.add(list(entries), 0)
        view = self._gate.view(audience, self._clock())
        every_s = int(DEDUPLICATION.total_seconds())
        return view.watched(table).would_be(np.ones(1, bool), since, every_s)

    def _match(self, organisation: str) -> int:
        audience = self._audiences.of(organisation)
        if audience is None:
            return 0
        now = self._clock()
        view = self._gate.view(audience, now)
        fresh = self._fresh.get(organisation, [])
        after = self._matched_upto(organisation)
        met, upto = self._met(organisation, view, after, fresh)
        ids = [self._by_owner[owner].id for owner in fresh]
        compared = [(one, self._known[one].revision) for one in ids]
        count = 0
        if met or compared or upto - self._kept.get(organisation, 0) >= KEEP_EVERY:
            count = self._store.keep(organisation, met, upto, compared, now)
            self._kept[organisation] = upto
        if after is not None and (gone := withdrawn_hits(self._store, organisation, view, after)):
            self._store.withdraw(organisation, gone)
        self._matched[organisation] = upto
        self._saw[organisation] = view.clearance
        self._fresh.pop(organisation, None)
        return count

    def _met(
        self, organisation: str, view: View, after: int | None, fresh: list[int]
    ) -> tuple[list[Met], int]:
        """Return what the watches of an organisation meet, and up to which record."""
        values, wanted = view.watched(self._table), self._wanted[organisation]
        touches, upto = values.touched(_EVERYTHING if after is None else after, wanted)
        met = [Met(self._by_owner[touch.owner], touch) for touch in touches]
        if fresh:
            of_fresh = np.zeros(len(wanted), bool)
            of_fresh[fresh] = True
            held = values.held(of_fresh)
            met = [one for one in met if one.touch.owner not in set(fresh)]
            met += [Met(self._by_owner[touch.owner], touch, retro=True) for touch in held]
        saw = self._saw.get(organisation)
        if saw is not None and not view.clearance.agrees_with(saw):
            opened = values.held(wanted, saw)
            met += [Met(self._by_owner[touch.owner], touch, opened=True) for touch in opened]
        return met, upto

    def _matched_upto(self, organisation: str) -> int | None:
        if organisation not in self._matched:
            kept = self._store.matched(organisation)
            if kept is None:
                return None
            self._matched[organisation] = self._kept[organisation] = kept
        return self._matched[organisation]

    # Watches that change ----------------------------------------------------------------

    def _refresh(self) -> None:
        """Take in what has changed in the watches, perhaps by another process."""
        version = self._store.version
        if version == self._version:
            return
        self._fresh = {}
        standing = self._store.standing()
        for gone in self._known.keys() - {one.watch.id for one in standing}:
            self._table.forget(self._known.pop(gone).owner)
        live: dict[str, list[int]] = {}
        for one in standing:
            owner = self._owner(one)
            self._by_owner[owner] = one.watch
            if one.watch.muted:
                continue
            live.setdefault(one.watch.organisation, []).append(owner)
            if not one.compared:
                self._fresh.setdefault(one.watch.organisation, []).append(owner)
        self._wanted = {}
        for organisation, owners in live.items():
            wanted = self._wanted[organisation] = np.zeros(len(self._by_owner), bool)
            wanted[owners] = True
        self._version = version

    def _owner(self, one: Standing) -> int:
        """Return the number of a watch in the table; of one whose entries changed, a new one."""
        known = self._known.get(one.watch.id)
        if known is None or known.revision != one.revision:
            if known is not None:
                self._table.forget(known.owner)
            known = self._known[one.watch.id] = _Known(len(self._by_owner), one.revision)
            self._by_owner.append(one.watch)
            self._table.add(self._store.entries_of(one.watch.id), known.owner)
        return known.owner


_EVERYTHING = 2**62  # no record has a higher number: nothing that came before is asked for
