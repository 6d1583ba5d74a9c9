"""Writes packets and captures, for tests and samples."""

import struct
from ipaddress import IPv4Address, IPv6Address, ip_address

from formats.test_tls_hello import extension, hello, name, numbers

SYN, ACK, RST, PSH = 2, 16, 4, 8
START = 1_767_348_000
"""2026-01-02 10:00:00 UTC, in seconds since 1970."""


def tcp(source_port: int, target_port: int, flags: int, payload: bytes = b"") -> tuple[int, bytes]:
    header = struct.pack(">HHIIBBHHH", source_port, target_port, 1, 0, 0x50, flags, 1024, 0, 0)
    return 6, header + payload


def udp(source_port: int, target_port: int, payload: bytes = b"") -> tuple[int, bytes]:
    return 17, struct.pack(">HHHH", source_port, target_port, 8 + len(payload), 0) + payload


def icmp(kind: int) -> tuple[int, bytes]:
    return 1, struct.pack(">BBHHH", kind, 0, 0, 1, 1)


def ip(source: str, target: str, carried: tuple[int, bytes], fragment: int = 0) -> bytes:
    protocol, content = carried
    ends = [ip_address(source), ip_address(target)]
    packed = b"".join(end.packed for end in ends)
    if isinstance(ends[0], IPv6Address):
        return struct.pack(">IHBB", 0x60000000, len(content), protocol, 64) + packed + content
    assert isinstance(ends[0], IPv4Address)
    total = 20 + len(content)
    return struct.pack(">BBHHHBBH", 0x45, 0, total, 7, fragment, 64, protocol, 0) + packed + content


def ethernet(packet: bytes, kind: int = 0, tags: bytes = b"") -> bytes:
    kind = kind or (0x86DD if packet[0] >> 4 == 6 else 0x0800)
    return bytes(12) + tags + struct.pack(">H", kind) + packet


def arp() -> bytes:
    return ethernet(bytes(28), 0x0806)


def pcap(
    *packets: tuple[float, bytes], link: int = 1, order: str = "<", nanoseconds: bool = False
) -> bytes:
    """Write a pcap file of packets with their seconds after START."""
    magic, unit = (0xA1B23C4D, 10**9) if nanoseconds else (0xA1B2C3D4, 10**6)
    file = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for second, packet in packets:
        whole, part = divmod(round(second * unit), unit)
        file += struct.pack(order + "IIII", START + whole, part, len(packet), len(packet)) + packet
    return file


def block(kind: int, content: bytes, order: str = "<") -> bytes:
    content += bytes(-len(content) % 4)
    size = struct.pack(order + "I", len(content) + 12)
    return struct.pack(order + "I", kind) + size + content + size


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(link: int = 1, options: bytes = b"", order: str = "<") -> bytes:
    return block(1, struct.pack(order + "HHI", link, 0, 0) + options, order)


def enhanced(ticks: int, packet: bytes, which: int = 0, order: str = "<") -> bytes:
    head = (which, ticks >> 32, ticks & 0xFFFFFFFF, len(packet), len(packet))
    return block(6, struct.pack(order + "IIIII", *head) + packet, order)


def pcapng(*packets: tuple[float, bytes], link: int = 1, order: str = "<") -> bytes:
    """Write a pcapng file of packets with their seconds after START, in microseconds."""
    blocks = (
        enhanced(round((START + second) * 10**6), packet, order=order) for second, packet in packets
    )
    return section(order) + interface(link, order=order) + b"".join(blocks)


def dns(question: str, *answers: tuple[int, bytes], is_response: bool = True) -> bytes:
    """Write a message; answers are types with contents, and point to the question."""
    flags = 0x8180 if is_response else 0x0100
    message = struct.pack(">HHHHHH", 7, flags, 1, len(answers), 0, 0)
    message += dns_name(question) + struct.pack(">HH", 1, 1)
    for kind, content in answers:
        message += struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(content)) + content
    return message


def dns_name(text: str) -> bytes:
    labels = (label.encode() for label in text.split("."))
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def client_hello(host: str) -> bytes:
    return hello((0x1301, 0xC02F), name(host.encode()), extension(0x0A, numbers(29, 23)))
