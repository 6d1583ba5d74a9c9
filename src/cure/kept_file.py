"""A SQLite file of a data directory, beside the log: opened, brought up to our layout, changed.

Several processes may change such a file. What is committed is on the disk. In a cluster the file is
a copy: what a transaction executes goes to all nodes before it is committed here.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple, Self

from cure.data_directory import cluster_of
from cure.errors import ChangedMeanwhileError, LogError
from cure.log.transactions import failing, transaction
from cure.replication import REPLICATIONS, Followed, RecordingConnection

_META = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES ('version', 0);
"""
_SET_FORMAT = """
INSERT INTO meta VALUES ('format', ?)
ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value
"""
_NUMBER = "SELECT value FROM meta WHERE name = ?"
_SET_NUMBER = "INSERT OR REPLACE INTO meta VALUES (?, ?)"
PLACES = ("applied", "followed")
"""What `meta` says of a cluster's order: up to where the file has it."""


class Layout(NamedTuple):
    """What such a file looks like inside.

    Attributes:
        format: Its version, from 1; a newer one is refused, an older one brought up to it.
        schema: Statements that make what is not there; run at every opening.
        migrations: For each older format the statements that make the next one of it.
    """

    format: int
    schema: str
    migrations: Mapping[int, str] = {}


class KeptFile:
    """The open file. Any thread may use it; a store says what is in it."""

    def __init__(self, path: Path, layout: Layout) -> None:
        """Open the file, or make it; nobody else may read it.

        Raises:
            LogError: If it cannot be opened, or is of a newer format.
        """
        self.path = path
        self._replication = REPLICATIONS.get(path.parent.resolve())
        self._lock = threading.RLock()
        self._reading = threading.RLock()
        with failing("open", path):
            try:
                path.touch(0o600)
            except OSError as error:
                raise LogError(f"cannot open {path}: {error.strerror}") from error
            self._connection = self._beside = _connected(path)
            try:
                if self._replication is not None:
                    self._beside = _connected(path)
                    self._beside.execute("PRAGMA query_only = ON")
                self._bring_up(layout)
            except BaseException:
                self.close()
                raise

    def _bring_up(self, layout: Layout) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        with transaction(self._connection, _nothing):  # which keeps other processes from the same
            connection = self._connection
            found = format_in(connection) or layout.format
            if found > layout.format:
                raise LogError(
                    f"{self.path} has format {found}; this version of cure reads up to "
                    f"{layout.format}: a newer one wrote it, so use that"
                )
            for older in range(found, layout.format):
                execute_all(connection, layout.migrations[older])
            execute_all(connection, _META + layout.schema)
            connection.execute(_SET_FORMAT, (layout.format,))

    @property
    def is_replicated(self) -> bool:
        """Whether a change of it waits for the other nodes of a cluster."""
        return self._replication is not None

    @property
    def version(self) -> int:
        """Grows with every change that `changing` makes, also in another process. Cost: ~5 µs."""
        return self.number("version")

    def number(self, name: str) -> int:
        """Return a number that is kept under a name."""
        return self.rows(_NUMBER, name)[0][0]

    def rows(self, query: str, /, *values: object, **named: object) -> list[Any]:
        """Return the rows of a question, whose values are given in order or by name.

        In a cluster nobody waits for a change that waits for the cluster: he reads beside it.
        """
        with failing("read", self.path), self.unless_changing() as is_free:
            connection = self._connection if is_free else self._beside
            return connection.execute(query, named or values).fetchall()

    @contextmanager
    def unless_changing(self) -> Iterator[bool]:
        """Hold the file; not, in a cluster, while another thread changes it: tells which it is."""
        is_free = self._lock.acquire(blocking=self._replication is None)
        try:
            with nullcontext() if is_free else self._reading:
                yield is_free
        finally:
            if is_free:
                self._lock.release()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Change something, all of it or nothing; within another transaction as a part of that.

        Raises:
            LogError: If it cannot be kept; then nothing has changed.
            ChangedMeanwhileError: If another node of the cluster was faster.
        """
        with self._lock, failing("write to", self.path):
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.executed.clear()
            try:
                with transaction(self._connection, _nothing):
                    yield self._connection
                    self._replicate()
            except ChangedMeanwhileError:
                self._catch_up()
                raise
            finally:
                self._connection.executed.clear()

    @property
    def applied(self) -> int:
        """Number of the last change of a cluster that the file has; 0: none."""
        return self._number_or_0("applied")

    @property
    def followed(self) -> int:
        """Up to which number of a cluster's order the file has all that changed it."""
        return max(self.applied, self._number_or_0("followed"))

    def _number_or_0(self, name: str) -> int:
        found = self.rows(_NUMBER, name)
        return found[0][0] if found else 0

    def follow(self, one: Followed) -> None:
        """Execute what a node of the cluster has changed, unless that was done.

        Raises:
            LogError: If it cannot be kept.
        """
        with self._lock, failing("write to", self.path), transaction(self._connection, _nothing):
            if one.seq > self.applied:
                for statement in one.statements:
                    self._connection.executemany(statement.sql, statement.rows)
                self._connection.execute(_SET_NUMBER, ("applied", one.seq))

    def follow_up_to(self, seq: int) -> None:
        """Note that nothing else of the cluster changes the file up to here."""
        with self._lock, failing("write to", self.path), transaction(self._connection, _nothing):
            self._connection.execute(_SET_NUMBER, ("followed", seq))

    def follow_anew(self) -> None:
        """Follow another order from its beginning: the file is what all nodes begin with."""
        with self._lock, failing("write to", self.path), transaction(self._connection, _nothing):
            self._connection.execute("DELETE FROM meta WHERE name IN (?, ?)", PLACES)

    def _replicate(self) -> None:
        executed = self._connection.executed
        if not executed:
            return
        if self._replication is not None:
            seq = self._replication.publish(self.path.name, executed, self.applied)
            self._connection.execute(_SET_NUMBER, ("applied", seq))
        elif cluster_of(self.path.parent) is not None:
            raise LogError(
                f"{self.path} is a copy of a cluster's: change it by a running node, with --url"
            )

    def _catch_up(self) -> None:
        while self._replication is not None:
            found = self._replication.next(self.path.name, self.applied)
            if found is None:
                return
            self.follow(found)

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Change something of which whoever looks at `version` is to know."""
        with self.transaction() as connection:
            yield connection
            connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'version'")

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Read the file as of one moment, while others change it."""
        with failing("read", self.path):
            reader = _connected(self.path)
            try:
                reader.execute("PRAGMA query_only = ON")
                reader.execute("BEGIN")
                yield reader
            finally:
                reader.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        self._beside.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def format_in(connection: sqlite3.Connection) -> int | None:
    """Return the format of an open file; None: it was never brought up to any."""
    tables = "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
    if connection.execute(tables).fetchone() is None:
        return None
    row = connection.execute(_NUMBER, ("format",)).fetchone()
    return None if row is None else int(row[0])


def execute_all(connection: sqlite3.Connection, script: str) -> None:
    """Execute statements within the transaction that is open, which `executescript` would end."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def _nothing() -> None:
    pass


def _connected(path: Path) -> RecordingConnection:
    return sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=30, factory=RecordingConnection
    )
