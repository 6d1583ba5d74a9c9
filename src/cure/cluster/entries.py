"""Entries of the stream: what is written once, and applied alike on every node.

What belongs to the log is JSON, as its rows are; what changes a kept file is MessagePack, in
which bytes are not text. Both are compressed. What a newer version wrote and this one does not
know is never passed over: the node stands still until it is upgraded.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias, TypeVar

import msgspec

from cure.errors import LogError
from cure.interfaces import Cards, Quarantined
from cure.model import Label, Record
from cure.replication import Statement

if sys.version_info >= (3, 14):
    from compression import zstd  # pyright: ignore[reportMissingImports]
else:
    from backports import zstd

LOG = "cure.log"
"""Subject of what belongs to the log."""
FILE = "cure.file."
"""How subjects begin of what changes a kept file; its name follows."""
_LEVEL = 1
_RECORDS = 2000
T = TypeVar("T")


class Message(NamedTuple):
    """An entry as the stream has it.

    Attributes:
        seq: Its number in the stream.
        at: When the stream took it, UTC.
        subject: What it belongs to.
        entry_id: What whoever wrote it calls it.
        body: It, packed.
    """

    seq: int
    at: datetime
    subject: str
    entry_id: str
    body: bytes


class Append(msgspec.Struct, frozen=True, tag="append"):
    """Records to be kept."""

    records: Sequence[Record]


class Relabel(msgspec.Struct, frozen=True, tag="relabel"):
    """Labels to be exchanged."""

    source: str
    old: Label
    new: Label


class Retain(msgspec.Struct, frozen=True, tag="retain"):
    """What is no longer to be kept."""

    source: str
    cards: Cards
    upto: int


class Quarantine(msgspec.Struct, frozen=True, tag="quarantine"):
    """Lines that could not be read."""

    lines: Sequence[Quarantined]
    at: datetime


class Release(msgspec.Struct, frozen=True, tag="release"):
    """Lines that leave the quarantine."""

    ids: Sequence[str]


Entry: TypeAlias = Append | Relabel | Retain | Quarantine | Release


class Change(msgspec.Struct, frozen=True):
    """A transaction of a kept file.

    Attributes:
        format: The layout of the file for which it was written.
        statements: What was executed, in order.
    """

    format: int
    statements: Sequence[Statement]


_ENTRIES = msgspec.json.Decoder(Entry)
_CHANGES = msgspec.msgpack.Decoder(Change)
"""Made once: two threads that let msgspec look at the same types for the first time may crash."""
_encode = msgspec.json.Encoder().encode
_pack_change = msgspec.msgpack.Encoder().encode


def packed(entry: Entry) -> bytes:
    """Return an entry of the log as it goes into the stream."""
    return zstd.compress(_encode(entry), _LEVEL)


def unpacked(body: bytes) -> Entry:
    """Return an entry of the log.

    Raises:
        LogError: If it is damaged, or of a version that is not known here.
    """
    return _read(body, _ENTRIES)


def packed_change(change: Change) -> bytes:
    """Return a change of a kept file as it goes into the stream."""
    return zstd.compress(_pack_change(change), _LEVEL)


def unpacked_change(body: bytes) -> Change:
    """Return a change of a kept file.

    Raises:
        LogError: If it is damaged, or of a version that is not known here.
    """
    return _read(body, _CHANGES)


def parts_of(records: Sequence[Record], most_bytes: int) -> Iterator[bytes]:
    """Yield packed entries, each of so many bytes at most, that keep the records in order.

    Raises:
        LogError: If one record alone is larger.
    """
    for at in range(0, len(records), _RECORDS):
        yield from _halved(records[at : at + _RECORDS], most_bytes)
    if not records:
        yield packed(Append(()))


def _halved(records: Sequence[Record], most_bytes: int) -> Iterator[bytes]:
    body = packed(Append(records))
    if len(body) <= most_bytes:
        yield body
    elif len(records) == 1:
        raise LogError(f"a record of {len(body)} bytes is larger than the stream takes")
    else:
        middle = len(records) // 2
        yield from _halved(records[:middle], most_bytes)
        yield from _halved(records[middle:], most_bytes)


def _read(body: bytes, decoder: "msgspec.json.Decoder[T] | msgspec.msgpack.Decoder[T]") -> T:
    try:
        return decoder.decode(zstd.decompress(body))
    except (msgspec.DecodeError, zstd.ZstdError) as error:
        raise LogError(
            f"an entry of the stream cannot be read: {error}; if another node runs a newer "
            "version, upgrade this one"
        ) from error
