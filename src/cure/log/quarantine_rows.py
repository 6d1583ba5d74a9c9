"""Quarantined lines as rows of the log's file: the same line of the same place is one row."""

from datetime import datetime
from hashlib import blake2b

from cure.interfaces import Quarantined


def quarantine_row(line: Quarantined, at: datetime) -> tuple[bytes, str, str, str, int, str, bytes]:
    """Return a line as a row of the table `quarantine`."""
    return (
        _place(line),
        at.isoformat(),
        line.source,
        line.input_name,
        line.number,
        line.why,
        line.raw,
    )


def _place(line: Quarantined) -> bytes:
    digest = blake2b(digest_size=16)
    for part in (line.source, line.input_name, str(line.number), line.why):
        digest.update(part.encode() + b"\0")
    digest.update(line.raw)
    return digest.digest()
