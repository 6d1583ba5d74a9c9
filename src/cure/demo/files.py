"""Write the files of the generated world: the same content gives the same bytes."""

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec


def write_lines(file: Path, items: Iterable[object], moment: datetime | None = None) -> None:
    """Write JSON objects, one a line."""
    write_bytes(file, msgspec.json.Encoder().encode_lines(items), moment)


def write_json(file: Path, document: object, moment: datetime | None = None) -> None:
    """Write a document in JSON."""
    write_bytes(file, msgspec.json.format(msgspec.json.encode(document), indent=1), moment)


def write_text(file: Path, lines: Iterable[str], moment: datetime | None = None) -> None:
    """Write lines of text."""
    write_bytes(file, "".join(f"{line}\n" for line in lines).encode(), moment)


def write_bytes(file: Path, content: bytes, moment: datetime | None = None) -> None:
    """Write a file, and its folder.

    Args:
        file: Where.
        content: What.
        moment: When it was published: where it has no date inside, its own counts.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    if moment:
        os.utime(file, (moment.timestamp(), moment.timestamp()))


def write_database(
    file: Path, schema: str, tables: Mapping[str, Iterable[Sequence[object]]]
) -> None:
    """Write an SQLite database with these rows in the tables of a schema."""
    with closing(sqlite3.connect(":memory:")) as database, database:
        database.executescript(f"PRAGMA page_size = 4096; {schema}")
        for table, rows in tables.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                database.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - our words
        database.commit()
        write_bytes(file, database.serialize())


def iso(moment: datetime, after: str = "Z") -> str:
    """Return a moment as most programs write it: ``2026-01-02T03:04:05.678901Z``."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}{after}"


def stix_time(moment: datetime) -> str:
    """Return a moment as STIX has it, in milliseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
