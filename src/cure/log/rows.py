"""Records as rows of the log's SQLite file, checked whenever they are read."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias
from zlib import crc32

import msgspec

from cure.errors import LogError
from cure.interfaces import Logged
from cure.log.checksums import WITH_CHECKSUMS, checksum
from cure.log.offsets import place_of_record
from cure.log.schema import FORMAT
from cure.model import Finding, Label, Record

Row: TypeAlias = tuple[int, bytes, str, str, int, int, bytes]
SELECT = (
    "SELECT seq, digest, source.name, label.body, replaces, record.crc, record.body"
    " FROM record JOIN source ON source.id = record.source JOIN label ON label.id = record.label"
)
"""Gives rows as `as_stored` reads them; a clause is to follow."""
REWRITE = """
UPDATE record SET body = ?1, crc = checksum(
    seq,
    digest,
    (SELECT name FROM source WHERE id = record.source),
    (SELECT body FROM label WHERE id = record.label),
    replaces,
    ?1
) WHERE seq = ?2
"""
"""Puts another body in place of a record's."""
_ASK_ROWS = 900  # SQLite allows 999 parameters where it was built long ago
_decode_finding = msgspec.json.Decoder(Finding).decode
_decode_label = msgspec.json.Decoder(Label).decode


def rows_of(connection: sqlite3.Connection, numbers: Sequence[int], path: Path) -> list[Row]:
    """Return the rows with these numbers, in no order.

    Raises:
        LogError: If one is missing; its number is named.
    """
    rows: list[Row] = []
    for at in range(0, len(numbers), _ASK_ROWS):
        part = tuple(numbers[at : at + _ASK_ROWS])
        marks = ",".join("?" * len(part))
        rows += connection.execute(f"{SELECT} WHERE seq IN ({marks})", part).fetchall()
    missing = set(numbers) - {row[0] for row in rows} if len(rows) < len(numbers) else None
    if missing:
        first = min(missing)
        raise LogError(f"{path}: record {first} is missing{place_of_record(path, first)}")
    return rows


def body_of(connection: sqlite3.Connection, seq: int, path: Path) -> bytes:
    """Return the body of a record.

    Raises:
        LogError: If it is damaged or missing.
    """
    [row] = rows_of(connection, [seq], path)
    if not is_sound(row):
        raise LogError(damaged_record(path, seq))
    return row[-1]


def is_sound(row: Row, layout: int = FORMAT) -> bool:
    """Tell whether the checksum of a row fits, in a file of this format."""
    seq, digest, source, label, replaces, crc, body = row
    if layout < WITH_CHECKSUMS:
        return isinstance(body, bytes) and crc32(body) == crc
    return checksum(seq, digest, source, label, replaces, body) == crc


def damaged_record(path: Path, seq: int) -> str:
    """Return the sentence about a record whose checksum does not fit."""
    place = place_of_record(path, seq)
    return f"{path}: record {seq} is damaged{place} (its checksum does not fit)"


def as_stored(rows: Sequence[Row], path: Path, layout: int = FORMAT) -> list[Logged]:
    """Return records as they stand in a file.

    Raises:
        LogError: If one is damaged; its number is named.
    """
    logged: list[Logged] = []
    labels: dict[str, Label] = {}
    for row in rows:
        if not is_sound(row, layout):
            raise LogError(damaged_record(path, row[0]))
        seq, digest, source, label, replaces, _, body = row
        if label not in labels:
            labels[label] = _decode_label(label)
        record = Record(source, labels[label], digest, _decode_finding(body))
        logged.append(Logged(seq, record, replaces))
    return logged
