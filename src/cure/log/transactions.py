"""Changes of the log's SQLite file: whole and durable, or none."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cure.errors import LogError
from cure.log.offsets import place_of_damage


@contextmanager
def transaction(connection: sqlite3.Connection, undone: Callable[[], None]) -> Iterator[None]:
    """Change the file; what was changed is on the disk at the end.

    If it cannot be synced, nothing has changed, and a later change writes all of its own data
    anew: no sync vouches for what was written before one that failed.

    Args:
        connection: One that writes.
        undone: Called if nothing has changed after all.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        undone()
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def failing(doing: str, path: Path) -> Iterator[None]:
    """Turn the engine's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise LogError(f"cannot {doing} {path}{place_of_damage(path, error)}: {error}") from error
