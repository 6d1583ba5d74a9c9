"""NIRVANA-Kai: who is who in an alert, and what real appliances write."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from cure.interfaces import Input, Reading, Setting
from cure.model import Finding
from cure.model.finding import complete
from cure.model.networks import Networks
from cure.origins.files import inputs
from cure.publishers.nirvana import PUBLISHER

REAL = Path(__file__).parents[3] / "shared" / "data" / "nirvana_kai"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
OURS, OTHERS, THEM, THEIRS = "192.0.2.10", "192.0.2.11", "203.0.113.5", "198.51.100.7"
SETTING = Setting(own=Networks(("192.0.2.0/24",)))
TROJAN = "A Network Trojan was detected"


def read(*lines: bytes) -> list[Reading]:
    given = Input(name="eve.json", as_of=NOW, lines=iter(lines), head=lines[0], setting=SETTING)
    return list(PUBLISHER.read(given))


def eve(source: str, destination: str, category: str = "Misc activity", **more: object) -> bytes:
    rule = {"signature": more.pop("signature", "EXAMPLE Probe"), "category": category}
    return msgspec.json.encode(
        {
            "timestamp": "2026-01-02T03:04:05.000006+0000",
            "event_type": "alert",
            "src_ip": source,
            "dest_ip": destination,
            "alert": rule,
            **more,
        }
    )


def said(line: bytes) -> Finding:
    (reading,) = read(line)
    assert not reading.why
    (finding,) = reading.findings
    return finding


def roles(finding: Finding) -> list[tuple[str, str]]:
    return [(one.role, one.value) for one in finding.observables]


@pytest.mark.parametrize(
    ("source", "destination", "direction", "category", "expected"),
    [
        (THEM, OURS, "inbound", TROJAN, ("attacker", "victim")),
        (OURS, THEM, "outbound", "Misc activity", ("victim", "target")),
        (OURS, THEM, "outbound", TROJAN, ("victim", "c2")),
        (OURS, THEM, "outbound", "Malware Command and Control Activity", ("victim", "c2")),
        (OURS, THEM, "outbound", "Domain Observed Used for C2 Detected", ("victim", "c2")),
        (OURS, OTHERS, "internal", TROJAN, ("victim", "victim")),
        (THEM, THEIRS, "external", TROJAN, ("attacker", "target")),
    ],
)
def test_roles_follow_from_who_is_own(source, destination, direction, category, expected):
    finding = said(eve(source, destination, category))
    assert finding.attributes["direction"] == direction
    assert roles(finding) == [*zip(expected, (source, destination), strict=True)]


def test_a_matter_of_policy_makes_no_c2_server():
    assert said(eve(OURS, THEM, TROJAN, signature="ET POLICY Old")).observables[1].role == "target"


def test_a_url_outside_is_published_and_one_of_ours_is_not():
    http = {"hostname": "example.com", "url": "/a"}
    assert roles(said(eve(OURS, THEM, TROJAN, http=http)))[2:] == [("c2", "http://example.com/a")]
    assert roles(said(eve(THEM, OURS, TROJAN, http=http)))[2:] == [("victim", "example.com")]


def test_the_resolver_of_a_c2_name_is_no_c2_server():
    finding = said(eve(OURS, THEM, TROJAN, dns={"query": [{"rrname": "example.com"}]}))
    assert roles(finding)[1:] == [("target", THEM), ("c2", "example.com")]


@pytest.mark.parametrize("nobody", ["0.0.0.0", "255.255.255.255", "224.0.0.251", "ff02::fb"])  # noqa: S104 - addresses of nobody
def test_an_address_of_nobody_is_not_published(nobody):
    finding = said(eve(nobody, OURS))
    assert roles(finding) == [("victim", OURS)]
    assert finding.attributes["direction"] == "internal"


def test_an_alert_that_names_nobody_is_silent():
    (reading,) = read(eve("0.0.0.0", "224.0.0.1"))  # noqa: S104 - addresses of nobody
    assert not reading.findings
    assert not reading.why


def test_a_long_text_is_cut():
    assert len(said(eve(THEM, OURS, signature="x" * 5000)).attributes["signature"]) == 1000


def test_formats_may_be_mixed_behind_syslog():
    body = b"|Example|IPS|1|2|probe|5|src=203.0.113.5 dst=192.0.2.10"
    readings = read(
        b"<13>Dec 30 01:02:03 ids CEF:0" + body,
        b"<13>Dec 30 01:02:03 ids LEEF:1.0|Example|IPS|1|probe|src=203.0.113.5\tdst=192.0.2.10",
        b"<13>Dec 30 01:02:03 ids suricata[7]: " + eve(THEM, OURS),
        b"<13>Dec 30 01:02:03 ids sshd[7]: hello",
        b"",
        b"hello",
    )
    assert sorted((one.number, len(one.findings), bool(one.why)) for one in readings) == [
        (1, 1, False),
        (2, 1, False),
        (3, 1, False),
        (4, 0, False),
        (5, 0, False),
        (6, 0, True),
    ]


needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real alerts are not beside this checkout"
)


def real(pattern: str, setting: Setting | None = None) -> list[Reading]:
    return [
        reading
        for path in sorted(REAL.glob(pattern))
        for data in inputs(path, NOW)
        for reading in PUBLISHER.read(replace(data, setting=setting or Setting()))
    ]


def findings(readings: list[Reading]) -> list[Finding]:
    return [finding for reading in readings for finding in reading.findings]


@needs_real_data
def test_real_events_are_all_read_and_every_alert_is_counted():
    readings = real("suricata-eve/*")
    assert sum(one.lines for one in readings) == 207 + 136 + 44 + 691 + 5000
    assert not any(one.why for one in readings)
    assert sum(one.lines for one in readings if one.findings) == 207 + 136 + 44 + 54 + 68
    assert sum(one.count for one in findings(readings)) == 207 + 136 + 44 + 54 + 68
    assert len(findings(real("suricata-eve/aws-2025*"))) == 4  # 54 alerts of one scan


@needs_real_data
def test_of_real_zeek_logs_only_the_notices_speak():
    readings = real("zeek-wrccdc-2018/*")
    assert sum(one.lines for one in readings) == 81_035
    assert not any(one.why for one in readings)
    assert sum(one.lines for one in readings if one.findings) == 207


@needs_real_data
def test_the_times_of_the_real_honeypot_have_no_zone():
    utc, tokyo = (
        findings(real("suricata-eve/honeypot-2018*", Setting(zone=ZoneInfo(zone))))[0].first_seen
        for zone in ("UTC", "Asia/Tokyo")
    )
    assert utc - tokyo == timedelta(hours=9)


@needs_real_data
def test_junk_for_real_host_names_is_never_published():
    said = findings(real("suricata-eve/*"))
    values = {one.value for finding in said for one in finding.observables}
    assert not values & {"-c", "https", "localhost", "0.0.0.0"}  # noqa: S104 - an address of nobody


@needs_real_data
def test_every_real_finding_is_fit_to_be_a_record():
    for finding in findings(real("*/*")):
        assert complete(finding, NOW, NOW).observables


def test_whom_an_outsider_reached_is_ours_if_the_appliance_does_not_say():
    finding = said(
        b"CEF:0|Example|WAF|1|7|Probe|5|src=203.0.113.5 dhost=www.example.com request=/a"
    )
    assert roles(finding) == [("attacker", THEM), ("victim", "www.example.com")]
    assert finding.attributes["direction"] == "inbound"


def test_a_machine_that_speaks_to_itself_is_nobody():
    (reading,) = read(eve("127.0.0.1", "::1"))
    assert (reading.findings, reading.why) == ((), "")


def test_an_array_is_read_like_lines():
    line = eve(THEM, OURS)
    (whole,) = read(b"[" + line + b"]")
    assert whole.findings == read(line)[0].findings
