"""WarpDrive: real phishing sessions are found by their block list, and nothing else is told."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from cure.interfaces import Reading, Setting
from cure.model import Finding, Observable
from cure.model.observable import host_of
from cure.origins.files import inputs, paths_of
from cure.publishers.warpdrive import PUBLISHER, lists

REAL = Path(__file__).parents[3] / "shared" / "data" / "warpdrive"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
HOSTS = REAL / "har_malicious_hosts.json"
JPCERT = REAL / "blocklist-jpcert"

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real sessions are not here")


@lru_cache
def listed(path: Path) -> frozenset[Observable]:
    return frozenset(
        one for file in paths_of([path]) for source in inputs(file, NOW) for one in lists(source)
    )


def readings(path: Path, block_list: Path) -> list[Reading]:
    setting = Setting(listed=listed(block_list))
    return [
        reading
        for file in paths_of([path])
        for source in inputs(file, NOW)
        for reading in PUBLISHER.read(replace(source, setting=setting))
    ]


def findings(path: Path, block_list: Path) -> list[Finding]:
    return [said for reading in readings(path, block_list) for said in reading.findings]


SESSIONS = sorted((REAL / "har").glob("*.har.gz"))


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.name)
def test_every_session_meets_all_listed_hosts_and_each_request_is_accounted_for(path):
    said = readings(path, HOSTS)
    kit = path.name.removesuffix(".har.gz").removesuffix("-stripped")
    met = {
        host_of(one.value).value
        for reading in said
        for finding in reading.findings
        for one in finding.observables
        if one.role == "listed"
    }
    assert met == set(json.loads(HOSTS.read_text())[kit])
    requests = json.loads(gzip.decompress(path.read_bytes()))["log"]["entries"]
    assert sum(reading.lines for reading in said) == len(requests)
    assert not [reading.why for reading in said if reading.why]


def test_the_list_of_jpcert_names_none_of_the_sites_in_the_sessions():
    assert findings(REAL / "har", JPCERT) == []


def test_redirects_are_followed_back_where_there_are_no_times():
    (path,) = (path for path in SESSIONS if path.name.startswith("evilginx"))
    chains = [finding.attributes.get("chain", []) for finding in findings(path, HOSTS)]
    assert max(map(len, chains)) == 4


def test_the_page_that_loaded_a_phishing_script_is_a_redirector():
    told = {
        host_of(one.value).value
        for finding in findings(REAL / "har" / "greatness.har.gz", HOSTS)
        for one in finding.observables
        if one.role == "redirector"
    }
    assert len(told) == 1
    assert told.pop().endswith(".amazonaws.com")


def test_no_cookie_of_a_session_is_told():
    told = "".join(map(str, findings(REAL / "har", HOSTS)))
    assert "PHPSESSID" not in told
    assert "Mozilla" not in told


def test_all_rows_of_jpcert_but_one_are_read():
    said = readings(JPCERT, HOSTS)
    assert sum(bool(reading.findings) for reading in said) == 41_379
    assert [reading.number for reading in said if reading.why] == [4_756]


def test_the_times_of_jpcert_are_office_hours_in_tokyo():
    hours = {
        (finding.first_seen + timedelta(hours=9)).hour
        for finding in findings(JPCERT, HOSTS)
        if finding.first_seen
    }
    assert min(hours) >= 6
    assert max(hours) <= 20


def test_a_brand_before_an_at_sign_is_not_the_host():
    traps = {one.value for one in listed(JPCERT) if "%E2%88%95" in one.value.partition("@")[0]}
    hosts = {host_of(url).value for url in traps}
    assert len(traps) == 2
    assert all(url.partition("@")[2].startswith(tuple(hosts)) for url in traps)
