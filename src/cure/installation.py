"""An installation: a data directory, opened. Its log, the hub computed from it, and the gate.

The log is the truth. Opening takes the newest snapshot and replays what came after it; a
snapshot that is damaged is named and passed over, for the log can give everything again.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cure.data_directory import hash_key, is_in_use, naming_key, take_lock
from cure.errors import ConfigError, LogError
from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Changes, Hub
from cure.hub.memory import memory_of
from cure.hub.partitions.hub import PartedHub
from cure.interfaces import Appended, Cards, Quarantined, Retention
from cure.log import snapshots
from cure.log.snapshots import Snapshot
from cure.log.sqlite import SqliteLog
from cure.log.torn_tail import refuse_damage_within
from cure.model import Label, Record
from cure.model.networks import RESERVED, Networks
from cure.model.retraction import retractions_of
from cure.replay import Replayed, begin, replay

RETAINED_AT_ONCE = 20_000
"""So many records are let go in one step: about 20 ms, in which nothing is appended."""
FORGOTTEN_AT_ONCE = 1000
"""So many records leave the disk in one step: about 20 ms."""
SNAPSHOT_AFTER = 50_000
"""So many records past the last snapshot, the next one is worth writing."""

Pause = Callable[[], bool]
"""Waits a while, and tells whether it is enough."""


def _never_enough() -> bool:
    return False


class Installation:
    """A data directory, opened; on a machine of its own. A cluster's node is `cure.cluster.node`.

    Attributes:
        directory: The data directory.
        log: Its log.
        gate: The way to its views.
        warnings: What was found wrong and mended while opening, in sentences.
        quarantined: How many lines of each source went into quarantine since it was opened.
        is_node: Whether others append to the same log: `told_by` tells what they do.
    """

    is_node = False

    def __init__(
        self,
        directory: Path,
        *,
        write: bool,
        replayed: Replayed = lambda _done, _all: None,
        link_reserved: bool = False,
    ) -> None:
        """Open a data directory; when writing, make it if it is not there.

        Args:
            directory: The data directory.
            write: Whether records are to be added.
            replayed: Told how far the replay is.
            link_reserved: Whether private and documentation addresses link sources, too.

        Raises:
            ConfigError: If it does not exist, or when writing is in use by another process.
            LogError: If the log is damaged or of a newer format.
        """
        self.directory = directory
        self.warnings: list[str] = []
        self.quarantined: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._write = write
        self._appending = threading.Lock()
        self._lock_file: int | None = None
        self._holds_dropped = False
        self._unlinked = Networks(()) if link_reserved else RESERVED
        if write:
            self._lock_file = take_lock(directory, as_node=self.is_node)
        elif not (directory / "log.sqlite").exists():
            raise ConfigError(
                f"{directory} holds no data of cure; fill it with: "
                f"cure ingest PUBLISHER FILE... --data {directory}"
            )
        elif not is_in_use(directory):
            refuse_damage_within(directory / "log.sqlite")
        self.log = self._open_log(write=write)
        if write:
            self._refuse_damage(replayed)
        self._hub: Hub | PartedHub
        self._hub, self._snapshot_seq = self._load(hash_key(directory))
        replay(self.log, self._hub, replayed)
        self._naming = naming_key(directory)
        self.gate = Gate(self._hub)

    def _open_log(self, *, write: bool) -> SqliteLog:
        return SqliteLog(self.directory / "log.sqlite", write=write)

    def _refuse_damage(self, checked: Replayed) -> None:
        """Refuse to add to a log that is damaged anywhere. Cost: 2 s for a million records."""
        if damages := self.log.check(checked):
            self.close()
            more = f" (and {len(damages) - 1} more)" if len(damages) > 1 else ""
            raise LogError(
                f"{damages[0]}{more}; nothing is added to a damaged log: "
                f"bring back the last backup with: cure restore"
            )

    @property
    def _whole(self) -> Hub:
        """The hub, where one holds all."""
        assert isinstance(self._hub, Hub)  # noqa: S101 - a node with partitions overrides its users
        return self._hub

    def _load(self, key: HashKey) -> tuple[Hub | PartedHub, int]:
        begun = begin(self._snapshot_path, self.log, key, self._unlinked)
        self.warnings += begun.warnings
        self._holds_dropped = begun.holds_dropped
        return begun.hub, begun.seq

    @property
    def _snapshot_path(self) -> Path:
        return self.directory / "hub.snapshot"

    def __len__(self) -> int:
        return len(self._hub)

    def append(self, records: Sequence[Record]) -> tuple[Appended, Changes | None]:
        """Keep records durably and take the new ones into the hub.

        Returns:
            What the log did, and what changed in the hub; None: nothing was new.

        Raises:
            LogError: If they could not be kept; then none was.
        """
        with self._appending:
            appended = self.log.append(records)
            if not appended.logged:
                return appended, None
            return appended, self._hub.accept(batch_of(appended.logged))

    def relabel(self, source: str, old: Label, new: Label) -> None:
        """Give another label to all records that a source has under one, durably.

        Raises:
            LogError: If that could not be kept; then nothing has changed.
        """
        with self._appending:
            self.log.relabel(source, old, new)
            self._hub.relabel(source, old, new)

    def name_of(self, digest: bytes) -> str:
        """Return the name of a record, for programs; it tells nothing of what it says."""
        return blake2b(digest, key=self._naming, digest_size=16).hexdigest()

    def retract(self, records: Sequence[Record]) -> tuple[Appended, Changes | None]:
        """Take records back, and what was cut of them for others, durably.

        Only source, digest and key of them matter; what is not there, or no longer, is passed over.

        Returns:
            As `append` does.

        Raises:
            LogError: If that could not be kept; then none was taken back.
        """
        return self.append([one for record in records for one in retractions_of(record)])

    def retain(
        self, source: str, until: datetime, cards: Cards, is_enough: Pause = _never_enough
    ) -> None:
        """Keep no longer what a source said up to a moment, durably; the disk forgets it, too.

        Records are told by when they were kept. Appends go on in between.

        Args:
            source: The source.
            until: What was kept by then goes.
            cards: Whether cards stay.
            is_enough: Called between two steps, of about 20 ms each; true: stop.

        Raises:
            LogError: If it could not be kept; what is left is done the next time.
        """
        upto = self.log.kept_until(until)
        done = self._let_go(source, cards)
        step = RETAINED_AT_ONCE if cards is Cards.DROP else upto
        while done < upto and not is_enough():
            done = min(done + step, upto)
            self._retain(Retention(source, cards, done))
        self.forget(is_enough)

    def _retain(self, one: Retention) -> None:
        with self._appending:
            self.log.retain(one)
            if one.cards is Cards.DROP:
                self._hub.drop(one.source, one.upto)

    def forget(self, is_enough: Pause = _never_enough) -> int:
        """Let the disk forget what is no longer kept, and return of how many records it did."""
        count, some = 0, 0
        while some is not None and not is_enough():
            some = self.log.forget(FORGOTTEN_AT_ONCE)
            count += some or 0
        if count or self._holds_dropped:
            self.log.flush()
            self.snapshot(at_least=0)  # the one that is there may hold what was dropped
            self._holds_dropped = False
        return count

    def told_by(self, announce: Callable[[Callable[[], Changes | None]], None]) -> None:
        """Have the hub changed through this, by what comes from elsewhere; here nothing does."""

    @property
    def is_first(self) -> bool:
        """Whether what one node of a cluster does for all is to be done here."""
        return True

    @property
    def trouble(self) -> str:
        """Why nothing can be kept now, in a few words; empty: it can be."""
        return ""

    @property
    def is_answered(self) -> bool:
        """Whether all that is known can be asked for now."""
        return True

    def sources(self) -> list[str]:
        """Return the names of all sources."""
        return sorted(self._hub.moment.sources)

    def aged(self, source: str, until: datetime, cards: Cards) -> int:
        """Return how many records of a source were kept by a moment, and were not yet let go."""
        upto, done = self.log.kept_until(until), self._let_go(source, cards)
        moment = self._hub.moment
        own = [moment.sources[one.source] == source for one in moment.stamps]
        return self._count(np.array(own, bool), done, upto)

    def _count(self, stamps: NDArray[np.bool_], after: int, upto: int) -> int:
        """Return how many records of a stretch bear one of some stamps."""
        return int(np.count_nonzero(stamps.take(self._whole.moment.records.stamps[after:upto])))

    def _let_go(self, source: str, cards: Cards) -> int:
        """Return up to which record those of a source were let go, so or further."""
        own = (one for one in self.log.retentions() if one.source == source)
        return max((one.upto for one in own if one.cards in {cards, Cards.DROP}), default=0)

    def owners_of(self, source: str) -> set[str]:
        """Return the organisations to which records of a source belong. Cost: 1 µs a label."""
        moment = self._hub.moment
        return {
            moment.labels[stamp.label].owner
            for stamp in moment.stamps
            if moment.sources[stamp.source] == source
        }

    def quarantine(self, lines: Sequence[Quarantined], at: datetime) -> None:
        """Keep lines that could not be read."""
        if lines:
            self.log.quarantine(lines, at)
            with self._counting:
                self.quarantined.update(line.source for line in lines)

    def snapshot(self, *, at_least: int = 1) -> bool:
        """Write a snapshot if so many records came since the last one.

        Returns:
            Whether it was written.
        """
        if self.behind_snapshot() < at_least:
            return False
        with self._appending:
            kept = Snapshot(len(self._hub), self._whole.state())
        snapshots.save(self._snapshot_path, self.log.log_id, kept)
        self.log.checkpoint()
        self._snapshot_seq = kept.seq
        return True

    def state_hash(self) -> str:
        """Return the hash of all that the hub knows."""
        with self._appending:
            return self._whole.state_hash()

    def replayed_hash(self, replayed: Replayed) -> str:
        """Return the hash of a second hub, computed from the log alone."""
        hub = Hub(hash_key(self.directory))
        replay(self.log, hub, replayed)
        return hub.state_hash()

    def behind_snapshot(self) -> int:
        """Return how many records a start would replay."""
        return len(self._hub) - self._snapshot_seq

    def memory(self) -> dict[str, int]:
        """Return how many bytes each part of the hub holds."""
        return memory_of(self._whole.moment)

    def close(self) -> None:
        """Let go of the directory."""
        self.log.close()
        if self._lock_file is not None:
            os.close(self._lock_file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
