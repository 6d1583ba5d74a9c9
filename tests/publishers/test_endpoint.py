"""Endpoint: real attacks are read to the last event, and tell nothing of the own side."""

import json
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

import pytest

from cure.formats.windows_events import json_event
from cure.interfaces import Reading, Unreadable
from cure.model import Finding, Topic
from cure.model.networks import PRIVATE
from cure.origins.files import inputs, paths_of
from cure.publishers.endpoint import PUBLISHER

REAL = Path(__file__).parents[3] / "shared" / "data" / "endpoint"
NOW = datetime(2026, 12, 31, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real events are not here")


@lru_cache
def readings(name: str) -> list[Reading]:
    return [
        reading
        for path in paths_of([REAL / name])
        for source in inputs(path, NOW)
        for reading in PUBLISHER.read(source)
    ]


def findings(name: str) -> list[Finding]:
    return [finding for reading in readings(name) for finding in reading.findings]


def fates(name: str) -> Counter[str]:
    told: Counter[str] = Counter()
    for reading in readings(name):
        fate = "quarantined" if reading.why else "spoke" if reading.findings else "silent"
        told[fate] += reading.lines
    return told


@lru_cache
def lines() -> list[bytes]:
    return [
        line
        for path in paths_of([REAL / "sysmon-json"])
        for source in inputs(path, NOW)
        for line in source.lines
        if not isinstance(line, Unreadable)
    ]


@pytest.mark.parametrize(
    ("name", "spoke", "silent"),
    [
        ("sysmon-json", 640, 95_877),
        ("evtx", 58, 68),
        ("mde_process_events.csv.gz", 1_566, 1),  # a command of one row has two line ends
    ],
)
def test_every_real_event_is_accounted_for_and_none_is_quarantined(name, spoke, silent):
    assert fates(name) == {"spoke": spoke, "silent": silent}


def test_an_event_number_counts_only_with_its_channel():
    of_three = [event for event in map(json_event, lines()) if event.number == 3]
    assert len(of_three) == 1_457
    assert sum("Sysmon" not in event.channel for event in of_three) == 304


def test_own_addresses_and_own_machines_are_told_nowhere():
    own = {json.loads(line).get("Hostname", "").partition(".")[0] for line in lines()} - {""}
    for name in ("sysmon-json", "evtx"):
        for finding in findings(name):
            for one in finding.observables:
                assert one.topic is not Topic.IP or one.value not in PRIVATE
                assert one.topic is not Topic.IP or not ip_address(one.value).is_multicast
                assert one.topic is not Topic.DOMAIN or one.value.partition(".")[0] not in own
            told = json.dumps(dict(finding.attributes)).lower()
            assert "172.18." not in told
            assert not any(machine.lower() in told for machine in own)
            assert "\\pedro" not in told


def test_an_import_hash_is_no_hash_of_a_file():
    imports = {
        part.partition("=")[2].lower()
        for line in lines()
        if b"IMPHASH" in line
        for part in json.loads(line).get("Hashes", "").split(",")
        if part.startswith("IMPHASH")
    }
    hashes = {one.value for finding in findings("sysmon-json") for one in finding.observables}
    assert len(imports) > 100
    assert not imports & hashes


def test_all_hashes_of_a_file_stand_in_one_finding():
    starts = [
        finding for finding in findings("sysmon-json") if finding.observables[0].role == "process"
    ]
    assert len(starts) == 203
    assert {len(finding.observables[0].value) for finding in starts} == {40}
    assert all(len({len(one.value) for one in f.observables[:3]}) == 3 for f in starts)


def test_the_time_is_that_of_the_event_and_not_of_the_collector():
    # Of this attack the collector's clock was a day and a half behind.
    assert {
        f"{finding.first_seen:%Y-%m-%d %H}"
        for finding in findings("sysmon-json")
        if "CreateNamedPipe" in str(finding.attributes.get("image"))
    } == {"2021-06-12 01"}


def test_the_attacks_are_suspicious():
    rules = Counter(
        finding.attributes["suspicious"]
        for name in ("sysmon-json", "evtx")
        for finding in findings(name)
        if "suspicious" in finding.attributes
    )
    assert rules == {
        "anybodys-folder": 21,
        "encoded-command": 3,
        "fetching-tool": 2,
        "of-remote-control": 4,
        "of-web-server": 2,
    }


def test_the_url_in_the_command_of_a_suspicious_process_is_told():
    urls = {
        one.value
        for name in ("evtx", "mde_process_events.csv.gz")
        for finding in findings(name)
        for one in finding.observables
        if one.topic is Topic.URL
    }
    assert len(urls) == 3  # a script for regsvr32, and two for mshta; but no meeting of a user
