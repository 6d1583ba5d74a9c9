"""The stores of a data directory as of one moment, while other processes change them.

A read transaction of SQLite sees a file as of its begin, however long it lasts (WAL). So the
moments of all stores are fixed within milliseconds and in the right order, and the copies made
from them afterwards, at leisure.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from cure.backups.contents import ACCESS, AUDIT, STORES
from cure.log.transactions import failing

_PAGES_AT_ONCE = 2048
_PATIENCE_S = 30


@contextmanager
def pinned(directory: Path) -> Iterator[dict[str, sqlite3.Connection]]:
    """Give the stores of a data directory as of now, by name, the log's moment last.

    Raises:
        LogError: If one cannot be read.
    """
    with ExitStack() as stack:
        found: dict[str, sqlite3.Connection] = {}
        with _no_change_of_rights(directory):
            for name in STORES:
                if (path := directory / name).exists():
                    with failing("read", path):
                        found[name] = stack.enter_context(closing(_open(path)))
                        found[name].execute("BEGIN")
                        found[name].execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield found


@contextmanager
def _no_change_of_rights(directory: Path) -> Iterator[None]:
    """Let nobody change accounts meanwhile: a change and its audit entry are in two files."""
    path = directory / ACCESS
    if not path.exists() or not (directory / AUDIT).exists():
        yield
        return
    with failing("read", path), closing(sqlite3.connect(path, timeout=_PATIENCE_S)) as connection:
        connection.isolation_level = None
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE_S)
    connection.execute("PRAGMA query_only = ON")
    return connection


def copy_store(
    source: sqlite3.Connection, target: Path, copied: Callable[[int, int], None]
) -> None:
    """Copy a store as of its moment into a new file that stands alone.

    Args:
        source: The store.
        target: The new file.
        copied: Told how many pages were copied, and of how many.

    Raises:
        LogError: If it cannot be written or read.
    """
    target.touch(0o600)
    with (
        failing("write to", target),
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        copy.execute("PRAGMA synchronous = OFF")  # it is synced once, below
        source.backup(
            copy,
            pages=_PAGES_AT_ONCE,
            progress=lambda _status, left, every: copied(every - left, every),
        )
        copy.execute("PRAGMA journal_mode = DELETE")  # so that it can be read where nobody writes
    sync(target)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
