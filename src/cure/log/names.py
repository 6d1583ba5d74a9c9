"""Names of sources and texts of labels, which rows of records tell by number."""

import sqlite3
from typing import NamedTuple

import msgspec

from cure.log.checksums import checksum
from cure.model import Label, Record


class Named(NamedTuple):
    """The numbers of a record's source and label, and the label's text."""

    source: int
    label: int
    text: str


class Names:
    """Those that a log's writer met; others are looked up, and added where they are missing."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Label], Named] = {}

    def of(self, connection: sqlite3.Connection, record: Record) -> Named:
        """Return those of a record, within the open transaction."""
        both = (record.source, record.label)
        found = self._found.get(both)
        if found is None:
            text = msgspec.json.encode(record.label).decode()
            source = _number_of(connection, "source", "name", record.source)
            label = _number_of(connection, "label", "body", text)
            found = self._found[both] = Named(source, label, text)
        return found

    def forget(self) -> None:
        """Look all up again: the transaction came to nothing."""
        self._found.clear()


def _number_of(connection: sqlite3.Connection, table: str, column: str, text: str) -> int:
    connection.execute(
        f"INSERT OR IGNORE INTO {table} ({column}, crc) VALUES (?, ?)",  # noqa: S608 - our names
        (text, checksum(text)),
    )
    found = connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (text,))  # noqa: S608
    return found.fetchone()[0]
