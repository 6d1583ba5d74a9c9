"""Exchanges of labels, beside the records in the log's SQLite file."""

import sqlite3
from collections.abc import Sequence

import msgspec

from cure.interfaces import Logged, Relabelling
from cure.model import Label, Record

WITH_RELABELLINGS = 2
"""The first format of the file that has them."""
_decode = msgspec.json.Decoder(Label).decode
_encode = msgspec.json.Encoder().encode


class Relabellings:
    """All exchanges of labels.

    Attributes:
        done: They, oldest first.
    """

    def __init__(self) -> None:
        self.done: Sequence[Relabelling] = ()

    def load(self, connection: sqlite3.Connection) -> None:
        """Take those that the file has."""
        rows = connection.execute("SELECT after, source, old, new FROM relabelling ORDER BY id")
        self.done = [
            Relabelling(after, source, _decode(old), _decode(new))
            for after, source, old, new in rows
        ]

    def write(self, connection: sqlite3.Connection, one: Relabelling) -> None:
        """Keep one more, within the transaction that is open."""
        connection.execute(
            "INSERT INTO relabelling (after, source, old, new) VALUES (?, ?, ?, ?)",
            (one.after, one.source, _encode(one.old).decode(), _encode(one.new).decode()),
        )

    def now(self, logged: Logged) -> Record:
        """Return a record under the label that it has now."""
        record = logged.record
        for one in self.done:
            if logged.seq <= one.after and (record.source, record.label) == (one.source, one.old):
                record = msgspec.structs.replace(record, label=one.new)
        return record
