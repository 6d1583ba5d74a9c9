"""NICTER: who came to which port, counted, from captures and logs."""

from collections import Counter
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cure.interfaces import Input, Reading, Setting
from cure.model.finding import complete
from cure.origins.files import inputs
from cure.publishers.nicter import PUBLISHER, read
from formats.capture_writer import ACK, RST, SYN, arp, ethernet, icmp, ip, pcap, tcp, udp

NOW = datetime(2026, 12, 31, tzinfo=UTC)
SAMPLES = Path(__file__).parent / "samples" / "nicter"
REAL = Path(__file__).parents[3] / "shared" / "data" / "nicter"
SENSOR = "192.0.2.9"
SCAN = ethernet(ip("203.0.113.5", SENSOR, tcp(40_000, 23, SYN)))
SAMPLE = pcap(
    (0, SCAN),
    (1.5, SCAN),
    (2, arp()),
    (3, ethernet(ip("198.51.100.9", SENSOR, tcp(443, 51_413, SYN | ACK)))),
    (4, ethernet(ip("198.51.100.9", SENSOR, tcp(443, 1_024, SYN | ACK)))),
    (5, ethernet(ip("198.51.100.9", SENSOR, tcp(443, 1_024, RST)))),
    (6, ethernet(ip("10.0.0.5", SENSOR, tcp(40_000, 23, SYN)))),
    (7, ethernet(ip("198.51.100.20", SENSOR, icmp(8)))),
    (8, ethernet(ip("198.51.100.21", SENSOR, icmp(0)))),
    (9, ethernet(ip("198.51.100.22", SENSOR, icmp(3)))),
    (10, ethernet(ip("2001:db8::7", "2001:db8:9::1", udp(5_000, 53, b"asked")))),
    (1860, ethernet(ip("203.0.113.5", SENSOR, tcp(40_001, 23, SYN, b"\n")))),
)


def read_capture(file: bytes) -> list[Reading]:
    return list(
        read(Input(name="in.pcap", as_of=NOW, lines=iter(()), blocks=[file], head=file[:99]))
    )


def read_lines(*lines: bytes, zone: tzinfo = UTC) -> list[Reading]:
    given = Input(name="in", as_of=NOW, lines=iter(lines), setting=Setting(zone=zone))
    return list(read(given))


def test_the_sample_is_what_its_maker_makes():
    assert (SAMPLES / "capture" / "input.pcap").read_bytes() == SAMPLE


def test_every_packet_is_in_one_reading():
    found = read_capture(SAMPLE)
    assert sum(one.lines for one in found) == 12
    assert not any(one.why for one in found)


def test_no_sensor_is_told():
    for reading in (*read_capture(SAMPLE), *read_lines(*P0F)):
        assert SENSOR not in repr(reading.findings)


P0F = (
    b'{"timestamp":"2026/01/02 03:04:05","mod":"syn","client_ip":"203.0.113.5","server_port":22}',
    b"[2026/01/02 03:04:06] mod=mtu|cli=203.0.113.5/1|srv=192.0.2.9/22|subj=cli|link=DSL",
    b"[2026/01/02 03:05:06] mod=syn|cli=203.0.113.5/1|srv=192.0.2.9/22|subj=cli|os=???|dist=?",
)


def test_both_logs_of_p0f_count_together_and_only_the_syn_of_each_packet():
    silent, spoke = read_lines(*P0F)
    assert (silent.number, silent.findings, silent.why) == (2, (), "")
    assert (spoke.number, spoke.lines) == (1, 2)
    assert spoke.findings[0].attributes == {
        "protocol": "tcp",
        "port": 22,
        "flags": "syn",
    }


def test_p0f_names_no_zone_but_the_operator_does():
    (reading,) = read_lines(P0F[0], zone=ZoneInfo("Asia/Tokyo"))
    assert reading.findings[0].first_seen == datetime(2026, 1, 1, 18, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        b"1767348000,a1,b2,513,99999",
        b"1767348000,a1,b2,513",
        b"soon,a1,b2,513,23",
        b"1e999,a1,b2,513,23",
        b"1767348000,a1,,513,23",
        b"hello",
        P0F[0].replace(b"203.0.113.5", b"nobody"),
    ],
)
def test_a_line_that_is_none_is_quarantined(line):
    (reading,) = read_lines(line)
    assert reading.why


def tally(path: Path) -> tuple[Counter[str], set[str], set[int]]:
    """Return what became of the lines of a real file, its sources and their ports."""
    fates: Counter[str] = Counter()
    sources: set[str] = set()
    ports: set[int] = set()
    for source in inputs(path, NOW):
        for reading in PUBLISHER.read(source):
            assert not reading.why
            fates["spoke" if reading.findings else "silent"] += reading.lines
            for finding in reading.findings:
                whole = complete(finding, NOW, NOW)
                fates["counted"] += finding.count
                sources.update(one.value for one in whole.observables)
                ports.add(whole.attributes["port"])
    return fates, sources, ports


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared data are not here")
def test_the_real_log_and_the_capture_made_of_it_tell_of_the_same_syns():
    logged, sources, ports = tally(REAL / "p0f-inbound.jsonl.gz")
    assert logged == {"spoke": 126_494, "counted": 126_494, "silent": 73_330}
    assert (len(sources), len(ports)) == (3_707, 65_297)
    captured = tally(REAL / "syn-reconstructed.pcap.gz")
    assert captured == ({"spoke": 126_494, "counted": 126_494}, sources, ports)
