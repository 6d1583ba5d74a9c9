"""Errors of SQLite, told as ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cure.errors import LogError


@contextmanager
def failing(path: Path) -> Iterator[None]:
    """Turn what the engine finds wrong into a `LogError` that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise LogError(f"{path}: {error}") from error
