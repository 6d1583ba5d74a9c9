"""Packets of the generated world, and the captures that hold them.

Sources: https://www.tcpdump.org/manpages/pcap-savefile.5.html, RFC 791, 792, 1035, 8200, 8446, 9293
"""

import struct
from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address

SYN, SYN_ACK, PUSH, RST_ACK = 0x02, 0x12, 0x18, 0x14
TCP, UDP, ICMP = 6, 17, 1
_RAW_IP = 101
_TTL = 52


def capture(packets: Iterable[tuple[datetime, bytes]]) -> bytes:
    """Write a pcap file of IP packets, in order of time."""
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, _RAW_IP)]
    for moment, packet in sorted(packets):
        seconds = int(moment.timestamp())
        size = len(packet)
        parts.append(struct.pack("<IIII", seconds, moment.microsecond, size, size) + packet)
    return b"".join(parts)


def tcp(source: str, target: str, ports: tuple[int, int], flags: int, said: bytes = b"") -> bytes:
    """Return a TCP segment in its packet; its checksums are not computed."""
    header = struct.pack(">HHIIBBHHH", *ports, 1, int(flags != SYN), 0x50, flags, 64_240, 0, 0)
    return _ip(source, target, TCP, header + said)


def udp(source: str, target: str, ports: tuple[int, int], said: bytes) -> bytes:
    """Return a UDP datagram in its packet."""
    return _ip(source, target, UDP, struct.pack(">HHHH", *ports, 8 + len(said), 0) + said)


def echo_reply(source: str, target: str) -> bytes:
    """Return the answer to an ICMP echo request."""
    return _ip(source, target, ICMP, struct.pack(">BBHHH", 0, 0, 0, 1, 1))


def _ip(source: str, target: str, protocol: int, said: bytes) -> bytes:
    ends = ip_address(source), ip_address(target)
    packed = ends[0].packed + ends[1].packed
    if ends[0].version == 6:  # noqa: PLR2004 - IPv6
        return struct.pack(">IHBB", 0x6000_0000, len(said), protocol, _TTL) + packed + said
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(said), 0, 0, _TTL, protocol, 0)
    return head + packed + said


def dns_answer(name: str, address: str) -> bytes:
    """Return a message of DNS that answers a question with one address."""
    labels = b"".join(bytes([len(one)]) + one.encode() for one in name.split(".")) + b"\0"
    question = labels + struct.pack(">HH", 1, 1)
    answer = struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + ip_address(address).packed
    return struct.pack(">HHHHHH", 1, 0x8180, 1, 1, 0, 0) + question + answer


def client_hello(name: str) -> bytes:
    """Return the first words of TLS to a server of this name."""
    host = name.encode()
    names = struct.pack(">HHHBH", 0, len(host) + 5, len(host) + 3, 0, len(host)) + host
    groups = struct.pack(">HHHHH", 10, 6, 4, 29, 23)
    ciphers = struct.pack(">HHHH", 6, 0x1301, 0xC02F, 0xC030)
    offered = names + groups
    body = struct.pack(">H", 0x0303) + bytes(32) + b"\0" + ciphers + b"\1\0"
    body += struct.pack(">H", len(offered)) + offered
    message = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + struct.pack(">H", len(message)) + message


def http_request(host: str, path: str) -> bytes:
    """Return a request for a page."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Wget/1.21\r\n\r\n".encode()
