"""Bookmarks: how far each source has been read, in one SQLite file beside the log.

They are written after the records are durable: a crash between the two reads a part again, and
the log knows its records already.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from cure.errors import SourceError

T = TypeVar("T")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS bookmark (
    source TEXT NOT NULL,
    place TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (source, place)
) WITHOUT ROWID
"""


class BookmarkFile:
    """The bookmarks of all sources. Any thread may use it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or create it.

        Raises:
            SourceError: If it cannot be opened.
        """
        self._path = path
        self._using = threading.Lock()
        with self._failing():
            self._connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=30
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_SCHEMA)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SourceError(f"cannot keep bookmarks in {self._path}: {error}") from error

    def execute(self, statement: str, *values: str | bytes) -> list[tuple[str, bytes]]:
        """Run a statement, and return its rows."""
        with self._failing(), self._using:
            return self._connection.execute(statement, values).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class Bookmarks:
    """The bookmarks of one source, each under the name of its place."""

    def __init__(self, file: BookmarkFile, source: str) -> None:
        """Keep them in `file`."""
        self._file = file
        self._source = source

    def read(self, decoder: msgspec.json.Decoder[T]) -> dict[str, T]:
        """Return all of them; what another version wrote in another form is left out."""
        rows = self._file.execute("SELECT place, body FROM bookmark WHERE source = ?", self._source)
        found: dict[str, T] = {}
        for place, body in rows:
            try:
                found[place] = decoder.decode(body)
            except msgspec.DecodeError:  # then it is read again, which changes nothing
                continue
        return found

    def write(self, place: str, mark: msgspec.Struct) -> None:
        """Set one."""
        self._file.execute(
            "INSERT OR REPLACE INTO bookmark VALUES (?, ?, ?)",
            self._source,
            place,
            msgspec.json.encode(mark),
        )

    def forget(self, place: str) -> None:
        """Take one out."""
        self._file.execute(
            "DELETE FROM bookmark WHERE source = ? AND place = ?", self._source, place
        )
