"""Opening the log's SQLite file: its connections, its layout, and what names it."""

import sqlite3
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from cure.errors import LogError
from cure.log.schema import FORMAT, INDEX, MIGRATIONS, SCHEMA


class Opened(NamedTuple):
    """A file that was opened.

    Attributes:
        writer: A connection; it writes only if that was asked for.
        reader: One that only reads.
        log_id: The random name of this log, so that no snapshot of another is taken for its own.
        format: Version of its layout: ours, or an older one of a file that is only read.
    """

    writer: sqlite3.Connection
    reader: sqlite3.Connection
    log_id: str
    format: int


def open_file(path: Path, *, write: bool) -> Opened:
    """Open a file; when writing, make it if it is not there, and bring it up to our layout.

    WAL with ``synchronous=FULL``: what is committed is on the disk.

    Raises:
        LogError: If it is missing, or of a newer layout.
        sqlite3.Error: If it is damaged.
    """
    if not write and not path.exists():
        raise LogError(f"there is no log at {path}")
    writer, reader = _connect(path, write=write), _connect(path, write=False)
    found = writer.execute("SELECT name FROM sqlite_master LIMIT 1").fetchone()
    if found is None and write:
        writer.executescript(SCHEMA)
        writer.executemany(
            "INSERT INTO meta VALUES (?, ?)", [("format", str(FORMAT)), ("id", uuid4().hex)]
        )
    meta = dict(writer.execute("SELECT name, value FROM meta"))
    layout = int(meta["format"])
    if layout > FORMAT:
        raise LogError(f"{path} has format {layout}; this version of cure reads up to {FORMAT}")
    if write:
        for older in range(layout, FORMAT):
            writer.executescript(MIGRATIONS[older])
        layout = FORMAT
        writer.execute(INDEX)
    return Opened(writer, reader, meta["id"], layout)


def _connect(path: Path, *, write: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    connection.execute("PRAGMA cache_size = -65536")
    if write:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_autocheckpoint = 20000")
    else:
        connection.execute("PRAGMA query_only = ON")
    return connection
