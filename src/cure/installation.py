"""An installation: a data directory, opened. Its log, the hub computed from it, and the gate.

The log is the truth. Opening takes the newest snapshot and replays what came after it; a
snapshot that is damaged is named and passed over, for the log can give everything again.
"""

import fcntl
import os
import secrets
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from cure.errors import ConfigError, LogError
from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Changes, Hub
from cure.interfaces import Appended, Quarantined
from cure.log import snapshots
from cure.log.snapshots import Snapshot
from cure.log.sqlite import SqliteLog
from cure.model import Label, Record
from cure.model.networks import RESERVED, Networks

SNAPSHOT_AFTER = 50_000
"""So many records past the last snapshot, the next one is worth writing."""

Replayed = Callable[[int, int], None]
"""Told while a log is replayed: up to which number, of how many."""


class Installation:
    """A data directory, opened.

    Attributes:
        directory: The data directory.
        log: Its log.
        gate: The way to its views.
        warnings: What was found wrong and mended while opening, in sentences.
    """

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
        self._write = write
        self._appending = threading.Lock()
        self._lock_file: int | None = None
        self._unlinked = Networks(()) if link_reserved else RESERVED
        if write:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock_file = _take_lock(directory)
        elif not (directory / "log.sqlite").exists():
            raise ConfigError(
                f"{directory} holds no data of cure; fill it with: "
                f"cure ingest PUBLISHER FILE... --data {directory}"
            )
        self.log = SqliteLog(directory / "log.sqlite", write=write)
        self._hub, self._snapshot_seq = self._load(_key(directory))
        _replay(self.log, self._hub, replayed)
        self.gate = Gate(self._hub)

    def _load(self, key: HashKey) -> tuple[Hub, int]:
        try:
            snapshot = snapshots.load(self._snapshot_path, self.log.log_id)
        except LogError as error:
            self.warnings.append(f"{error}; replaying the log instead")
            snapshot = None
        if snapshot is None:
            return Hub(key, self._unlinked), 0
        if snapshot.seq > self.log.last():
            raise LogError(
                f"{self._snapshot_path} knows record {snapshot.seq}, but the log ends at "
                f"{self.log.last()}: the log was cut or replaced"
            )
        return Hub.restore(snapshot.state, key, self._unlinked), snapshot.seq

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

    def snapshot(self, *, at_least: int = 1) -> bool:
        """Write a snapshot if so many records came since the last one.

        Returns:
            Whether it was written.
        """
        if len(self._hub) - self._snapshot_seq < at_least:
            return False
        with self._appending:
            kept = Snapshot(len(self._hub), self._hub.state())
        snapshots.save(self._snapshot_path, self.log.log_id, kept)
        self.log.checkpoint()
        self._snapshot_seq = kept.seq
        return True

    def state_hash(self) -> str:
        """Return the hash of all that the hub knows."""
        with self._appending:
            return self._hub.state_hash()

    def replayed_hash(self, replayed: Replayed) -> str:
        """Return the hash of a second hub, computed from the log alone."""
        hub = Hub(_key(self.directory))
        _replay(self.log, hub, replayed)
        return hub.state_hash()

    def close(self) -> None:
        """Let go of the directory."""
        self.log.close()
        if self._lock_file is not None:
            os.close(self._lock_file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _replay(log: SqliteLog, hub: Hub, replayed: Replayed) -> None:
    """Let a hub take in what the log has beyond it, exchanges of labels at their place."""
    waiting = deque(log.relabellings()[hub.relabelled :])
    for batch in log.read(after=len(hub)):
        rest = batch
        while waiting and waiting[0].after < rest[-1].seq:
            upto = waiting[0].after - len(hub)
            if upto > 0:
                hub.accept(batch_of(rest[:upto]))
                rest = rest[upto:]
            hub.relabel(*waiting.popleft()[1:])
        hub.accept(batch_of(rest))
        replayed(len(hub), log.last())
    for done in waiting:
        hub.relabel(*done[1:])


def _take_lock(directory: Path) -> int:
    """Make sure that one process writes; the lock goes when the process does."""
    lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        who = os.read(lock, 200).decode()
        os.close(lock)
        raise ConfigError(
            f"{directory} is in use by {who or 'another process'}; "
            "send to a running server with --url, or stop it first"
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"process {os.getpid()}".encode(), 0)
    return lock


def _key(directory: Path) -> HashKey:
    """Return the installation's secret for the hash of values; made once."""
    path = directory / "hash.key"
    if not path.exists():
        beside = path.with_suffix(f".{os.getpid()}")
        beside.touch(mode=0o600)
        beside.write_bytes(secrets.token_bytes(24))
        beside.rename(path)
    return HashKey.of(path.read_bytes())
