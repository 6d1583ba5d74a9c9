"""The file of watches and hits, `watches.sqlite`; several processes may change it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from cure.access.failing import failing
from cure.errors import LogError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES ('format', 1), ('version', 0);
CREATE TABLE IF NOT EXISTS watch (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    body BLOB NOT NULL,
    revision INTEGER NOT NULL,
    compared INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS matched (
    organisation TEXT PRIMARY KEY, upto INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
    watch TEXT NOT NULL,
    topic TEXT NOT NULL,
    fit TEXT NOT NULL,
    pattern TEXT NOT NULL,
    PRIMARY KEY (watch, topic, fit, pattern)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hit (
    organisation TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    watch TEXT NOT NULL,
    entry TEXT NOT NULL,
    topic TEXT NOT NULL,
    value TEXT NOT NULL,
    after INTEGER NOT NULL,
    upto INTEGER NOT NULL,
    sources TEXT NOT NULL,
    at REAL NOT NULL,
    retro INTEGER NOT NULL,
    state TEXT NOT NULL,
    acknowledged_by TEXT NOT NULL,
    acknowledged_at REAL,
    PRIMARY KEY (organisation, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS hit_of_value ON hit (watch, value, topic, position);
"""
_FORMAT = 1


class WatchFile:
    """The open file."""

    def __init__(self, directory: Path) -> None:
        """Open the file, or make it.

        Raises:
            LogError: If it cannot be opened, or is of a newer format.
        """
        self._path = directory / "watches.sqlite"
        self._lock = threading.RLock()
        self._path.touch(0o600)
        with failing(self._path):
            self._connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=30
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)
        found = self.number("format")
        if found > _FORMAT:
            raise LogError(f"{self._path} has format {found}; this version reads up to {_FORMAT}")

    def number(self, name: str) -> int:
        """Return a number that is kept under a name."""
        return self.rows("SELECT value FROM meta WHERE name = ?", name)[0][0]

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a question."""
        with self._lock, failing(self._path):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Change something, all of it or nothing."""
        with self._lock, failing(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
