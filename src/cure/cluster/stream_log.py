"""The log on a stream: the stream orders what is written, and a local file is its copy.

What is appended here goes into the stream, and comes back from it like what others append; it is
applied here, as everywhere, in the order of the stream. Newness, versions and numbers of records
are decided by that, so they are the same on every node. The copy may lag behind, and is made anew
if it is damaged: so it is not synced at every entry.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

from cure.cluster.entries import (
    LOG,
    Append,
    Entry,
    Message,
    Quarantine,
    Relabel,
    Release,
    Retain,
    packed,
    parts_of,
    unpacked,
)
from cure.cluster.stream import Stream
from cure.errors import LogError
from cure.interfaces import Appended, Quarantined, Relabelling, Retention
from cure.log.quarantine_table import Connected, QuarantineTable
from cure.log.sqlite import SqliteLog
from cure.log.transactions import failing
from cure.model import Label, Record

Done: TypeAlias = Appended | Relabelling | Retention | None
"""What an entry did; None: nothing that the hub knows of."""
Applied: TypeAlias = Callable[[Done], None]
APPLIED_S = 30.0
"""So long after it was kept an entry may take until it is applied here."""
_TABLE = """
CREATE TABLE IF NOT EXISTS _stream (
    id INTEGER PRIMARY KEY, applied INTEGER NOT NULL, stream TEXT NOT NULL
);
INSERT OR IGNORE INTO _stream VALUES (1, 0, '');
"""
T = TypeVar("T")


class StreamLog(SqliteLog):
    """A `Log` whose truth is a stream. A `Follower` calls `apply` with its entries.

    Attributes:
        applied: Number of the last entry of the stream that the copy has.
        follows: What that stream is called; empty: none yet.
    """

    def __init__(self, path: Path, stream: Stream, *, log_id: str | None = None) -> None:
        """Open the local copy, or begin one.

        Raises:
            LogError: If it is damaged, of a newer format, or of another log.
        """
        super().__init__(path, clock=lambda: self._at, log_id=log_id)
        self._stream = stream
        self._at = datetime.now(UTC)
        self._applying = (0, 0)
        """The thread that applies an entry, and the entry's number."""
        self._waiting: dict[str, Future[Any]] = {}
        self._registering = threading.Lock()
        self._broken: LogError | None = None
        self._taken: Applied = lambda _: None
        try:
            if log_id is not None and self.log_id != log_id:
                raise LogError(f"{path} is of another log than the stream: give another directory")
            with failing("write to", path):
                self._writer.execute("PRAGMA synchronous = NORMAL")
                self._writer.executescript(_TABLE)
                asked = self._writer.execute("SELECT applied, stream FROM _stream")
                self.applied, self.follows = asked.fetchone()
        except BaseException:
            self.close()
            raise

    def begin(self, stream: str) -> None:
        """Follow a stream from its first entry on."""
        with self._changing() as connection:
            connection.execute("UPDATE _stream SET applied = 0, stream = ?", (stream,))
        self.applied, self.follows = 0, stream

    def taken_by(self, taken: Applied) -> None:
        """Have someone told of what each entry did, in order, before whoever wrote it is."""
        self._taken = taken

    # Writing: into the stream, and back --------------------------------------------------

    def append(self, records: Sequence[Record]) -> Appended:
        """Keep records; durable on the servers, and in the local copy, when it returns.

        What is too large for one entry becomes several; after a `LogError` some may have been
        kept, or will be. What is sent again is kept once.

        Raises:
            LogError: If the servers did not keep all of them in time.
        """
        parts = [self._say(body) for body in parts_of(records, self._stream.most_bytes)]
        return Appended(
            [one for part in parts for one in part.logged],
            [fate for part in parts for fate in part.fates],
        )

    def relabel(self, source: str, old: Label, new: Label) -> Relabelling:
        """Give another label to all records that a source has under one, on every node."""
        return self._say(packed(Relabel(source, old, new)))

    def retain(self, one: Retention) -> None:
        """Keep no longer what a source said up to a record, on every node."""
        self._say(packed(Retain(one.source, one.cards, one.upto)))

    @property
    def held(self) -> QuarantineTable:
        """The quarantine, source by source."""
        return _Held(self, self._lock_for_reading, self._changing, self._format)

    def say(self, entry: Entry) -> None:
        """Put an entry into the stream, and wait until it is applied here.

        Raises:
            LogError: If the servers did not keep it in time.
        """
        self._say(packed(entry))

    def _say(self, body: bytes) -> Any:  # noqa: ANN401 - as `_apply` returns of this entry
        entry_id = uuid4().hex
        waiting: Future[Any] = Future()
        with self._registering:
            if self._broken is not None:
                raise self._broken
            self._waiting[entry_id] = waiting
        try:
            self._stream.publish(LOG, body, entry_id)
            return waiting.result(APPLIED_S)
        except TimeoutError as error:
            raise LogError("it is kept, but this node lags behind: send it again") from error
        finally:
            self._waiting.pop(entry_id, None)

    # Applying: in the follower's thread ---------------------------------------------------

    def apply(self, message: Message) -> None:
        """Apply an entry, unless the copy has it already.

        Raises:
            LogError: If it cannot be kept here, or not be read; then nothing has changed.
        """
        if message.seq <= self.applied:
            return
        entry = unpacked(message.body)
        self._at, self._applying = message.at, (threading.get_ident(), message.seq)
        done = self._apply(entry)
        self.applied = message.seq
        self._taken(done)
        waiting = self._waiting.get(message.entry_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(done)

    def break_off(self, error: LogError) -> None:
        """Let nobody wait any longer: no more entries will be applied."""
        with self._registering:
            self._broken = error
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(error)

    def _apply(self, entry: Entry) -> Done:
        match entry:
            case Append():
                return super().append(entry.records)
            case Relabel():
                return super().relabel(entry.source, entry.old, entry.new)
            case Retain():
                one = Retention(entry.source, entry.cards, entry.upto)
                super().retain(one)
                return one
            case Quarantine():
                super().held.add(entry.lines, entry.at)
            case Release():
                super().held.release(entry.ids)
        return None

    def _within(self, connection: sqlite3.Connection) -> None:
        thread, number = self._applying
        if thread == threading.get_ident():  # others only forget what is no longer kept
            connection.execute("UPDATE _stream SET applied = ?", (number,))


class _Held(QuarantineTable):
    """The quarantine, changed through the stream."""

    def __init__(self, log: StreamLog, reading: Connected, writing: Connected, layout: int) -> None:
        super().__init__(reading, writing, layout)
        self._log = log

    def add(self, lines: Iterable[Quarantined], at: datetime) -> None:
        """Keep lines; the same line of the same place once, on every node."""
        self._log.say(Quarantine(list(lines), at))

    def release(self, ids: Iterable[str]) -> None:
        """Let lines go on every node."""
        self._log.say(Release(list(ids)))
