"""All of a log checked: the engine's structure, every row's checksum, and that none is missing.

SQLite's own check tells whether pages fit together; the checksums tell whether rows are what was
written; the numbers, that all are there.
"""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from cure.log.checksums import WITH_CHECKSUMS, fits
from cure.log.offsets import place_of_damage, place_of_page, place_of_record, place_of_table
from cure.log.rows import damaged_record, is_sound

Checked = Callable[[int, int], None]
"""Told while a log is checked: up to which record, of how many."""
_ROWS = 1000
_TOLD = 100
"""So many damages of one kind are told."""
_SMALL_TABLES = {
    "source": "name, crc",
    "label": "body, crc",
    "relabelling": "*",
    "retention": "*",
    "arrival": "*",
    "quarantine": "*",
}


def damages_of(
    connection: sqlite3.Connection, path: Path, layout: int, checked: Checked
) -> Iterator[str]:
    """Yield what is wrong with a log, in sentences that name the record and its place.

    Cost: 2 s for a million records, 0.4 s of it for the engine's part.
    """
    without_place: list[str] = []
    try:
        for (said,) in connection.execute(f"PRAGMA integrity_check({_TOLD})"):
            if place := place_of_page(path, said):
                yield f"{path} is damaged{place}: {' '.join(said.split())}"
            elif said != "ok":
                without_place.append(f"{path} is damaged: {said}")
        if layout >= WITH_CHECKSUMS:
            yield from _of_small_tables(connection, path)
        yield from _of_records(connection, path, layout, checked)
    except sqlite3.Error as error:
        yield f"{path} is damaged{place_of_damage(path, error)}: {error}"
    yield from without_place


def _of_small_tables(connection: sqlite3.Connection, path: Path) -> Iterator[str]:
    for table, columns in _SMALL_TABLES.items():
        rows = connection.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - our names
        following = 1
        for number, row in enumerate(rows, 1):
            if not fits(row):
                place = place_of_table(path, table)
                yield f"{path}: row {number} of {table} is damaged{place}"
            elif table == "arrival":
                if row[0] != following:
                    place = place_of_table(path, table)
                    yield f"{path}: when record {following} was kept is missing{place}"
                following = row[2] + 1


def _of_records(
    connection: sqlite3.Connection, path: Path, layout: int, checked: Checked
) -> Iterator[str]:
    # While these rows are read, all others are of the same moment, whoever adds some meanwhile.
    rows = connection.execute(
        "SELECT seq, digest, source, label, replaces, crc, body FROM record ORDER BY seq"
    )
    last = connection.execute("SELECT max(seq) FROM record").fetchone()[0] or 0
    names: dict[int, str] = dict(connection.execute("SELECT id, name FROM source"))
    labels: dict[int, str] = dict(connection.execute("SELECT id, body FROM label"))
    upto = told = 0
    try:
        while (part := rows.fetchmany(_ROWS)) and told < _TOLD:
            for seq, digest, source, label, *rest in part:
                if seq != upto + 1:
                    told += 1
                    yield f"{path}: record {upto + 1} is missing{place_of_record(path, upto + 1)}"
                upto = seq
                row = (seq, digest, names.get(source, ""), labels.get(label, ""), *rest)
                if not is_sound(row, layout):
                    told += 1
                    yield damaged_record(path, seq)
            checked(upto, last)
    except sqlite3.Error as error:
        place = place_of_record(path, upto + 1)
        yield f"{path}: what follows record {upto} cannot be read{place}: {error}"
