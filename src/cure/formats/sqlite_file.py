"""SQLite databases given as bytes: which tables they have, and the rows of one.

The file may be hostile: nothing of its schema is run (views, triggers, computed columns), a table
is checked before its first row is returned, and the work is bounded by the size of the file.
What lay in a write-ahead log beside it is not there. Source: https://www.sqlite.org/fileformat2.html
and https://www.sqlite.org/security.html.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from cure.errors import MalformedError

MAGIC = b"SQLite format 3\0"
"""How every database begins."""

_WAL_VERSIONS = slice(18, 20)  # 2: its rows may lie in another file; 1: they lie in this one
_MAX_ROW_BYTES = 1 << 20
_MAX_COLUMNS = 256
# A scan takes some ten steps a row, and no row is shorter than four bytes.
_STEPS = 1_000_000
_STEPS_A_BYTE = 16
_SETTINGS = """
    PRAGMA trusted_schema = OFF;
    PRAGMA query_only = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA ignore_check_constraints = ON;
"""
# Virtual tables have no root page.
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
_COLUMNS = "SELECT name, hidden FROM pragma_table_xinfo(?)"


def tables(data: bytes) -> dict[str, tuple[str, ...]]:
    """Return the tables of a database, each with its columns, as they are spelt there.

    Tables with computed columns, which would run expressions of the file, are left out.

    Raises:
        MalformedError: If it is no SQLite database or is damaged.
    """
    with _opened(data) as database:
        return _tables(database)


def rows(data: bytes, table: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    r"""Yield the rows of a table, in the order in which they are stored.

    Args:
        data: The whole file.
        table: Name of the table, as `tables` spells it.
        columns: The columns that are wanted, likewise.

    Yields:
        The value of each of these columns: None, int, float, str or bytes, whatever type the
        column was declared with. What is no UTF-8 in a text stands there as ``\xff``.

    Raises:
        MalformedError: If it is no SQLite database, has no such table or column, or the table is
            damaged, before the first row is yielded; or later, if a row is longer than 1 MiB or
            the work exceeds what a file of this size needs ("interrupted").
    """
    with _opened(data) as database:
        there = _tables(database).get(table)
        if there is None:
            raise MalformedError("SQLite database", table, "has no such table")
        for column in columns:
            if column not in there:
                raise MalformedError("SQLite table", table, f"has no column {column}")
        (checked,) = database.execute(f"PRAGMA quick_check({_quoted(table)})").fetchone()
        if checked != "ok":
            raise MalformedError("SQLite table", table, f"damaged: {checked!r}"[:200])
        wanted = ", ".join(_quoted(column) for column in columns)
        for row in database.execute(f"SELECT {wanted} FROM {_quoted(table)}"):  # noqa: S608 - quoted
            yield dict(zip(columns, row, strict=True))


@contextmanager
def _opened(data: bytes) -> Iterator[sqlite3.Connection]:
    """Open a database; what SQLite finds wrong with it is malformed."""
    if not data.startswith(MAGIC):
        raise MalformedError("SQLite database", data[:16].decode("latin-1"), "begins otherwise")
    file = bytearray(data)
    file[_WAL_VERSIONS] = b"\1\1"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.text_factory = _text
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_ROW_BYTES)
        database.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, _MAX_COLUMNS)
        database.set_progress_handler(lambda: True, _STEPS + _STEPS_A_BYTE * len(data))
        try:
            database.deserialize(file)
            database.executescript(_SETTINGS)
            yield database
        except (sqlite3.Error, UnicodeDecodeError) as error:  # names in messages may be no UTF-8
            raise MalformedError("SQLite database", "", str(error)) from error
        except MemoryError as error:  # what SQLite says of a length that cannot be
            why = "it claims more than there is room for"
            raise MalformedError("SQLite database", "", why) from error


def _tables(database: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for (table,) in database.execute(_TABLES).fetchall():
        columns = database.execute(_COLUMNS, (table,)).fetchall()
        if not any(hidden for _, hidden in columns):
            found[table] = tuple(name for name, _ in columns)
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(raw: bytes) -> str:
    return raw.decode(errors="backslashreplace")
