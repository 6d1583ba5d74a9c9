"""ThreatFox: its export, the answers of its API and its CSV files say the same."""

import json

import pytest

from cure.errors import MalformedError
from cure.formats.threatfox import threatfox
from formats.saying import extras, only, read, reasons, span, words

MD5 = "0cc175b9c0f1b6a831c399e269772661"
ELEMENT = {
    "ioc_value": "192.0.2.1:443",
    "ioc_type": "ip:port",
    "threat_type": "botnet_cc",
    "malware": "win.cobalt_strike",
    "malware_printable": "Cobalt Strike",
    "first_seen_utc": "2026-01-01 10:00:00",
    "last_seen_utc": "2026-01-02 11:00:00",
    "confidence_level": 100,
    "is_compromised": False,
    "reference": None,
    "tags": "a,b",
    "reporter": "someone",
}
API = {
    "id": "7",
    "ioc": "192.0.2.1:443",
    "ioc_type": "ip:port",
    "threat_type": "botnet_cc",
    "malware_printable": "Cobalt Strike",
    "first_seen": "2026-01-01 10:00:00 UTC",
    "last_seen": "2026-01-02 11:00:00 UTC",
    "confidence_level": 100,
    "reference": None,
    "reporter": "someone",
    "tags": ["a", "b"],
}
CSV = (
    '# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware",'
    '"malware_alias","malware_printable","last_seen_utc","confidence_level","is_compromised",'
    '"reference","tags","anonymous","reporter"\n'
    '"2026-01-01 10:00:00", "7", "192.0.2.1:443", "ip:port", "botnet_cc", "win.cobalt_strike", '
    '"None", "Cobalt Strike", "2026-01-02 11:00:00", "100", "False", "None", "a,b", "0", '
    '"someone"\n'
)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"7": [ELEMENT]}, indent=1),
        json.dumps({"query_status": "ok", "data": [API]}),
        CSV,
    ],
    ids=["export", "api", "csv"],
)
def test_all_three_forms_say_the_same(text):
    finding = only(text, "threatfox-export.json")
    assert words(finding) == ["c2 192.0.2.1", "tag malware:cobalt-strike"]
    assert span(finding) == "2026-01-01 10:00 - 2026-01-02 11:00"
    assert finding.key == "threatfox:7"
    assert finding.attributes == {
        "feed": "threatfox",
        "threat_type": "botnet_cc",
        "confidence": 100,
        "reporter": "someone",
        "port": 443,
    }


@pytest.mark.parametrize(
    ("kind", "value", "threat", "expected"),
    [
        ("domain", "example.com", "botnet_cc", "c2 example.com"),
        ("domain", "example.com", "payload_delivery", "listed example.com"),
        ("url", "http://192.0.2.1/a", "payload_delivery", "payload http://192.0.2.1/a"),
        ("url", "http://192.0.2.1/a", "botnet_cc", "c2 http://192.0.2.1/a"),
        ("md5_hash", MD5, "payload", f"sample {MD5}"),
        ("envelope_from", "a@example.com", "payload_delivery", "sender a@example.com"),
    ],
)
def test_kind_and_threat_tell_the_role(kind, value, threat, expected):
    said = {**ELEMENT, "ioc_value": value, "ioc_type": kind, "threat_type": threat}
    (finding,) = threatfox(said, "7")
    assert words(finding)[0] == expected


def test_a_kind_without_a_topic_is_refused():
    with pytest.raises(MalformedError, match="there is no topic for sha3_384_hash"):
        threatfox({**ELEMENT, "ioc_type": "sha3_384_hash"})


def test_malware_that_nobody_knows_is_no_tag():
    (finding,) = threatfox({**ELEMENT, "malware_printable": "Unknown malware"})
    assert words(finding) == ["c2 192.0.2.1"]


def test_that_a_host_is_a_victim_itself_is_told():
    (finding,) = threatfox({**ELEMENT, "is_compromised": True, "last_seen_utc": None})
    assert extras(finding)["compromised"] is True
    assert span(finding) == "2026-01-01 10:00"


def test_several_values_under_one_number_have_a_key_each():
    readings = read(json.dumps({"7": [ELEMENT, {**ELEMENT, "ioc_value": "192.0.2.2:80"}]}))
    assert [reading.findings[0].key for reading in readings] == ["threatfox:7:0", "threatfox:7:1"]


def test_an_element_that_is_broken_does_not_spoil_the_others():
    text = json.dumps(
        {"1": [{**ELEMENT, "ioc_value": "x"}], "2": [ELEMENT], "3": [{"ioc_type": 1}]}
    )
    why = reasons(text)
    assert why[1] == "said"
    assert "is not a domain" in why[0]
    assert "Expected `str`, got `int`" in why[2]


def test_a_row_with_another_number_of_columns_is_quarantined():
    assert "want 15 columns" in reasons(f'{CSV}"2026-01-01 10:00:00", "8"\n')[-1]
