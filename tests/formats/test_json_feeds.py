"""Feeds in JSON: rows, pulses, events, bare values, and what is none of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.entries import Listing
from cure.formats.json_feeds import json_document
from formats.saying import all_words, extras, only, read, reasons, span, words

MD5 = "0cc175b9c0f1b6a831c399e269772661"


def test_feodo_tracker_in_json():
    finding = only(
        json.dumps(
            [
                {
                    "ip_address": "192.0.2.1",
                    "port": 443,
                    "status": "online",
                    "hostname": "host.example.org",
                    "as_number": 64500,
                    "as_name": "EXAMPLE",
                    "country": "US",
                    "first_seen": "2026-01-01 10:00:00",
                    "last_online": "2026-01-02",
                    "malware": "QakBot",
                }
            ]
        )
    )
    assert words(finding) == ["c2 192.0.2.1", "tag malware:qakbot"]
    assert span(finding) == "2026-01-01 10:00 - 2026-01-02 00:00"
    assert extras(finding) == {
        "port": 443,
        "status": "online",
        "hostname": "host.example.org",
        "as_number": 64500,
        "as_name": "EXAMPLE",
        "country": "US",
    }


def test_abuseipdb_lists_attackers():
    element = {
        "ipAddress": "192.0.2.1",
        "countryCode": "CN",
        "abuseConfidenceScore": 100,
        "lastReportedAt": "2026-01-02T03:04:05+09:00",
    }
    finding = only(json.dumps({"meta": {"generatedAt": "x"}, "data": [element]}))
    assert words(finding) == ["attacker 192.0.2.1"]
    assert span(finding) == "2026-01-01 18:04"
    assert extras(finding) == {"countrycode": "CN", "abuseconfidencescore": 100}


def test_phishtank_in_json_names_the_host_too():
    element = {
        "phish_id": "12",
        "url": "http://example.com/",
        "submission_time": "2026-01-01T00:00:00+00:00",
        "details": [{"ip_address": "192.0.2.1", "cidr_block": "192.0.2.0/24"}],
    }
    finding = only(json.dumps([element]))
    assert words(finding) == ["listed http://example.com/", "host 192.0.2.1", "host example.com"]
    assert (finding.key, span(finding)) == ("phishtank:12", "2026-01-01 00:00")


@pytest.mark.parametrize("wrapped", [True, False], ids=["export", "api"])
def test_urlhaus_in_json(wrapped):
    said = {"url": "http://example.com/x", "url_status": "online", "tags": ["elf", "mozi"]}
    export = {"7": [{"dateadded": "2026-01-01 00:00:00 UTC", "urlhaus_link": "http://u/", **said}]}
    api = {"id": "7", "date_added": "2026-01-01 00:00:00 UTC", "urlhaus_reference": "http://u/"}
    document = export if wrapped else {"query_status": "ok", "urls": [{**api, **said}]}
    finding = only(json.dumps(document))
    assert words(finding) == [
        "payload http://example.com/x",
        "tag malware:mozi",
        "host example.com",
    ]
    assert (finding.key, span(finding)) == ("urlhaus:7", "2026-01-01 00:00")
    assert extras(finding)["tags"] == ["elf"]


def test_spamhaus_says_of_itself_and_of_whole_networks_nothing_that_has_a_topic():
    text = (
        '{"cidr":"192.0.2.0/24","sblid":"SBL1","rir":"apnic"}\n'
        '{"asn":64500,"rir":"apnic","domain":"example.com","cc":"CA","asname":"EXAMPLE"}\n'
        '{"type":"metadata","timestamp":1700000000,"size":1}\n'
    )
    assert reasons(text) == ["said", "", ""]
    assert all_words(text) == [["listed 192.0.2.0/24"]]


@pytest.mark.parametrize(
    "document",
    [["192.0.2.1", "example.com"], {"necro": ["192.0.2.1"], "other": ["example.com"]}],
)
def test_bare_values_are_listed(document):
    assert all_words(json.dumps(document)) == [["listed 192.0.2.1"], ["listed example.com"]]


def test_a_pulse_says_each_of_its_values_and_what_has_no_topic_is_silent():
    pulse = {
        "name": "A report",
        "author_name": "Someone",
        "created": "2026-01-01T09:21:53.093000",
        "tags": ["spearphishing"],
        "references": ["http://example.org/report"],
        "malware_families": ["Emotet", {"id": "x", "display_name": "TrickBot"}],
        "adversary": "Mummy Spider",
        "indicators": [
            {"type": "IPv4", "indicator": "192.0.2.1", "created": "2026-01-02T03:04:05"},
            {"type": "hostname", "indicator": "www.example.com"},
            {"type": "FileHash-MD5", "indicator": MD5},
            {"type": "FileHash-IMPHASH", "indicator": MD5},
            {"type": "URI", "indicator": "/gate.php"},
            {"type": "Smell", "indicator": "bad"},
            {"type": "domain", "indicator": "none"},
        ],
    }
    readings = read(json.dumps({"results": [pulse]}, indent=2))
    tags = ["tag malware:emotet", "tag malware:trickbot", "tag actor:mummy-spider"]
    said = [finding for reading in readings for finding in reading.findings]
    assert [words(finding) for finding in said] == [
        ["listed 192.0.2.1", *tags],
        ["listed www.example.com", *tags],
        [f"sample {MD5}", *tags],
    ]
    assert [span(finding) for finding in said] == ["2026-01-02 03:04", *["2026-01-01 09:21"] * 2]
    assert extras(said[0]) == {
        "pulse": "A report",
        "author": "Someone",
        "tags": ["spearphishing"],
        "reference": ["http://example.org/report"],
    }
    assert [reading.why for reading in readings] == [
        *[""] * 5,
        "'bad' is not a value: there is no topic for Smell",
        "'none' is not a domain: a label is missing or has a forbidden character",
    ]


def attribute(kind: str, value: str, **more: object) -> dict[str, object]:
    return {
        "type": kind,
        "value": value,
        "category": "Network activity",
        "to_ids": True,
        "timestamp": "1767225600",
        **more,
    }


def test_an_event_says_each_of_its_attributes_with_its_galaxies():
    event = {
        "info": "An event",
        "date": "2026-01-01",
        "Tag": [{"name": 'misp-galaxy:threat-actor="Turla Group"'}, {"name": "tlp:clear"}],
        "Attribute": [
            attribute("ip-dst|port", "192.0.2.1|443", uuid="a-b"),
            attribute("domain|ip", "example.com|192.0.2.2"),
            attribute("url", "http://example.com/a", to_ids=False),
            attribute("link", "http://example.org/r", category="External analysis", to_ids=False),
            attribute("email-dst", "a@example.com"),
        ],
        "Object": [
            {
                "name": "file",
                "Attribute": [
                    attribute(
                        "filename|md5",
                        f"a.exe|{MD5}",
                        first_seen="2025-12-01T00:00:00+00:00",
                        Tag=[{"name": 'misp-galaxy:mitre-malware="Emotet - S0367"'}],
                    )
                ],
            }
        ],
    }
    actor = "tag actor:turla-group"
    readings = read(json.dumps({"response": [{"Event": event}]}))
    said = [finding for reading in readings for finding in reading.findings]
    assert [words(finding) for finding in said] == [
        ["listed 192.0.2.1", actor],
        ["listed example.com", "host 192.0.2.2", actor],
        ["subject http://example.com/a", actor, "host example.com"],
        ["target a@example.com", actor],
        [f"sample {MD5}", actor, "tag malware:emotet", "tag attack:S0367"],
    ]
    assert len(readings) == 6
    assert extras(said[0]) == {"event": "An event", "port": 443}
    assert said[0].key == "misp:a-b"
    assert extras(said[4]) == {"event": "An event", "filename": "a.exe"}
    assert [span(finding) for finding in said[3:]] == ["2026-01-01 00:00", "2025-12-01 00:00"]


def test_an_attribute_may_stand_alone():
    assert words(only(json.dumps(attribute("domain", "example.com")))) == ["listed example.com"]


def test_lines_of_json_stand_for_themselves():
    text = '{"ip":"192.0.2.1"}\n\n{"ip":"nothing"}\n{"ip":\n{"ip":"192.0.2.2"}\n'
    why = reasons(text)
    assert [why[0], why[1], why[4]] == ["said", "", "said"]
    assert "is not a domain" in why[2]
    assert "truncated" in why[3]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"answer": "no_result"}', "no known JSON feed form"),
        ('{"colour": [{"red": 1}]}', "no known JSON feed form"),
        ("[1, 2]", "no known JSON feed form"),
        ('[{"ip": "192.0.2.1"}', "truncated"),
        ('["' + "a" * 3 + '\xff"]', "is not a domain"),
    ],
)
def test_a_document_of_another_form_is_quarantined(text, why):
    assert why in reasons(text)[0]


def test_an_empty_list_is_silent():
    assert reasons("[]") == [""]


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["data", "ip", "url", "indicators", "Event", "Attribute", "type", "1", "id",
                         "ioc_type", "details", "first_seen", "malware", "tags"]),
        inner, max_size=4,
    ),
    max_leaves=8,
))  # fmt: skip
def test_any_document_has_a_reading_for_each_element_and_none_is_lost(document):
    readings = list(json_document(json.dumps(document).encode(), Listing("feed")))
    assert [reading.number for reading in readings] == list(range(1, len(readings) + 1))
    assert readings
    assert not any(reading.why and reading.findings for reading in readings)
