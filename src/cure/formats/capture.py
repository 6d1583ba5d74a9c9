"""Captures, cut into the packets they hold: pcap and pcapng, in bounded memory.

https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html and
https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html.
"""

from collections.abc import Iterable, Iterator
from struct import Struct
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cure.interfaces import Unreadable

_MAX_PACKET_BYTES = 262_144  # of tcpdump; whoever claims more has lost the thread
_MAX_BLOCK_BYTES = 16 << 20  # of Wireshark
_MAX_NS = 1 << 62  # the year 2116
_RAW_BYTES = 4096

Place = tuple[int, int, int, int]
"""Where a packet lies: a row of `Frames.table`."""
Cut = tuple[list[Place], int, str]
"""The packets that lie whole in some data, where the next begins, and why it cannot be read."""


class Frames(NamedTuple):
    """Packets that follow each other in a capture.

    Attributes:
        number: Number of the first within the capture, from 1.
        data: The bytes in which they lie.
        table: Row i is packet i: offset of its first byte, count of the bytes that were
            captured (there may have been more), nanoseconds since 1970 (0: not told), link type
            (https://www.tcpdump.org/linktypes.html; -1: not told). Shape (n, 4), n > 0.
    """

    number: int
    data: bytes
    table: npt.NDArray[np.int64]

    def raws(self) -> Iterator[bytes]:
        """Yield the first bytes of each packet."""
        for start, size in self.table[:, :2].tolist():
            yield self.data[start : start + min(size, _RAW_BYTES)]


class Lost(NamedTuple):
    """The place from where on a capture cannot be read.

    Attributes:
        number: Number that the packet there would have.
        raw: Its first bytes.
        why: What is wrong with it.
    """

    number: int
    raw: bytes
    why: str


def is_capture(head: bytes) -> bool:
    """Tell from the first bytes of a file whether it is a capture."""
    return head[:4] in _PCAP_MAGICS or head[:4] == _SECTION


def packets_in(blocks: Iterable[bytes | Unreadable]) -> Iterator[Frames | Lost]:
    """Cut a capture into its packets; all blocks are read, whatever is in them."""
    cutter: _Pcap | _Pcapng | None = None
    number, rest, lost = 1, b"", ""
    for block in blocks:
        if lost:
            continue
        if isinstance(block, Unreadable):
            rest, lost = rest or block.head, block.why
            continue
        data, at = rest + block, 0
        if cutter is None:
            if len(data) < _PCAP_HEADER_BYTES:
                rest = data
                continue
            if data[:4] == _SECTION:
                cutter = _Pcapng()
            elif data[:4] in _PCAP_MAGICS:
                cutter, at = _Pcap(data), _PCAP_HEADER_BYTES
            else:
                rest, lost = data, "neither pcap nor pcapng"
                continue
        places, at, lost = cutter.cut(data, at)
        if places:
            yield Frames(number, data, np.array(places, np.int64))
            number += len(places)
        rest = data[at:]
    if rest or lost:
        yield Lost(number, rest[:_RAW_BYTES], lost or "the capture breaks off within a packet")


# Magic number -> byte order, nanoseconds of a unit of time.
_PCAP_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}
_PCAP_HEADER_BYTES = 24


class _Pcap:
    """A pcap file: a header of 24 bytes, then packets, each below one of 16."""

    def __init__(self, header: bytes) -> None:
        order, self._unit_ns = _PCAP_MAGICS[header[:4]]
        self._link = Struct(order + "20xI").unpack_from(header)[0] & 0xFFFF
        self._header = Struct(order + "III4x")

    def cut(self, data: bytes, at: int) -> Cut:
        unpack, header_bytes = self._header.unpack_from, self._header.size
        unit_ns, link, end = self._unit_ns, self._link, len(data)
        places: list[Place] = []
        while (start := at + header_bytes) <= end:
            seconds, units, size = unpack(data, at)
            if size > _MAX_PACKET_BYTES:
                return places, at, f"a packet of {size} bytes: not read any further"
            if start + size > end:
                break
            places.append((start, size, seconds * 1_000_000_000 + units * unit_ns, link))
            at = start + size
        return places, at, ""


_SECTION = b"\x0a\x0d\x0d\x0a"
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_INTERFACE, _PACKET, _SIMPLE_PACKET, _ENHANCED_PACKET = 1, 2, 3, 6
_SMALLEST_BYTES = {_INTERFACE: 20, _PACKET: 32, _SIMPLE_PACKET: 16, _ENHANCED_PACKET: 32}
_RESOLUTION, _OFFSET = (9, 1), (14, 8)  # options and their sizes


class _Interface(NamedTuple):
    """Where packets were captured: its link type, and how it counts time."""

    link: int
    ticks_per_second: int
    offset_s: int


_NO_INTERFACE = _Interface(-1, 1_000_000, 0)


class _Pcapng:
    """A pcapng file: blocks, each with its kind and length, in sections of one byte order."""

    def __init__(self) -> None:
        self._order = "<"
        self._interfaces: list[_Interface] = []

    def cut(self, data: bytes, at: int) -> Cut:
        places: list[Place] = []
        while at + 12 <= len(data):
            if data[at : at + 4] == _SECTION:
                order = _ORDERS.get(data[at + 8 : at + 12])
                if order is None:
                    return places, at, "a section without a byte order: not read any further"
                self._order, self._interfaces = order, []
            kind, size = self._unpack("II", data, at)
            if not _SMALLEST_BYTES.get(kind, 12) <= size <= _MAX_BLOCK_BYTES or size % 4:
                return places, at, f"a block of {size} bytes: not read any further"
            if at + size > len(data):
                break
            if kind == _INTERFACE:
                self._interfaces.append(self._interface(data, at, at + size - 4))
            elif kind in _SMALLEST_BYTES:
                place = self._place(kind, data, at)
                if place[0] + place[1] > at + size - 4:
                    return places, at, "a packet longer than its block: not read any further"
                places.append(place)
            at += size
        return places, at, ""

    def _unpack(self, form: str, data: bytes, at: int) -> tuple[int, ...]:
        return Struct(self._order + form).unpack_from(data, at)

    def _interface(self, data: bytes, at: int, end: int) -> _Interface:
        link, ticks, offset = self._unpack("8xH", data, at)[0], 1_000_000, 0
        at += 16
        while at + 4 <= end:
            option, size = self._unpack("HH", data, at)
            if (option, size) == _RESOLUTION:
                exponent = data[at + 4] & 0x7F
                ticks = 2**exponent if data[at + 4] & 0x80 else 10**exponent
            elif (option, size) == _OFFSET and at + 4 + size <= end:
                (offset,) = self._unpack("q", data, at + 4)
            at += 4 + (size + 3) // 4 * 4
        return _Interface(link, ticks, offset)

    def _place(self, kind: int, data: bytes, at: int) -> Place:
        if kind == _SIMPLE_PACKET:
            (size,) = self._unpack("8xI", data, at)
            link = self._interfaces[0].link if self._interfaces else _NO_INTERFACE.link
            return at + 12, size, 0, link
        form = "8xIIII" if kind == _ENHANCED_PACKET else "8xH2xIII"
        which, high, low, size = self._unpack(form, data, at)
        known = which < len(self._interfaces)
        interface = self._interfaces[which] if known else _NO_INTERFACE
        ticks = high << 32 | low
        ns = ticks * 1_000_000_000 // interface.ticks_per_second + interface.offset_s * 10**9
        return at + 28, size, min(max(ns, 0), _MAX_NS), interface.link
