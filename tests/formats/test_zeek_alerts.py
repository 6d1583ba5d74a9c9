"""Zeek's notices and matches of intelligence as alerts."""

from datetime import UTC, datetime

import pytest

from cure.errors import MalformedError
from cure.formats.zeek_alerts import zeek_alert
from cure.model import Topic

ROW = {"ts": 1764547200.25, "id.orig_h": "192.0.2.1", "id.resp_h": "198.51.100.2", "id.resp_p": 443}
NOTICE = {**ROW, "note": "Scan::Port_Scan", "msg": "scanned", "proto": "tcp"}


def intel(kind: str, value: str) -> dict[str, object]:
    return {**ROW, "seen.indicator": value, "seen.indicator_type": kind, "seen.where": "X::Y"}


def test_a_notice_tells_who_reached_whom():
    found = zeek_alert("notice", NOTICE)
    assert found is not None
    assert found.seen == datetime(2025, 12, 1, 0, 0, 0, 250000, UTC)
    assert (found.source.value, found.destination.value) == ("192.0.2.1", "198.51.100.2")
    assert (found.port, found.protocol) == (443, "tcp")
    assert (found.signature, found.message) == ("Scan::Port_Scan", "scanned")


def test_a_notice_of_more_than_one_connection_has_ends_of_its_own():
    found = zeek_alert("notice", {**NOTICE, "src": "203.0.113.5", "dst": "192.0.2.7", "p": 22})
    assert found is not None
    assert (found.source.value, found.destination.value) == ("203.0.113.5", "192.0.2.7")
    assert found.port == 22


@pytest.mark.parametrize(
    ("kind", "value", "topic", "read"),
    [
        ("Intel::ADDR", "203.0.113.5", Topic.IP, "203.0.113.5"),
        ("Intel::SUBNET", "203.0.113.0/24", Topic.IP, "203.0.113.0/24"),
        ("Intel::DOMAIN", "example.com", Topic.DOMAIN, "example.com"),
        ("Intel::URL", "example.com/a", Topic.URL, "http://example.com/a"),
        ("Intel::EMAIL", "a@example.com", Topic.EMAIL, "a@example.com"),
        ("Intel::FILE_HASH", "0" * 32, Topic.HASH, "0" * 32),
    ],
)
def test_a_match_of_intelligence_tells_what_is_listed(kind, value, topic, read):
    found = zeek_alert("intel", intel(kind, value))
    assert found is not None
    (listed,) = found.others
    assert (listed.topic, listed.value, listed.role) == (topic, read, "listed")


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("weird", {**ROW, "name": "bad_HTTP_request"}),
        ("conn", ROW),
        ("intel", intel("Intel::SOFTWARE", "Example/1.0")),
    ],
)
def test_other_logs_and_matches_without_a_topic_are_no_alerts(path, row):
    assert zeek_alert(path, row) is None


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("notice", {**NOTICE, "id.orig_h": "300.1.1.1"}),
        ("notice", {**NOTICE, "note": ["a"]}),
        ("notice", {**NOTICE, "ts": "now"}),
        ("intel", intel("Intel::DOMAIN", "no name")),
    ],
)
def test_a_value_that_is_none_is_quarantined(path, row):
    with pytest.raises(MalformedError):
        zeek_alert(path, row)
