"""Headers of packets, read as columns: link, IPv4 and IPv6, TCP, UDP and ICMP.

Link types: https://www.tcpdump.org/linktypes.html.
"""

from enum import IntEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cure.formats.capture import Frames
from cure.interfaces import Reading

Column = npt.NDArray[np.int64]
ICMP, TCP, UDP, ICMP6 = 1, 6, 17, 58
PROTOCOLS = {ICMP: "icmp", TCP: "tcp", UDP: "udp", ICMP6: "icmp6"}
ICMP_ERRORS = frozenset(
    [*((ICMP, kind) for kind in (3, 4, 5, 11, 12)), *((ICMP6, kind) for kind in (1, 2, 3, 4))]
)
"""Protocols and types of messages that quote a packet which could not be delivered."""
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32


class Fate(IntEnum):
    """How far a packet could be read."""

    READ = 0
    NOT_IP = 1
    CUT = 2
    BROKEN = 3
    UNKNOWN_LINK = 4


_WHY: dict[int, str] = {
    Fate.NOT_IP: "",
    Fate.CUT: "cut off within its headers",
    Fate.BROKEN: "an impossible header",
    Fate.UNKNOWN_LINK: "a link type that is not read",
}


class Packets(NamedTuple):
    """What the headers of a batch of packets say; row i is packet i.

    Attributes:
        fate: A `Fate`; other columns count only where it is READ.
        source: Two halves of an address, for `address`; shape (n, 2).
        target: The same of the destination.
        ttl: Time to live, or hop limit.
        protocol: Number of the protocol that IP carries.
        source_port: Of TCP and UDP; -1: none, such as of a later fragment.
        target_port: The same of the destination.
        flags: Of TCP.
        icmp: Type of ICMP of either version, or -1.
        payload: Offset of the payload in the data of the batch.
        payload_size: How many of its bytes were captured.
    """

    fate: Column
    source: Column
    target: Column
    ttl: Column
    protocol: Column
    source_port: Column
    target_port: Column
    flags: Column
    icmp: Column
    payload: Column
    payload_size: Column


@lru_cache(maxsize=1 << 16)
def address(high: int, low: int) -> str:
    """Return the address of two halves, in canonical form."""
    if high == 0 and low >> 32 == _MAPPED:
        return str(IPv4Address(low & 0xFFFFFFFF))
    return str(IPv6Address((high & _HALF) << 64 | low & _HALF))


@lru_cache(maxsize=256)
def flag_names(flags: int) -> str:
    """Return the names of TCP flags, as ``"syn-ack"``."""
    return "-".join(name for bit, name in _FLAGS.items() if flags & bit) or "none"


def unread(fate: int, number: int, raw: bytes) -> Reading:
    """Say why a packet could not be read; one that is not IP is silent."""
    return Reading(number, raw, why=_WHY[fate])


_FLAGS = {SYN: "syn", FIN: "fin", RST: "rst", PSH: "psh", ACK: "ack", URG: "urg"}
_MAPPED = 0xFFFF  # IPv4 as IPv6: RFC 4291 §2.5.5.2
_HALF = (1 << 64) - 1
# Link type -> bytes of its header, and where in it stands what follows; None: IP alone can.
_LINKS = {1: (14, 12), 113: (16, 14), 276: (20, 0)}
_LINKS_OF_IP = {0: 4, 108: 4, 12: 0, 14: 0, 101: 0, 228: 0, 229: 0}
_IP4, _IP6, _VLANS = 0x0800, 0x86DD, (0x8100, 0x88A8, 0x9100)
_MAX_VLANS = 3
_IP4_BYTES, _IP6_BYTES = 20, 40
_FRAGMENT, _AUTHENTICATION = 44, 51
_EXTENSIONS = (0, 43, _FRAGMENT, _AUTHENTICATION, 60)  # RFC 8200 §4, RFC 4302
_MAX_EXTENSIONS = 8


class _Bytes:
    """The data of a batch, of which numbers are read at many offsets at once.

    Behind the end any number may be found: callers check whether a packet is long enough.
    """

    def __init__(self, data: bytes) -> None:
        self._data = np.frombuffer(data, np.uint8)
        self._last = len(data) - 1

    def u8(self, at: Column) -> Column:
        return self._data[np.minimum(at, self._last)].astype(np.int64)

    def u16(self, at: Column) -> Column:
        return self.u8(at) << 8 | self.u8(at + 1)

    def u32(self, at: Column) -> Column:
        return self.u16(at) << 16 | self.u16(at + 2)

    def u64(self, at: Column) -> Column:
        """Return unsigned numbers, in the bits of signed ones."""
        return self.u32(at) << 32 | self.u32(at + 4)


class _Network:
    """The IP headers of a batch."""

    def __init__(self, data: _Bytes, at: Column, is_6: npt.NDArray[np.bool_], end: Column) -> None:
        first = data.u8(at)
        size = np.where(is_6, _IP6_BYTES, (first & 0xF) * 4)
        total = np.where(is_6, data.u16(at + 4) + _IP6_BYTES, data.u16(at + 2))
        # A length of 0 is that of a packet which the network card was still to cut up.
        told = np.where(is_6, total > _IP6_BYTES, total > 0)
        self.end = np.where(told, np.minimum(at + total, end), end)
        self.is_broken = (first >> 4 != np.where(is_6, 6, 4)) | (size < _IP4_BYTES)
        self.is_cut = at + size > self.end
        self.ttl = data.u8(at + np.where(is_6, 7, 8))
        self.protocol = data.u8(at + np.where(is_6, 6, 9))
        self.fragment = np.where(is_6, 0, data.u16(at + 6) & 0x1FFF)
        self.source = _halves(data, at + np.where(is_6, 8, 12), is_6)
        self.target = _halves(data, at + np.where(is_6, 24, 16), is_6)
        self.next = at + size
        for _ in range(_MAX_EXTENSIONS):
            extended = is_6 & np.isin(self.protocol, _EXTENSIONS) & (self.next < end)
            if not extended.any():
                break
            self._pass_over(data, extended)

    def _pass_over(self, data: _Bytes, extended: npt.NDArray[np.bool_]) -> None:
        is_fragment = self.protocol == _FRAGMENT
        units = data.u8(self.next + 1)
        size = np.where(self.protocol == _AUTHENTICATION, (units + 2) * 4, (units + 1) * 8)
        size = np.where(is_fragment, 8, size)
        offset = data.u16(self.next + 2) >> 3
        self.fragment = np.where(extended & is_fragment, offset, self.fragment)
        self.protocol = np.where(extended, data.u8(self.next), self.protocol)
        self.next = np.where(extended, self.next + size, self.next)


def decode(frames: Frames) -> Packets:
    """Read the headers of a batch. Cost: about 1 µs a packet."""
    data = _Bytes(frames.data)
    end = frames.table[:, 0] + frames.table[:, 1]
    at, kind = _after_link(data, frames.table)
    ip = _Network(data, at, kind == _IP6, end)

    has_header = ip.fragment == 0
    tcp, udp = has_header & (ip.protocol == TCP), has_header & (ip.protocol == UDP)
    icmp = has_header & np.isin(ip.protocol, (ICMP, ICMP6))
    header = np.select([tcp, udp, icmp], [data.u8(ip.next + 12) >> 4 << 2, 8, 4], 0)
    smallest = np.select([tcp, udp, icmp], [20, 8, 4], 0)
    payload = ip.next + header
    fate = np.select(
        [
            kind == _UNKNOWN,
            at > end,
            (kind != _IP4) & (kind != _IP6),
            at + _IP4_BYTES > end,
            ip.is_broken,
            ip.is_cut | (ip.next + smallest > ip.end),
            header < smallest,
        ],
        [
            Fate.UNKNOWN_LINK,
            Fate.CUT,
            Fate.NOT_IP,
            Fate.CUT,
            Fate.BROKEN,
            Fate.CUT,
            Fate.BROKEN,
        ],
        Fate.READ,
    )
    has_ports = tcp | udp
    return Packets(
        fate,
        ip.source,
        ip.target,
        ip.ttl,
        ip.protocol,
        np.where(has_ports, data.u16(ip.next), -1),
        np.where(has_ports, data.u16(ip.next + 2), -1),
        np.where(tcp, data.u8(ip.next + 13), 0),
        np.where(icmp, data.u8(ip.next), -1),
        payload,
        np.maximum(ip.end - payload, 0),
    )


_UNKNOWN = -1


def _after_link(data: _Bytes, table: npt.NDArray[np.int64]) -> tuple[Column, Column]:
    """Return where what follows the link header begins, and which Ethernet type it has."""
    at, kind = table[:, 0].copy(), np.full(len(table), _UNKNOWN)
    for link in np.unique(table[:, 3]).tolist():
        here = table[:, 3] == link
        if link in _LINKS:
            size, where = _LINKS[link]
            kind[here] = data.u16(at[here] + where)
            at[here] += size
        elif link in _LINKS_OF_IP:
            at[here] += _LINKS_OF_IP[link]
            kind[here] = np.where(data.u8(at[here]) >> 4 == 6, _IP6, _IP4)  # noqa: PLR2004
    for _ in range(_MAX_VLANS):
        tagged = np.isin(kind, _VLANS)
        if not tagged.any():
            break
        kind = np.where(tagged, data.u16(at + 2), kind)
        at = np.where(tagged, at + 4, at)
    return at, kind


def _halves(data: _Bytes, at: Column, is_6: npt.NDArray[np.bool_]) -> Column:
    high = np.where(is_6, data.u64(at), 0)
    low = np.where(is_6, data.u64(at + 8), _MAPPED << 32 | data.u32(at))
    return np.stack((high, low), axis=1)
