"""AmpPot: who is a victim and who only looks for reflectors."""

import re
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from cure.formats.ddospot import Attack
from cure.interfaces import Input, Reading, Setting
from cure.model import Finding, ip
from cure.origins.files import inputs
from cure.publishers.amppot import PUBLISHER, finding_of

REAL = Path(__file__).parents[3] / "shared" / "data" / "amppot" / "ddospot"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
AS_OF = datetime(2026, 1, 2, tzinfo=UTC)
SOURCE = "203.0.113.9"
CUT_OFF = (
    f"Threshold reached for host {SOURCE} and mode 7 - will not respond to this host/mode pair"
)


def read(*lines: str, setting: Setting | None = None) -> list[Reading]:
    raw = iter([line.encode() for line in lines])
    given = Input(name="ntpot.log", as_of=AS_OF, lines=raw, setting=setting or Setting())
    readings = list(PUBLISHER.read(given))
    assert sum(reading.lines for reading in readings) == len(lines)
    return readings


def request(time: str = "2026-01-01 00:00:00.000001", **more: object) -> str:
    sent = {"time": time, "src_ip": SOURCE, "mode": "MONLIST", "req_size": 8, "resp_size": 736}
    return msgspec.json.encode(sent | more).decode()


def findings(readings: list[Reading]) -> list[Finding]:
    return [finding for reading in readings for finding in reading.findings]


def roles(readings: list[Reading]) -> list[str]:
    return [finding.observables[0].role for finding in findings(readings)]


@pytest.mark.parametrize(
    ("attack", "role"),
    [
        ({"count": 99}, "attacker"),
        ({"count": 100}, "victim"),
        ({"is_cut_off": True}, "victim"),
        ({"may_go_on": True}, "subject"),
        ({"count": 100, "may_go_on": True}, "victim"),
    ],
)
def test_a_hundred_requests_or_the_end_of_answers_make_a_victim(attack, role):
    finding = finding_of(Attack(service="ntp", source=ip(SOURCE), **attack))
    assert finding.observables[0].role == role
    assert ("below_threshold" in finding.attributes) == (role != "victim")


def test_of_an_attack_the_first_and_the_last_answered_request_are_one_reading():
    first, last = request(), request("2026-01-01 00:00:02")
    (one,) = read(first, CUT_OFF, last)
    assert (one.number, one.lines, roles([one])) == (1, 3, ["victim"])
    assert one.findings[0].count == 2
    assert one.findings[0].attributes["amplification"] == 92.0


def test_the_next_request_after_that_is_another_attack():
    last = request("2026-01-01 00:00:02")
    assert roles(read(request(), CUT_OFF, last, request("2026-01-01 01:00:00"))) == [
        "victim",
        "attacker",
    ]


def test_a_request_without_a_threshold_before_it_is_another_attack():
    assert roles(read(request(), request("2026-01-01 01:00:00"))) == ["attacker", "attacker"]


def test_while_requests_may_still_come_a_source_is_neither_victim_nor_attacker():
    recent = f"{AS_OF - timedelta(minutes=1):%Y-%m-%d %H:%M:%S}"
    assert roles(read(request(recent))) == ["subject"]


def test_an_attack_that_began_in_the_file_before_is_told_without_its_beginning():
    (alone,) = findings(read(CUT_OFF))
    assert (alone.first_seen, alone.observables[0].role, alone.key) == (None, "victim", None)
    (late,) = findings(read(CUT_OFF, request()))
    assert (late.first_seen, late.observables[0].role) == (late.last_seen, "victim")


def test_of_dns_only_the_first_request_is_logged():
    asked = request(mode=None, dns_name="example.com", dns_type="ALL_RECORDS", dns_cls="IN")
    cut_off = f"Threshold reached for quartet ('{SOURCE}', 'example.com', 'ALL_RECORDS', 'IN')"
    readings = read(asked, f"{cut_off} - will not respond to this host/query tuple", asked)
    assert [reading.lines for reading in readings] == [2, 1]
    assert [[one.role for one in finding.observables] for finding in findings(readings)] == [
        ["victim", "abused"],
        ["attacker", "asked"],
    ]


@pytest.mark.parametrize("name", ["sl", "", "VERSION.BIND", "com", "www.stage"])
def test_a_name_that_is_no_domain_is_only_an_attribute(name):
    finding = finding_of(Attack(service="dns", source=ip(SOURCE), name=name))
    assert len(finding.observables) == 1
    assert finding.attributes.get("dns_name", "") == name


@pytest.mark.parametrize(
    "name",
    [
        "192-0-2-7.1700000000.scan.example.net",
        "192.0.2.7.example.net",
        "x.192.0.2.7.example.net",
        "c0000207.example.net",
        "a.C0000207.example.net",
    ],
)
def test_a_name_that_holds_the_address_of_our_honeypot_is_not_published(name):
    finding = finding_of(Attack(service="dns", source=ip(SOURCE), name=name))
    assert len(finding.observables) == 1
    assert "dns_name" not in finding.attributes


def test_malformed_requests_of_a_source_are_counted_together():
    broken = f"Error while parsing NTP packet from {SOURCE}:123 or unable to create proper response"
    assert roles(read(*[broken] * 99)) == ["subject"]
    (finding,) = findings(read(*[broken] * 100))
    assert (finding.count, finding.observables[0].role) == (100, "victim")


@pytest.mark.parametrize(
    "line",
    [
        "New attack started for quartet ('203.0.113.9', 'sl', 'ALL_RECORDS', 'IN')",
        "Full blacklist written: 3 scanners/attackers detected",
        "Flushing information for 2 IP(s) to database...",
        "NTPot started at 0.0.0.0:123",
        "",
    ],
)
def test_other_lines_of_prose_are_silent(line):
    assert read(line) == [Reading(1, line.encode())]


@pytest.mark.parametrize(
    "line",
    [
        '{"time": "2026-01-01 00:00:00", "src_ip',
        request("soon"),
        request(src_ip="-"),
        request(src_ip="300.1.1.1"),
        "Threshold reached for nobody",
    ],
)
def test_what_cannot_be_read_is_quarantined(line):
    (one,) = read(line)
    assert one.why


def test_times_are_those_of_the_machine():
    tokyo = Setting(zone=ZoneInfo("Asia/Tokyo"))
    (finding,) = findings(read(request("2026-01-01 09:00:00"), setting=tokyo))
    assert finding.first_seen == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_database_without_attacks_is_quarantined(tmp_path):
    with sqlite3.connect(tmp_path / "other.sqlite3") as database:
        database.execute("CREATE TABLE visits (id INTEGER)")
    database.close()
    (one,) = [
        reading
        for given in inputs(tmp_path / "other.sqlite3", NOW)
        for reading in PUBLISHER.read(given)
    ]
    assert "no table of attacks" in one.why


needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real DDoSPot data are not beside this checkout"
)


def real(pattern: str) -> list[Reading]:
    return [
        reading
        for path in sorted(REAL.glob(pattern))
        for given in inputs(path, NOW)
        for reading in PUBLISHER.read(given)
    ]


@needs_real_data
@pytest.mark.parametrize(
    ("service", "attacks", "victims"), [("ntp", 1724, 1135), ("ssdp", 33, 0), ("chargen", 21, 2)]
)
def test_of_real_databases_every_attack_is_read(service, attacks, victims):
    readings = real(f"{service.removesuffix('p')}*pot.sqlite3.gz")
    assert len(readings) == attacks
    assert not any(reading.why for reading in readings)
    assert Counter(roles(readings))["victim"] == victims


@needs_real_data
def test_the_largest_real_attack_and_the_scans_have_their_counts():
    counts = Counter(finding.count for finding in findings(real("ntpot.sqlite3.gz")))
    assert (max(counts), counts[1]) == (94_492, 553)


@needs_real_data
@pytest.mark.parametrize("service", ["ntp", "ssdp", "chargen"])
def test_real_logs_and_databases_speak_of_the_same_attacks(service):
    stem = service.removesuffix("p")
    logged = {start_of(finding): finding for finding in findings(real(f"{stem}*pot.log.*"))}
    stored = {start_of(finding): finding for finding in findings(real(f"{stem}*pot.sqlite3.gz"))}
    assert stored.keys() <= logged.keys()
    victims = {key for key, one in stored.items() if one.observables[0].role == "victim"}
    cut_off = {key for key in stored if logged[key].observables[0].role == "victim"}
    assert victims <= cut_off
    assert len(cut_off - victims) <= 8


def start_of(finding):
    return finding.attributes["service"], finding.observables[0].value, finding.first_seen


@needs_real_data
def test_every_line_of_real_logs_is_accounted_for():
    readings = real("*.log.*")
    assert sum(reading.lines for reading in readings) == 3933 + 6896
    assert not any(reading.why for reading in readings)


@needs_real_data
def test_our_real_honeypot_is_not_named():
    """Names asked for by real scans hold its address, with hyphens, dots or in hexadecimal."""
    raw = b"\n".join(
        line
        for path in REAL.glob("dnspot.log.*")
        for given in inputs(path, NOW)
        for line in given.lines
        if isinstance(line, bytes)
    )
    held = {one.replace(b"-", b".") for one in re.findall(rb'"(\d+(?:[.-]\d+){3})\.\d+\.', raw)}
    (ours,) = {ip(one.decode()).value for one in held}
    said = msgspec.json.encode(findings(real("dnspot.log.*"))).decode()
    for form in (ours, ours.replace(".", "-"), IPv4Address(ours).packed.hex()):
        assert form in raw.decode()
        assert form not in said
