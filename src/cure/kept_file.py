"""A SQLite file of a data directory, beside the log: opened, brought up to our layout, changed.

Several processes may change such a file. What is committed is on the disk.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from cure.errors import LogError
from cure.log.transactions import failing, transaction

_META = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES ('version', 0);
"""
_SET_FORMAT = """
INSERT INTO meta VALUES ('format', ?)
ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value
"""
_NUMBER = "SELECT value FROM meta WHERE name = ?"


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
        self._lock = threading.RLock()
        with failing("open", path):
            try:
                path.touch(0o600)
            except OSError as error:
                raise LogError(f"cannot open {path}: {error.strerror}") from error
            self._connection = _connected(path)
            try:
                self._bring_up(layout)
            except BaseException:
                self._connection.close()
                raise

    def _bring_up(self, layout: Layout) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        with self.transaction() as connection:  # which keeps other processes from the same
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
    def version(self) -> int:
        """Grows with every change that `changing` makes, also in another process. Cost: ~5 µs."""
        return self.number("version")

    def number(self, name: str) -> int:
        """Return a number that is kept under a name."""
        return self.rows(_NUMBER, name)[0][0]

    def rows(self, query: str, /, *values: object, **named: object) -> list[Any]:
        """Return the rows of a question, whose values are given in order or by name."""
        with self._lock, failing("read", self.path):
            return self._connection.execute(query, named or values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Change something, all of it or nothing; within another transaction as a part of that.

        Raises:
            LogError: If it cannot be kept; then nothing has changed.
        """
        with self._lock, failing("write to", self.path):
            if self._connection.in_transaction:
                yield self._connection
            else:
                with transaction(self._connection, lambda: None):
                    yield self._connection

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


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
