"""BSON: streams of documents, as mongodump writes them.

Ours, since the one library for it (pymongo) is a whole database client with a C extension, and
what honeypots store needs a dozen of the types. Source: https://bsonspec.org/spec.html.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any

from cure.errors import MalformedError
from cure.interfaces import Line, Unreadable

MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
"""The largest document that MongoDB stores."""

_MIN_DOCUMENT_BYTES = 5
_MAX_DEPTH = 32
_HEAD_BYTES = 4096
_INT32, _INT64, _DOUBLE = Struct("<i"), Struct("<q"), Struct("<d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPES = frozenset(range(0x01, 0x14)) | {0x00, 0x7F, 0xFF}


def is_bson(head: bytes) -> bool:
    """Tell from the first bytes of a file whether it is a stream of documents."""
    if len(head) < _MIN_DOCUMENT_BYTES:
        return False
    size = _INT32.unpack_from(head)[0]
    return _MIN_DOCUMENT_BYTES <= size <= MAX_DOCUMENT_BYTES and head[4] in _TYPES


def documents(blocks: Iterable[bytes | Unreadable]) -> Iterator[Line]:
    """Cut a stream into documents, up to where none begins or one breaks off."""
    rest, why = b"", ""
    for block in blocks:
        if why:
            continue  # what follows cannot be read, but has to be used up
        if isinstance(block, Unreadable):
            rest, why = rest or block.head, block.why
            continue
        rest += block
        at = 0
        while len(rest) - at >= _INT32.size:
            size = _INT32.unpack_from(rest, at)[0]
            if not _MIN_DOCUMENT_BYTES <= size <= MAX_DOCUMENT_BYTES:
                why = f"no document has {size} bytes"
            if why or len(rest) - at < size:
                break
            yield rest[at : at + size]
            at += size
        rest = rest[at:]
    if why or rest:
        yield Unreadable(rest[:_HEAD_BYTES], why or "the last document breaks off")


def decode(document: bytes) -> dict[str, Any]:
    """Read a document.

    Returns:
        Its fields: None, bool, int, float, str, bytes, dict and list; object ids in hexadecimal,
        times in UTC.

    Raises:
        MalformedError: If it breaks off, is nested more than 32 deep, or has a type that we do
            not read.
        UnicodeDecodeError: If a text is no UTF-8.
    """
    return _Reader(document).document()


class _Reader:
    """Takes one value after the other out of a document."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._depth = 0

    def document(self) -> dict[str, Any]:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise MalformedError("BSON document", "", f"nested more than {_MAX_DEPTH} deep")
        self.take(_INT32.size)
        found: dict[str, Any] = {}
        while kind := self.take(1)[0]:
            name = self._name()
            if kind not in _VALUES:
                raise MalformedError("BSON document", name, f"type {kind:#04x} is not read")
            found[name] = _VALUES[kind](self)
        self._depth -= 1
        return found

    def number(self, form: Struct) -> Any:  # noqa: ANN401 - int or float, as the form says
        return form.unpack(self.take(form.size))[0]

    def text(self) -> str:
        return self.take(self.number(_INT32))[:-1].decode()

    def binary(self) -> bytes:
        return self.take(self.number(_INT32) + 1)[1:]  # without its subtype

    def time(self) -> datetime:
        ms = self.number(_INT64)
        try:
            return _EPOCH + timedelta(milliseconds=ms)
        except OverflowError as error:
            raise MalformedError("time", str(ms), "outside the calendar") from error

    def take(self, size: int) -> bytes:
        if not 0 <= size <= len(self._data) - self._at:
            raise MalformedError("BSON document", "", f"breaks off after {self._at} bytes")
        self._at += size
        return self._data[self._at - size : self._at]

    def _name(self) -> str:
        end = self._data.find(b"\0", self._at)
        return self.take(end + 1 - self._at)[:-1].decode()


_VALUES: dict[int, Callable[[_Reader], Any]] = {
    0x01: lambda reader: reader.number(_DOUBLE),
    0x02: _Reader.text,
    0x03: _Reader.document,
    0x04: lambda reader: list(reader.document().values()),
    0x05: _Reader.binary,
    0x07: lambda reader: reader.take(12).hex(),
    0x08: lambda reader: reader.take(1) != b"\0",
    0x09: _Reader.time,
    0x0A: lambda _: None,
    0x10: lambda reader: reader.number(_INT32),
    0x12: lambda reader: reader.number(_INT64),
}
"""How a value of each type is read."""
