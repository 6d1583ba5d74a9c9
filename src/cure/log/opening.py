"""Opening the log's SQLite file: its connections, its layout, and what names it."""

import sqlite3
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4
from zlib import crc32

from cure.errors import LogError
from cure.log.checksums import WITH_CHECKSUMS, checksum
from cure.log.schema import FORMAT, INDEX, MIGRATIONS, SCHEMA
from cure.log.torn_tail import refuse_damage_within

_BUSY_S = 30


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


def open_file(path: Path, *, write: bool, log_id: str | None = None) -> Opened:
    """Open a file; when writing, make it if it is not there, and bring it up to our layout.

    A new one is called `log_id`; without that it gets a random name.

    Both are done in one transaction: whatever happens meanwhile, the file is as before or as
    it is to be. WAL with ``synchronous=FULL``: what is committed is on the disk.

    Raises:
        LogError: If it is missing, damaged, or of a newer layout.
        sqlite3.Error: If it is damaged.
    """
    if not write and not path.exists():
        raise LogError(f"there is no log at {path}")
    if write and path.exists():
        refuse_damage_within(path)
    writer = _connect(path, write=write)
    try:
        if write:
            _make(writer, log_id or uuid4().hex)
        log_id, layout = _read_meta(writer, path)
        if write:
            if layout < FORMAT:
                _migrate(writer, path, layout, log_id)
                layout = FORMAT
            writer.execute(INDEX)
        return Opened(writer, _connect(path, write=False), log_id, layout)
    except BaseException:
        writer.close()
        raise


def _connect(path: Path, *, write: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=_BUSY_S
    )
    try:
        connection.execute("PRAGMA cache_size = -65536")
        if write:
            connection.create_function("checksum", -1, checksum, deterministic=True)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")  # what is overwritten is gone
            connection.execute("PRAGMA wal_autocheckpoint = 20000")
        else:
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _make(writer: sqlite3.Connection, log_id: str) -> None:
    """Lay out a file that is empty."""
    if writer.execute("SELECT name FROM sqlite_master LIMIT 1").fetchone() is None:
        writer.executescript("BEGIN IMMEDIATE;" + SCHEMA)
        _write_meta(writer, log_id)
        writer.execute("COMMIT")


def _migrate(writer: sqlite3.Connection, path: Path, layout: int, log_id: str) -> None:
    """Bring a file up to our layout. Cost: the file is written anew, 4 µs a record.

    Raises:
        LogError: If a record is damaged; nothing was changed.
    """
    writer.create_function("crc32", 1, crc32, deterministic=True)
    damaged = "SELECT seq FROM record WHERE typeof(body) != 'blob' OR crc32(body) != crc LIMIT 1"
    for (seq,) in writer.execute(damaged):
        raise LogError(f"{path}: record {seq} is damaged (its CRC does not fit)")
    steps = "".join(MIGRATIONS[older] for older in range(layout, FORMAT))
    writer.executescript("BEGIN IMMEDIATE;" + steps)
    _write_meta(writer, log_id)
    writer.execute("COMMIT")
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _read_meta(connection: sqlite3.Connection, path: Path) -> tuple[str, int]:
    """Return the name of the log and the version of its layout."""
    meta = dict(connection.execute("SELECT name, value FROM meta"))
    layout = str(meta.get("format"))
    if layout.isdecimal() and int(layout) > FORMAT:
        raise LogError(f"{path} has format {layout}; this version of cure reads up to {FORMAT}")
    if (
        "id" not in meta
        or layout not in {str(one) for one in (*MIGRATIONS, FORMAT)}
        # Of an older format there is none, and of ours it is right.
        or meta.get("checksum")
        != (_meta_checksum(connection, meta) if int(layout) >= WITH_CHECKSUMS else None)
    ):
        raise LogError(
            f"{path} is damaged at offset 0: what it tells of its own layout does not fit"
        )
    return meta["id"], int(layout)


def _write_meta(writer: sqlite3.Connection, log_id: str) -> None:
    meta = {"format": str(FORMAT), "id": log_id}
    meta["checksum"] = _meta_checksum(writer, meta)
    writer.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta.items())


def _meta_checksum(connection: sqlite3.Connection, meta: dict[str, str]) -> str:
    """Return the checksum of a log's name, format and tables.

    Tables of others, such as Litestream's, begin with a line.
    """
    tables = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND substr(name, 1, 1) != '_' ORDER BY name"
    )
    return str(checksum(meta.get("format"), meta.get("id"), *(row[0] for row in tables)))
