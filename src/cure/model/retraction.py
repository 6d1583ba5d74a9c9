"""Retractions: a source takes back what it said.

A retraction is a record without observables, with the digest of what it takes back. What was cut
of a finding for others is a record of its own, and is taken back with the whole.
"""

from hashlib import blake2b

import msgspec

from cure.model.finding import Finding, Kind, Record

NOTHING = Finding(Kind.SIGHTING, ())
"""What a record says once it is taken back."""


def is_retraction(record: Record) -> bool:
    """Tell whether a record takes another one back."""
    return not record.finding.observables


def cut_digest(digest: bytes) -> bytes:
    """Return the digest of what is cut of a record for others than its owner."""
    return blake2b(digest, digest_size=16, person=b"cut").digest()


def retractions_of(record: Record) -> tuple[Record, Record]:
    """Return what takes a record back, and what was cut of it for others.

    The log keeps of them what takes something back, under the label that this has by then.
    """
    said = msgspec.structs.replace(NOTHING, key=record.finding.key)
    cut_label = msgspec.structs.replace(record.label, but_owner=True)
    return (
        Record(record.source, record.label, record.digest, said),
        Record(record.source, cut_label, cut_digest(record.digest), said),
    )
