"""Event logs of Windows, written for tests: one chunk, and plain binary XML without templates.

Source: https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
"""

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from zlib import crc32

_RECORDS_AT = 512
_CHUNK_BYTES = 65_536
_FILETIME = 133_500_000_000_000_000


def evtx(events: Sequence[tuple[str, int, Mapping[str, str]]]) -> bytes:
    """Write a file from channels, event numbers and data."""
    body = b""
    at = 0
    for number, event in enumerate(events, 1):
        at = _RECORDS_AT + len(body)
        xml = _event(at + 24, *event)
        size = 24 + len(xml) + 4
        body += struct.pack("<4sIQQ", b"**\0\0", size, number, _FILETIME) + xml
        body += struct.pack("<I", size)
    count, end = len(events), _RECORDS_AT + len(body)
    head = struct.pack("<8sQQQQIIII", b"ElfChnk\0", 1, count, 1, count, 128, at, end, crc32(body))
    head = head.ljust(120, b"\0")
    tables = bytes(_RECORDS_AT - 128)
    chunk = head + struct.pack("<II", 0, crc32(head + tables)) + tables + body
    file = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, 0, count + 1, 128, 1, 3, 4096, 1)
    file = file.ljust(120, b"\0")
    file += struct.pack("<II", 0, crc32(file))
    return file.ljust(4096, b"\0") + chunk.ljust(_CHUNK_BYTES, b"\0")


def _event(at: int, channel: str, number: int, data: Mapping[str, str]) -> bytes:
    system = [("EventID", "", str(number)), ("Channel", "", channel), ("Computer", "", "HOST-1")]
    fields = [("Data", name, value) for name, value in data.items()]

    def parts(start: int) -> bytes:
        first = _element(start, "System", "", lambda inner: _leaves(inner, system))
        then = start + len(first)
        return first + _element(then, "EventData", "", lambda inner: _leaves(inner, fields))

    opening = b"\x0f\x01\x01\x00"
    return opening + _element(at + len(opening), "Event", "", parts) + b"\0"


def _leaves(at: int, leaves: Iterable[tuple[str, str, str]]) -> bytes:
    written = b""
    for element, name, text in leaves:
        written += _element(at + len(written), element, name, lambda _, text=text: _text(text))
    return written


def _element(at: int, tag: str, name: str, content: Callable[[int], bytes]) -> bytes:
    """Write an element that begins at an offset of the chunk, with the attribute Name or none."""
    start = at + 9
    head = _named(tag)
    if name:
        attribute_at = start + len(head) + 4
        attribute = struct.pack("<BI", 6, attribute_at + 5) + _named("Name") + _text(name)
        head += struct.pack("<I", len(attribute)) + attribute
    head += b"\x02"
    inside = head + content(start + len(head)) + b"\x04"
    return struct.pack("<BII", 0x41 if name else 1, len(inside) + 4, start) + inside


def _named(text: str) -> bytes:
    return struct.pack("<IHH", 0, 0, len(text)) + (text + "\0").encode("utf-16-le")


def _text(text: str) -> bytes:
    return struct.pack("<BBH", 5, 1, len(text)) + text.encode("utf-16-le")
