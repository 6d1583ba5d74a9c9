"""A SQLite database that another program fills: looked at again whenever it has changed."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from cure.errors import SourceError
from cure.origins.bookmarks import Bookmarks
from cure.origins.delivering import Deliver
from cure.origins.files import inputs

_BUSY_S = 30


class _State(msgspec.Struct, frozen=True):
    """Size and time of writing of the database and of its write-ahead log."""

    files: list[tuple[int, int]]


_decoder = msgspec.json.Decoder(_State)


class SqlitePoll:
    """An origin that delivers a consistent copy of a database, as a file."""

    def __init__(self, bookmarks: Bookmarks, *, path: Path, every_s: float = 60.0) -> None:
        """Look every `every_s` seconds whether the database has changed."""
        self._bookmarks = bookmarks
        self._path = path
        self._every_s = every_s

    def look(self, deliver: Deliver) -> float:
        """Deliver the database if it has changed since the last look."""
        state = self._state()
        if self._bookmarks.read(_decoder).get(str(self._path)) == state:
            return self._every_s
        with TemporaryDirectory(prefix="cure-") as folder:
            copy = Path(folder, self._path.name)
            self._copy_to(copy)
            for data in inputs(copy, datetime.now(UTC)):
                deliver(replace(data, name=str(self._path)))
        self._bookmarks.write(str(self._path), state)
        return self._every_s

    def _state(self) -> _State:
        """Return what changes with every commit, looked at before the copy is made."""
        found: list[tuple[int, int]] = []
        for path in (self._path, self._path.with_name(self._path.name + "-wal")):
            try:
                status = path.stat()
            except FileNotFoundError as error:
                if path == self._path:
                    raise SourceError(f"there is no file {path}") from error
                continue
            except OSError as error:
                raise SourceError(f"cannot read {path}: {error.strerror}") from error
            found.append((status.st_size, status.st_mtime_ns))
        return _State(found)

    def _copy_to(self, copy: Path) -> None:
        """Copy the database as it is between two commits, what is only in its log included."""
        try:
            with (
                closing(
                    sqlite3.connect(
                        f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S
                    )
                ) as database,
                closing(sqlite3.connect(copy)) as target,
            ):
                database.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise SourceError(f"cannot copy {self._path}: {error}") from error
