"""Captures: every form that tools write, cut anywhere, broken anyhow."""

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.capture import Frames, Lost, is_capture, packets_in
from cure.formats.packets import Fate, Packets, address, decode, flag_names
from cure.interfaces import Unreadable
from formats.capture_writer import (
    ACK,
    START,
    SYN,
    arp,
    block,
    enhanced,
    ethernet,
    icmp,
    interface,
    ip,
    pcap,
    pcapng,
    section,
    tcp,
    udp,
)

SECOND = START * 10**9
HI, THERE = b"hi", b"there"


def read(data: bytes, cut: int = 1 << 20) -> tuple[list[tuple[int, bytes, int, int]], list[Lost]]:
    """Return number, bytes, nanoseconds and link type of each packet, and what was lost."""
    packets: list[tuple[int, bytes, int, int]] = []
    lost: list[Lost] = []
    for batch in packets_in(data[at : at + cut] for at in range(0, len(data), cut)):
        if isinstance(batch, Lost):
            lost.append(batch)
            continue
        for i, (start, size, ns, link) in enumerate(batch.table.tolist()):
            packets.append((batch.number + i, batch.data[start : start + size], ns, link))
    return packets, lost


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [False, True])
def test_a_pcap_file_of_any_byte_order_and_resolution(order, nanoseconds):
    file = pcap((0, HI), (1.5, THERE), link=101, order=order, nanoseconds=nanoseconds)
    assert is_capture(file)
    assert read(file) == (
        [(1, HI, SECOND, 101), (2, THERE, SECOND + 1_500_000_000, 101)],
        [],
    )


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_pcapng_file_of_any_byte_order(order):
    file = pcapng((0, HI), (1.5, THERE), link=276, order=order)
    assert is_capture(file)
    assert read(file) == (
        [(1, HI, SECOND, 276), (2, THERE, SECOND + 1_500_000_000, 276)],
        [],
    )


@pytest.mark.parametrize(
    ("options", "ns"),
    [
        (b"", 5_000),
        (struct.pack("<HHB3x", 9, 1, 9), 5),
        (struct.pack("<HHB3x", 9, 1, 0x81), 2_500_000_000),
        (struct.pack("<HHB3xHHq", 9, 1, 3, 14, 8, START), SECOND + 5_000_000),
    ],
    ids=["microseconds", "nanoseconds", "halves of a second", "milliseconds after a moment"],
)
def test_an_interface_says_how_it_counts_time(options, ns):
    file = section() + interface(options=options) + enhanced(5, HI)
    assert read(file)[0] == [(1, HI, ns, 1)]


def test_each_interface_has_its_link_type_and_each_section_its_interfaces_and_byte_order():
    file = section() + interface(1) + interface(101) + enhanced(0, HI, 1) + enhanced(0, HI, 0)
    file += section(">") + interface(113, order=">") + enhanced(0, HI, order=">")
    file += section() + enhanced(0, HI)
    assert [link for *_, link in read(file)[0]] == [101, 1, 113, -1]


def test_a_simple_packet_has_no_time_and_an_obsolete_one_has():
    simple = block(3, struct.pack("<I", 2) + HI)
    obsolete = block(2, struct.pack("<HHIIII", 0, 0, 0, 7, 2, 2) + HI)
    packets, _ = read(section() + interface() + simple + obsolete)
    assert packets == [(1, HI, 0, 1), (2, HI, 7000, 1)]


def test_names_and_statistics_are_no_packets():
    file = section() + interface() + block(4, bytes(8)) + enhanced(0, HI) + block(5, bytes(12))
    assert read(file) == ([(1, HI, 0, 1)], [])


@given(st.integers(1, 60), st.booleans())
def test_blocks_may_be_cut_anywhere(cut, is_pcapng):
    file = (pcapng if is_pcapng else pcap)((0, HI), (1, b""), (2, THERE * 9))
    assert read(file, cut) == read(file)
    assert [raw for _, raw, *_ in read(file)[0]] == [HI, b"", THERE * 9]


@pytest.mark.parametrize("write", [pcap, pcapng])
def test_what_breaks_off_is_lost_from_there_on(write):
    file = write((0, HI), (1, THERE))
    packets, lost = read(file[:-3])
    assert [raw for _, raw, *_ in packets] == [HI]
    assert [(one.number, one.why) for one in lost] == [
        (2, "the capture breaks off within a packet")
    ]


def test_an_impossible_length_ends_a_pcap_file():
    packets, lost = read(pcap((0, HI)) + struct.pack("<IIII", 0, 0, 1 << 30, 1 << 30) + bytes(99))
    assert len(packets) == 1
    assert [(one.number, one.why) for one in lost] == [
        (2, "a packet of 1073741824 bytes: not read any further")
    ]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (struct.pack("<II", 6, 30) + bytes(30), "a block of 30 bytes"),
        (struct.pack("<II", 6, 16) + bytes(16), "a block of 16 bytes"),
        (struct.pack("<II", 6, 1 << 30) + bytes(16), "a block of 1073741824 bytes"),
        (block(6, struct.pack("<IIIII", 0, 0, 0, 99, 99)), "a packet longer than its block"),
        (block(0x0A0D0D0A, bytes(16)), "a section without a byte order"),
    ],
)
def test_an_impossible_length_ends_a_pcapng_file(damage, why):
    packets, lost = read(pcapng((0, HI)) + damage + enhanced(0, HI))
    assert len(packets) == 1
    assert [(one.number, one.why.partition(":")[0]) for one in lost] == [(2, why)]


def test_another_file_is_no_capture():
    assert not is_capture(b"GIF89a")
    assert [one.why for one in read(b"GIF89a" * 9)[1]] == ["neither pcap nor pcapng"]
    assert read(b"") == ([], [])
    assert len(read(b"\xd4\xc3")[1]) == 1


def test_all_blocks_are_read_even_behind_a_break():
    blocks = iter([pcap((0, HI)), Unreadable(b"", "the file breaks off here"), b"more"])
    _, lost = packets_in(blocks)
    assert isinstance(lost, Lost)
    assert lost.why == "the file breaks off here"
    assert next(blocks, None) is None


@given(st.sampled_from([pcap((0, HI)), pcapng((0, HI))]), st.binary(max_size=300))
def test_any_bytes_can_be_read(beginning, rest):
    for batch in packets_in(iter([beginning + rest, rest])):
        if isinstance(batch, Frames):
            decode(batch)


def decoded(*packets: bytes, link: int = 1) -> Packets:
    (batch,) = packets_in([pcap(*((0, packet) for packet in packets), link=link)])
    assert isinstance(batch, Frames)
    return decode(batch)


def row(packets: Packets, i: int = 0) -> dict[str, Any]:
    """Return what is read of a packet; addresses as text."""
    told = {field: getattr(packets, field)[i].tolist() for field in packets._fields}
    return told | {end: address(*told[end]) for end in ("source", "target")}


PACKET = ip("192.0.2.1", "198.51.100.2", tcp(1025, 80, SYN, b"GET /"))
PACKET6 = ip("2001:db8::1", "2001:db8::2", udp(53, 1026, b"answer"))


def sll(packet: bytes, *, is_2: bool = False) -> bytes:
    kind = struct.pack(">H", 0x86DD if packet[0] >> 4 == 6 else 0x0800)
    return kind + bytes(18) + packet if is_2 else bytes(14) + kind + packet


@pytest.mark.parametrize(
    ("link", "before"),
    [
        (1, ethernet),
        (1, lambda packet: ethernet(packet, tags=b"\x81\0\0\7")),
        (1, lambda packet: ethernet(packet, tags=b"\x88\xa8\0\7\x81\0\0\7")),
        (0, lambda packet: b"\2\0\0\0" + packet),
        (12, bytes),
        (14, bytes),
        (101, bytes),
        (113, sll),
        (276, lambda packet: sll(packet, is_2=True)),
    ],
    ids=["ethernet", "vlan", "qinq", "null", "raw-bsd", "raw-openbsd", "raw", "sll", "sll2"],
)
def test_headers_are_read_behind_every_link_header(link, before):
    packets = decoded(before(PACKET), before(PACKET6), link=link)
    start = len(before(PACKET)) - len(PACKET)
    first, second = row(packets), row(packets, 1)
    assert first == {
        "fate": Fate.READ,
        "source": "192.0.2.1",
        "target": "198.51.100.2",
        "ttl": 64,
        "protocol": 6,
        "source_port": 1025,
        "target_port": 80,
        "flags": SYN,
        "icmp": -1,
        "payload": 24 + 16 + start + 40,
        "payload_size": 5,
    }
    assert (second["source"], second["target"]) == ("2001:db8::1", "2001:db8::2")
    assert (second["source_port"], second["target_port"]) == (53, 1026)
    assert second["payload_size"] == 6


def test_padding_behind_a_packet_is_no_payload():
    assert row(decoded(ethernet(PACKET) + bytes(9)))["payload_size"] == 5


def test_a_packet_that_the_network_card_was_to_cut_has_no_length():
    packet = PACKET[:2] + b"\0\0" + PACKET[4:]
    assert row(decoded(packet, link=101))["payload_size"] == 5


def test_a_payload_that_was_not_captured_whole_is_short():
    assert row(decoded(PACKET[:-3], link=101))["payload_size"] == 2


def test_a_later_fragment_has_no_ports():
    packet = ip("192.0.2.1", "198.51.100.2", udp(53, 53), fragment=9)
    told = row(decoded(packet, link=101))
    assert (told["fate"], told["source_port"], told["target_port"]) == (Fate.READ, -1, -1)


def test_extension_headers_of_ipv6_are_passed_over():
    protocol, content = udp(7, 8)
    fragment = bytes([0, 0, 0, 1]) + bytes(4)
    inner = bytes([44, 0]) + bytes(6) + bytes([protocol]) + fragment[1:] + content
    told = row(decoded(ip("2001:db8::1", "2001:db8::2", (0, inner)), link=101))
    assert (told["protocol"], told["source_port"], told["target_port"]) == (17, 7, 8)


def test_icmp_has_a_type():
    assert row(decoded(ip("192.0.2.1", "198.51.100.2", icmp(8)), link=101))["icmp"] == 8


def test_other_protocols_have_neither_ports_nor_type():
    told = row(decoded(ip("192.0.2.1", "198.51.100.2", (47, b"gre!")), link=101))
    assert (told["fate"], told["protocol"], told["source_port"], told["icmp"]) == (0, 47, -1, -1)


@pytest.mark.parametrize(
    ("packet", "link", "fate"),
    [
        (arp(), 1, Fate.NOT_IP),
        (ethernet(PACKET)[:12], 1, Fate.CUT),
        (b"", 101, Fate.CUT),
        (PACKET[:19], 101, Fate.CUT),
        (PACKET[:39], 101, Fate.CUT),
        (PACKET6[:47], 101, Fate.CUT),
        (b"\x44" + PACKET[1:], 101, Fate.BROKEN),
        (b"\x75" + PACKET[1:], 101, Fate.BROKEN),
        (PACKET[:32] + b"\x40" + PACKET[33:], 101, Fate.BROKEN),
        (PACKET, 105, Fate.UNKNOWN_LINK),
    ],
)
def test_what_cannot_be_read_is_told(packet, link, fate):
    assert decoded(packet, PACKET, link=link).fate[0] == fate


@given(st.data())
def test_every_cut_of_a_packet_is_read_or_cut(data):
    whole = data.draw(st.sampled_from([ethernet(PACKET), ethernet(PACKET6)]))
    size = data.draw(st.integers(0, len(whole)))
    fate = decoded(whole[:size]).fate[0]
    header = len(whole) - (5 if whole == ethernet(PACKET) else 6)
    assert fate == (Fate.READ if size >= header else Fate.CUT)


def test_flags_have_names():
    assert flag_names(SYN | ACK) == "syn-ack"
    assert flag_names(0) == "none"
