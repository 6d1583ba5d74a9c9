"""Quarantined lines as rows of the log's file: the same line of the same place is one row."""

from datetime import datetime
from hashlib import blake2b

from cure.interfaces import Quarantined
from cure.log.checksums import checksum


def quarantine_row(
    line: Quarantined, at: datetime
) -> tuple[bytes, str, str, str, int, str, bytes, int]:
    """Return a line as a row of the table `quarantine`."""
    row = (
        _place(line),
        at.isoformat(),
        line.source,
        line.input_name,
        line.number,
        line.why,
        line.raw,
    )
    return (*row, checksum(*row))


def _place(line: Quarantined) -> bytes:
    where = f"{line.source}\0{line.input_name}\0{line.number}\0{line.why}\0"
    return blake2b(where.encode() + line.raw, digest_size=16).digest()
