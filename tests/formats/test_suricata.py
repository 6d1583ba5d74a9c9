"""Suricata's EVE: what an alert names, and who opened the connection."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from cure.errors import MalformedError
from cure.formats.suricata import eve_alert
from cure.model import filehash, mention

MD5, SHA256 = "0" * 32, "1" * 64


def event(**fields: object) -> dict[str, object]:
    return {
        "timestamp": "2026-01-02T03:04:05.000006+0900",
        "event_type": "alert",
        "src_ip": "203.0.113.5",
        "src_port": 40000,
        "dest_ip": "192.0.2.10",
        "dest_port": 80,
        "proto": "TCP",
        "alert": {"signature": "EXAMPLE Probe", "signature_id": 1, "severity": 2},
        **fields,
    }


def alert(**fields: object):
    found = eve_alert(msgspec.json.encode(event(**fields)), UTC)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["flow", "dns", "http", "fileinfo", "stats", "anomaly"])
def test_an_event_that_is_no_alert_is_silent_whatever_else_it_holds(kind):
    assert eve_alert(msgspec.json.encode({"event_type": kind, "http": 7}), UTC) is None


@pytest.mark.parametrize(
    ("timestamp", "hour"),
    [
        ("2026-01-02T03:04:05.000006+0000", 3),
        ("2026-01-02T03:04:05.000006-0600", 9),
        ("2026-01-02T12:04:05.000006", 3),
    ],
)
def test_an_offset_has_no_colon_and_a_time_without_one_is_in_the_zone_of_the_setting(
    timestamp, hour
):
    element = msgspec.json.encode(event(timestamp=timestamp))
    found = eve_alert(element, ZoneInfo("Asia/Tokyo"))
    assert found is not None
    assert found.seen == datetime(2026, 1, 2, hour, 4, 5, 6, UTC)


@pytest.mark.parametrize("vlan", [130, [130, 7]])
def test_ipv6_is_written_out_and_vlan_is_a_number_or_a_list(vlan):
    assert alert(src_ip="fe80:0000:0000:0000:0000:0000:0000:0001", vlan=vlan).source.value == (
        "fe80::1"
    )


@pytest.mark.parametrize(
    ("fields", "is_turned"),
    [
        ({"direction": "to_client"}, True),
        ({"direction": "to_server", "src_port": 80, "dest_port": 40000}, False),
        ({"src_port": 80, "dest_port": 40000, "flow": {"pkts_toclient": 1}}, True),
        ({"src_port": 80, "dest_port": 40000, "flow": {"pkts_toclient": 0}}, False),
        ({"src_port": 80, "dest_port": 40000}, False),
        ({"src_port": 80, "dest_port": 443, "flow": {"pkts_toclient": 1}}, False),
        ({"src_port": None, "dest_port": None, "flow": {"pkts_toclient": 1}}, False),
        ({"http": {"hostname": "203.0.113.5"}, "flow": {"pkts_toclient": 1}}, True),
    ],
)
def test_the_source_is_who_opened_the_connection_even_if_the_answer_matched(fields, is_turned):
    found = alert(**fields)
    assert (found.source.value == "192.0.2.10") == is_turned
    assert found.port == (event(**fields)["src_port" if is_turned else "dest_port"])


@pytest.mark.parametrize(
    ("http", "server", "url"),
    [
        ({"hostname": "Example.com", "url": "/a?b"}, "example.com", "http://example.com/a?b"),
        ({"hostname": "example.com", "http_port": 8080, "url": "/"}, "example.com", ":8080/"),
        ({"hostname": "203.0.113.7", "url": "/a"}, "203.0.113.7", "http://203.0.113.7/a"),
        ({"hostname": "10.0.0.7", "url": "/a"}, None, None),
        ({"hostname": "-c", "url": "/a"}, None, None),
        ({"hostname": "/x.htm", "url": "/x.htm"}, None, None),
        ({"hostname": "192.0.2.1/..", "url": "/x.htm"}, None, None),
        ({"hostname": "https", "url": "/x.htm"}, None, None),
        ({"url": "/x.htm"}, None, None),
        ({"hostname": "example.com"}, "example.com", None),
    ],
)
def test_a_host_may_be_absent_or_junk(http, server, url):
    found = alert(http=http)
    assert (found.server and found.server.value) == server
    assert (found.url is None) if url is None else found.url.value.endswith(url)


def test_a_url_fetched_through_a_proxy_is_not_of_the_destination():
    found = alert(http={"hostname": "example.com", "url": "http://example.com/a"})
    assert (found.server, found.url) == (None, None)
    assert [one.value for one in found.asked] == ["http://example.com/a"]


def test_tls_names_the_server():
    assert alert(tls={"sni": "example.com"}).server.value == "example.com"


@pytest.mark.parametrize(
    "dns",
    [
        {"type": "query", "rrname": "example.com", "rrtype": "A"},
        {"query": [{"type": "query", "rrname": "example.com"}]},
        {"version": 3, "queries": [{"rrname": "example.com"}, {"rrname": "2.0.192.in-addr.arpa"}]},
    ],
)
def test_every_version_of_dns_tells_the_name(dns):
    assert [one.value for one in alert(dns=dns).asked] == ["example.com"]


def test_files_are_samples_and_mail_has_senders():
    found = alert(
        fileinfo={"md5": MD5},
        files=[{"sha256": SHA256}],
        smtp={"mail_from": "<a@example.com>"},
        email={"from": "nobody"},
    )
    assert [one.role for one in found.others] == ["sample", "sample", "sender"]
    assert found.others[:2] == (
        mention(filehash(MD5), "sample"),
        mention(filehash(SHA256), "sample"),
    )


def test_an_alert_without_addresses_is_read():
    found = alert(src_ip=None, dest_ip=None)
    assert (found.source, found.destination) == (None, None)


@pytest.mark.parametrize(
    "broken", [{"src_ip": "300.1.1.1"}, {"timestamp": "now"}, {"fileinfo": {"md5": "abc"}}]
)
def test_a_value_that_is_none_is_quarantined(broken):
    with pytest.raises(MalformedError):
        alert(**broken)


def test_an_event_with_an_alert_is_one_even_if_it_does_not_say_so():
    untyped = {name: value for name, value in event().items() if name != "event_type"}
    found = eve_alert(msgspec.json.encode(untyped), UTC)
    assert found is not None
    assert found.signature == "EXAMPLE Probe"


def test_an_object_that_is_no_event_is_malformed():
    with pytest.raises(msgspec.ValidationError):
        eve_alert(b'{"timestamp": "2026-01-02T03:04:05+00:00"}', UTC)
