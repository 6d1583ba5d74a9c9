"""What somebody does with the watches and hits of his organisation."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import msgspec

from cure.errors import MalformedError, NotKnownError
from cure.hub.view import View
from cure.hub.watched.entry import Fit
from cure.hub.watched.globs import has_wild
from cure.interfaces import Line
from cure.model import Audience, Observable
from cure.subscribers.watches.hit import Hit, HitShown, HitState
from cure.subscribers.watches.showing import shown
from cure.subscribers.watches.store import WatchStore
from cure.subscribers.watches.watch import (
    MAX_ENTRIES,
    MAX_GLOBS,
    BadLine,
    ReadEntries,
    Watch,
    WatchChange,
    WatchForm,
    read_entries,
)
from cure.subscribers.watches.watching import Watching

_SHOWN_ENTRIES = 1000
_EXAMPLES = 100
DRY_RUN_DAYS = 30


class Added(msgspec.Struct, frozen=True):
    """What became of the lines of a watch.

    Attributes:
        watch: The watch as it is now.
        bad: The lines that are no entries, with the reason; the others are watched.
    """

    watch: Watch
    bad: list[BadLine]


class WatchShown(msgspec.Struct, frozen=True):
    """A watch, and what it names.

    Attributes:
        watch: The watch.
        patterns: Its entries, in order; the first thousand.
        truncated: Whether there are more.
    """

    watch: Watch
    patterns: list[str]
    truncated: bool


class DryRun(msgspec.Struct, frozen=True):
    """What entries would have met.

    Attributes:
        since: From when on it was looked.
        times: How many hits there would have been.
        records: How many records fit.
        values: How many values fit.
        examples: The values with most records, up to 100.
        bad: The lines that are no entries.
    """

    since: datetime
    times: int
    records: int
    values: int
    examples: list[Observable]
    bad: list[BadLine]


class Page(NamedTuple):
    """Some hits.

    Attributes:
        hits: They, the latest first.
        before: The position before which the next ones are; None: there are no more.
    """

    hits: list[HitShown]
    before: int | None


class WatchDesk:
    """The watches of one organisation."""

    def __init__(
        self,
        store: WatchStore,
        watching: Watching,
        organisation: str,
        by: str,
        clock: Callable[[], datetime],
    ) -> None:
        """Act for an organisation, as somebody of it."""
        self._store = store
        self._watching = watching
        self._organisation = organisation
        self._by = by
        self._clock = clock

    def add(self, form: WatchForm) -> Added:
        """Make a watch; what is held already is compared with it before this returns.

        Raises:
            MalformedError: If there would be too many entries.
            LogError: If it could not be kept.
        """
        read = self._read(form.entries)
        made = Watch(
            uuid4().hex[:12], self._organisation, form.name, form.own, self._clock(), self._by
        )
        self._store.add(made, read.entries)
        self._watching.match()
        return Added(self._store.watch(self._organisation, made.id), read.bad)

    def add_entries(self, watch_id: str, lines: Iterable[Line | str]) -> Added:
        """Add one entry a line to a watch.

        Raises:
            NotKnownError: If there is no such watch.
            MalformedError: If there would be too many entries.
        """
        watch = self._store.watch(self._organisation, watch_id)
        read = self._read(lines)
        self._store.add_entries(watch.id, read.entries)
        self._watching.match()
        return Added(self._store.watch(self._organisation, watch_id), read.bad)

    def _read(self, lines: Iterable[Line | str]) -> ReadEntries:
        read = read_entries(lines)
        held = sum(one.entries for one in self._store.watches(self._organisation))
        if held + len(read.entries) > MAX_ENTRIES:
            raise MalformedError("watch", "it", f"more than {MAX_ENTRIES:,} entries in all watches")
        globs = sum(one.fit is Fit.TAG and has_wild(one.pattern) for one in read.entries)
        if globs and self._store.glob_count(self._organisation) + globs > MAX_GLOBS:
            raise MalformedError("watch", "it", f"more than {MAX_GLOBS:,} tags with wild cards")
        return read

    def remove_entries(self, watch_id: str, lines: Iterable[Line | str]) -> Added:
        """Take one entry a line out of a watch; its hits stay.

        Raises:
            NotKnownError: If there is no such watch.
        """
        watch = self._store.watch(self._organisation, watch_id)
        read = read_entries(lines)
        self._store.remove_entries(watch.id, read.entries)
        return Added(self._store.watch(self._organisation, watch_id), read.bad)

    def change(self, watch_id: str, change: WatchChange) -> Watch:
        """Change a watch.

        Raises:
            NotKnownError: If there is no such watch.
        """
        watch = self._store.watch(self._organisation, watch_id)
        said = msgspec.structs.asdict(change).items()
        changed = {name: one for name, one in said if one is not msgspec.UNSET}
        self._store.change(msgspec.structs.replace(watch, **changed))
        self._watching.match()
        return self._store.watch(self._organisation, watch_id)

    def remove(self, watch_id: str) -> None:
        """Remove a watch with its hits.

        Raises:
            NotKnownError: If there is no such watch.
        """
        self._store.remove(self._organisation, watch_id)

    def all(self) -> list[Watch]:
        """Return the watches, the oldest first."""
        return self._store.watches(self._organisation)

    def one(self, watch_id: str) -> WatchShown:
        """Return a watch with its entries.

        Raises:
            NotKnownError: If there is no such watch.
        """
        watch = self._store.watch(self._organisation, watch_id)
        entries = self._store.entries(self._organisation, watch_id, _SHOWN_ENTRIES)
        patterns = [one.pattern for one in entries]
        return WatchShown(watch, patterns, watch.entries > len(patterns))

    def dry_run(
        self, lines: Iterable[Line | str], audience: Audience, days: int = DRY_RUN_DAYS
    ) -> DryRun:
        """Tell what entries would have met in the last days, without keeping anything."""
        read = read_entries(lines)
        since = self._clock() - timedelta(days=days)
        found = self._watching.would_be(audience, read.entries, since)
        values = found.observables
        return DryRun(since, found.times, found.records, len(values), values[:_EXAMPLES], read.bad)

    def hits(
        self,
        view: View,
        *,
        watch: str | None = None,
        state: HitState | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> Page:
        """Return hits that a view shows, the latest first; the others have no part in the limit.

        Args:
            view: Of whoever asks.
            watch: Only those of this watch.
            state: Only those in this state.
            before: Only those before this position.
            limit: How many at most.

        Raises:
            NotKnownError: If there is no such watch.
        """
        if watch is not None:
            self._store.watch(self._organisation, watch)
        watches = {one.id: one for one in self._store.watches(self._organisation)}
        found: list[HitShown] = []
        while True:
            some = self._store.latest(
                self._organisation, watch=watch, state=state, before=before, limit=limit
            )
            for hit in some:
                before = hit.position
                found += shown(view, [hit], watches)
                if len(found) == limit:
                    return Page(found, before)
            if len(some) < limit:
                return Page(found, None)

    def acknowledge(self, view: View, hit_id: str) -> HitShown:
        """Note that a hit was seen to, and show it.

        Raises:
            NotKnownError: If there is no such hit, or the view does not show it.
        """
        self._visible(view, self._store.hit(self._organisation, hit_id))
        done = self._store.acknowledge(self._organisation, hit_id, self._by, self._clock())
        return self._visible(view, done)

    def _visible(self, view: View, hit: Hit) -> HitShown:
        watch = self._store.watch(self._organisation, hit.watch)
        found = shown(view, [hit], {watch.id: watch})
        if not found:
            raise NotKnownError(f"there is no hit {hit.id}")
        return found[0]
