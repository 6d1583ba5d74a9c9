"""Exchanges of labels, beside the records in the log's SQLite file."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from cure.errors import LogError
from cure.interfaces import Logged, Relabelling
from cure.log.checksums import WITH_CHECKSUMS, checksum, fits
from cure.log.offsets import place_of_table
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

    def load(self, connection: sqlite3.Connection, path: Path, layout: int) -> None:
        """Take those that a file of this format has.

        Raises:
            LogError: If one is damaged, or missing.
        """
        if layout < WITH_RELABELLINGS:
            return
        rows = connection.execute("SELECT * FROM relabelling ORDER BY id").fetchall()
        for number, row in enumerate(rows, 1):
            if row[0] != number or (layout >= WITH_CHECKSUMS and not fits(row)):
                place = place_of_table(path, "relabelling")
                raise LogError(f"{path}: exchange {number} of labels is damaged{place}")
        self.done = [
            Relabelling(after, source, _decode(old), _decode(new))
            for _, after, source, old, new, *_ in rows
        ]

    def write(self, connection: sqlite3.Connection, one: Relabelling) -> None:
        """Keep one more, within the transaction that is open."""
        values = (
            len(self.done) + 1,
            one.after,
            one.source,
            _encode(one.old).decode(),
            _encode(one.new).decode(),
        )
        connection.execute(
            "INSERT INTO relabelling VALUES (?, ?, ?, ?, ?, ?)", (*values, checksum(*values))
        )

    def now(self, logged: Logged) -> Record:
        """Return a record under the label that it has now."""
        record = logged.record
        for one in self.done:
            if logged.seq <= one.after and (record.source, record.label) == (one.source, one.old):
                record = msgspec.structs.replace(record, label=one.new)
        return record

    def labels_of(self, source: str, connection: sqlite3.Connection) -> list[Label]:
        """Return the labels that records of a source have now, and perhaps had before."""
        rows = connection.execute(
            "SELECT label.body, min(seq), max(seq) FROM record"
            " JOIN source ON source.id = record.source JOIN label ON label.id = record.label"
            " WHERE source.name = ? GROUP BY record.label",
            (source,),
        ).fetchall()
        done = [one for one in self.done if one.source == source]
        found: dict[Label, None] = {}
        for body, first, last in rows:
            # An exchange applies to what was there before: to a record, an end of `done` does.
            begins, ends = (sum(one.after < seq for one in done) for seq in (first, last))
            for at in range(begins, ends + 1):
                label = _decode(body)
                for one in done[at:]:
                    label = one.new if label == one.old else label
                found[label] = None
        return list(found)
