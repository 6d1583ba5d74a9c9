"""A node of a cluster: an installation whose log, accounts and watches are those of all nodes."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from socket import gethostname

from cure.cluster.address import Address
from cure.cluster.entries import FILE, LOG, Message
from cure.cluster.files import Files
from cure.cluster.following import Follower
from cure.cluster.keys import Cluster, share_keys
from cure.cluster.lease import Lease
from cure.cluster.safety import refuse_unsafe, replicas_of
from cure.cluster.stream import Stream
from cure.cluster.stream_log import Done, StreamLog
from cure.data_directory import cluster_of
from cure.errors import ConfigError, LogError
from cure.hub.batch import batch_of
from cure.hub.index import Changes
from cure.installation import Installation
from cure.interfaces import Appended, Cards, Relabelling, Retention
from cure.model import Label, Record
from cure.replay import Replayed

Change = Callable[[], Changes | None]
_LOG_FILES = ("log.sqlite", "log.sqlite-wal", "log.sqlite-shm", "log.digests", "hub.snapshot")
_LOOK_S = 1.0
_LONGEST_S = 30.0
_DAMAGES = ("damaged", "malformed", "not a database", "missing")


class Node(Installation):
    """A data directory opened for writing, as a node's.

    What is written goes into the stream, and comes from there to all nodes; a thread takes it
    into the hub. Once opened, it has all that the stream had at that moment.

    Attributes:
        stream: The way to the servers.
    """

    is_node = True

    def __init__(
        self,
        directory: Path,
        address: Address,
        *,
        replayed: Replayed = lambda _done, _all: None,
        link_reserved: bool = False,
    ) -> None:
        """Join the cluster, with an empty directory or that of a node.

        Raises:
            ConfigError: If the servers could lose something, or the directory is of others.
            LogError: If the servers do not answer.
        """
        self._address = address
        self._announce: Callable[[Change], None] = lambda change: change() and None
        self._parts: list[Callable[[], None]] = []
        self._followers: tuple[Follower, ...] = ()
        self._between = threading.Lock()
        """Held while an entry goes into log and hub: else both have the same."""
        try:
            super().__init__(directory, write=True, replayed=replayed, link_reserved=link_reserved)
            self._join(replayed)
        except BaseException:
            self.close()
            raise

    def _open_log(self, *, write: bool) -> StreamLog:
        del write
        self.stream = Stream(self._address)
        self._parts.append(self.stream.close)
        refuse_unsafe(self.stream, self._address)
        was_node = cluster_of(self.directory) is not None
        cluster = share_keys(self.directory, self.stream, replicas_of(self._address))
        try:
            log = self._opened_log(cluster.name)
        except LogError as error:
            if not any(word in str(error) for word in _DAMAGES):
                raise
            self._set_aside(error)
            log = self._opened_log(cluster.name)
        self._parts.append(log.close)
        self._stream_log = log
        self._files = Files(self.directory, self.stream)
        self._parts.append(self._files.close)
        if log.follows != cluster.stream:
            self._begin(log, cluster, was_node=was_node)
        first, last = self.stream.bounds()
        if log.applied > last:
            raise LogError(
                f"{self.directory} has entry {log.applied} of a stream that ends at {last}: the "
                "servers have lost it, or it is another one; see docs/operations/cluster.md"
            )
        if log.applied + 1 < first:
            raise LogError(
                f"the stream begins with entry {first}, and {self.directory} needs those from "
                f"{log.applied + 1} on: see docs/operations/cluster.md"
            )
        return log

    def _begin(self, log: StreamLog, cluster: Cluster, *, was_node: bool) -> None:
        """Follow a stream for the first time; or from its beginning with a log that is made anew.

        Raises:
            ConfigError: If the stream began with something else.
        """
        own = f"{log.last()} records and {self._files.fingerprint()}"
        base = cluster.shared("base", own.encode()).decode()
        if base == own:
            self._files.begin()
        elif not (was_node and log.last() == 0 and base.startswith("0 records")):
            raise ConfigError(
                f"the cluster began with {base}, and {self.directory} has {own}: first restore "
                "a backup of a node there, or the one that it began with; see "
                "docs/operations/cluster.md"
            )
        log.begin(cluster.stream)

    def _opened_log(self, name: str) -> StreamLog:
        log = StreamLog(self.directory / "log.sqlite", self.stream, log_id=name)
        if damages := log.check():
            log.close()
            raise LogError(damages[0])
        return log

    def _refuse_damage(self, checked: Replayed) -> None:
        """What is damaged was set aside when it was opened."""

    def _set_aside(self, error: LogError) -> None:
        """Have the local copy made anew; what is there of it is kept, for who wants to look."""
        aside = self.directory / f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        aside.mkdir(mode=0o700)
        for name in _LOG_FILES:
            if (self.directory / name).exists():
                shutil.move(self.directory / name, aside / name)
        self.warnings.append(f"{error}; the copy is made anew, the damaged one is in {aside}")

    def _join(self, replayed: Replayed) -> None:
        """Take what the stream has beyond the local copies, and go on as it comes."""
        stream, log = self.stream, self._stream_log
        files = self._files
        log.taken_by(self._take)
        following_files = Follower(stream, f"{FILE}*", files.applied, files.apply)
        following_log = Follower(stream, LOG, log.applied, self._apply, log.break_off)
        self._followers = (following_files, following_log)
        self._places = [0, 0]
        for one in self._followers:
            one.start()
            self._parts.append(one.stop)
            self._catch_up(one, replayed)
        name = f"{gethostname()} {os.getpid()}"
        self._lease = Lease(stream, replicas_of(self._address), name, self._note_places)
        self._parts.append(self._lease.stop)
        self._lease.start()

    def _apply(self, message: Message) -> None:
        with self._between:
            self._stream_log.apply(message)

    def _catch_up(self, one: Follower, replayed: Replayed) -> None:
        """Wait until all is applied that is there now.

        Raises:
            LogError: If it stands still for long.
        """
        upto, before, since_s = self.stream.last(one.subject), one.position, time.monotonic()
        while not one.wait_for(upto, _LOOK_S):
            replayed(one.position, upto)
            if one.position > before:
                before, since_s = one.position, time.monotonic()
            elif not one.is_alive or time.monotonic() - since_s > _LONGEST_S:
                raise LogError(one.trouble or "this node cannot follow the stream")

    # Writing ------------------------------------------------------------------------------

    def append(self, records: Sequence[Record]) -> tuple[Appended, Changes | None]:
        """Keep records durably, on all nodes; what changes in the hub is told by `told_by`.

        Raises:
            LogError: If the servers did not keep all of them in time; some they may.
        """
        return self.log.append(records), None

    def relabel(self, source: str, old: Label, new: Label) -> None:
        """Give another label to all records that a source has under one, on all nodes."""
        self.log.relabel(source, old, new)

    def _retain(self, one: Retention) -> None:
        self.log.retain(one)

    def _take(self, done: Done) -> None:
        self._announce(partial(self._change, done))

    def _change(self, done: Done) -> Changes | None:
        with self._appending:
            match done:
                case Appended() if done.logged:
                    return self._hub.accept(batch_of(done.logged))
                case Relabelling():
                    self._hub.relabel(done.source, done.old, done.new)
                case Retention() if done.cards is Cards.DROP:
                    self._hub.drop(done.source, done.upto)
                case _:
                    pass
        return None

    def told_by(self, announce: Callable[[Change], None]) -> None:
        """Have the hub changed through this, by what comes from any node."""
        self._announce = announce

    # Standing -----------------------------------------------------------------------------

    @property
    def is_first(self) -> bool:
        """Whether this node does what is to be done once."""
        return self._lease.is_held and all(
            one.position >= place for one, place in zip(self._followers, self._places, strict=True)
        )

    def _note_places(self) -> None:
        """Note what the node before us, which did what is done once, may have known."""
        self._places = [self.stream.last(one.subject) for one in self._followers]

    @property
    def trouble(self) -> str:
        """Why nothing can be kept now, in a few words; empty: it can be."""
        if not self.stream.is_connected:
            return "no server of the log answers"
        return next((one.trouble for one in self._followers if one.trouble), "")

    def close(self) -> None:
        """Leave the cluster, and let go of the directory."""
        for one in self._followers:
            one.stop_soon()
        while self._parts:
            self._parts.pop()()
        lock, self._lock_file = getattr(self, "_lock_file", None), None
        if lock is not None:
            os.close(lock)
