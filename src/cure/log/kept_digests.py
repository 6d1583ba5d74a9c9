"""The table of digests, kept beside the log for the next start."""

import sqlite3
from pathlib import Path

import numpy as np

from cure.errors import LogError
from cure.log import snapshots
from cure.log.digests import Digests, prints_of
from cure.log.snapshots import Snapshot

_READ_ROWS = 10_000
_DIGEST_BYTES = 16


def load_digests(path: Path, log_id: str, connection: sqlite3.Connection, last: int) -> Digests:
    """Take the digests that were kept, and add those of the records that came after.

    Raises:
        LogError: If they know of records that the log does not have, or a record is damaged.
    """
    digests, after = Digests(), 0
    try:
        kept = snapshots.load(path, log_id)
    except LogError:  # they are all in the log
        kept = None
    if kept is not None:
        if kept.seq > last:
            raise LogError(
                f"{path} knows record {kept.seq}, but the log ends at {last}: "
                "the log was cut or replaced"
            )
        digests, after = Digests(**kept.state), kept.seq
    rows = connection.execute("SELECT seq, digest FROM record WHERE seq > ?", (after,))
    while part := rows.fetchmany(_READ_ROWS):
        for number, (seq, digest) in enumerate(part, after + 1):
            if seq != number or not isinstance(digest, bytes) or len(digest) != _DIGEST_BYTES:
                raise LogError(f"{path.with_suffix('.sqlite')}: record {number} is damaged")
        after += len(part)
        numbers = np.fromiter((row[0] for row in part), np.uint32, len(part))
        digests.add(prints_of([row[1] for row in part]), numbers)
    return digests


def save_digests(path: Path, log_id: str, digests: Digests, last: int) -> None:
    """Keep the digests of all records up to the last.

    Raises:
        LogError: If they cannot be written.
    """
    snapshots.save(path, log_id, Snapshot(last, dict(digests.kept)))
