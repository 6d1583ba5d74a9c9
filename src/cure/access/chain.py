"""The chain of the audit log: its hashes and signed heads, and what is wrong with them."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GENESIS = bytes(32)
"""What stands for the hash before the first entry."""


class Head(msgspec.Struct, frozen=True):
    """The end of the chain on a day, signed.

    Attributes:
        day: The day, UTC, as ``2026-01-31``.
        seq: Number of the last entry.
        hash: Its hash.
        signature: Ed25519 over `signed_bytes`.
    """

    day: str
    seq: int
    hash: bytes
    signature: bytes = b""

    def signed_bytes(self) -> bytes:
        """Return what is signed."""
        return f"cure audit {self.day} {self.seq} {self.hash.hex()}".encode()

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Tell whether the signature is of this key."""
        try:
            key.verify(self.signature, self.signed_bytes())
        except InvalidSignature:
            return False
        return True


class Checked(NamedTuple):
    """What was found of a chain.

    Attributes:
        entries: How many entries were read.
        wrong: The first thing that is wrong, in a sentence; empty: nothing.
        seq: Number of the first bad entry, or 0.
    """

    entries: int
    wrong: str = ""
    seq: int = 0


Row: TypeAlias = tuple[int, bytes, bytes]
"""Number, body and hash of an entry."""


def chained(before: bytes, seq: int, body: bytes) -> bytes:
    """Return the hash of an entry: over the one before it, its number and its body."""
    return blake2b(before + seq.to_bytes(8) + body, digest_size=32, person=b"cure audit").digest()


def check(rows: Iterable[Row], heads: Sequence[Head], key: Ed25519PublicKey) -> Checked:
    """Compare a chain with itself and with its heads; those kept elsewhere may be among them.

    Args:
        rows: The entries, in order.
        heads: The signed heads.
        key: Who must have signed them.
    """
    for head in heads:
        if not head.is_signed_by(key):
            return Checked(0, f"the head of {head.day} was not signed by this log", head.seq)
    wanted = {head.seq: head for head in heads}
    before, last = GENESIS, 0
    for seq, body, digest in rows:
        wrong = ""
        if seq != last + 1:
            wrong = f"entry {last + 1} is missing"
        elif chained(before, seq, body) != digest:
            wrong = f"entry {seq} was changed"
        elif seq in wanted and wanted[seq].hash != digest:
            wrong = f"entry {seq} is not the one signed on {wanted[seq].day}"
        if wrong:
            return Checked(last, wrong, last + 1)
        before, last = digest, seq
    signed = max(wanted, default=0)
    if signed > last:
        return Checked(last, f"the log was cut after entry {last}: {signed} were signed", last + 1)
    if signed < last:
        return Checked(last, f"what follows entry {signed} was never signed", signed + 1)
    return Checked(last)
