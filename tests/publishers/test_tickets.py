"""Trouble tickets: attributes with the tags of their event, and the forms of other programs."""

import json
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cure.interfaces import Input, Reading
from cure.model import Finding
from cure.origins.files import inputs, paths_of
from cure.publishers.tickets import PUBLISHER

REAL = Path(__file__).parents[3] / "shared" / "data" / "trouble_ticket"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
A = sha256(b"invented").hexdigest()
needs_data = pytest.mark.skipif(not REAL.exists(), reason="the real events are not here")


def read(document: object) -> list[Reading]:
    data = document.encode() if isinstance(document, str) else json.dumps(document).encode()
    lines = iter(data.split(b"\n"))
    given = Input(name="t", as_of=NOW, lines=lines, blocks=iter([data]), head=data[:4096])
    return list(PUBLISHER.read(given))


def said(document: object) -> list[Finding]:
    return [finding for reading in read(document) for finding in reading.findings]


def mentions(finding: Finding) -> list[tuple[str, str]]:
    return [(one.role, one.value) for one in finding.observables]


def attribute(kind: str, value: str, **other: object) -> dict[str, Any]:
    return {"type": kind, "value": value, "to_ids": True, **other}


def event(*attributes: dict[str, Any], **other: object) -> dict[str, Any]:
    return {"info": "Case", "date": "2026-02-03", "Attribute": list(attributes), **other}


IP = attribute("ip-dst", "192.0.2.7")


@pytest.mark.parametrize(
    "document",
    [
        event(IP),
        {"Event": event(IP)},
        {"response": [{"Event": event(IP)}]},
        [{"Event": event(IP)}],
        event(Object=[event(IP)], Attribute=[]),
    ],
)
def test_an_event_is_read_however_it_is_wrapped(document):
    (finding,) = said(document)

    assert mentions(finding) == [("subject", "192.0.2.7")]
    assert finding.attributes["title"] == "Case"


@pytest.mark.parametrize(
    ("kind", "value", "expected", "more"),
    [
        ("filename|sha256", f"a|{A}", [("sample", A)], {"filename": "a"}),
        ("malware-sample", f"a.exe|{A[:32]}", [("sample", A[:32])], {"filename": "a.exe"}),
        ("ip-dst|port", "192.0.2.7|8080", [("subject", "192.0.2.7")], {"port": 8080}),
        (
            "domain|ip",
            "example.com|192.0.2.7",
            [("subject", "example.com"), ("host", "192.0.2.7")],
            {},
        ),
        ("url", "example.com/a", [("subject", "http://example.com/a")], {}),
        ("email-src", "a@example.com", [("sender", "a@example.com")], {}),
        ("link", "https://example.com/r", [("reference", "https://example.com/r")], {}),
        ("vulnerability", "CVE-2021-44228", [("tag", "cve:cve-2021-44228")], {}),
    ],
)
def test_types_of_several_parts_are_taken_apart(kind, value, expected, more):
    (finding,) = said(event(attribute(kind, value)))

    assert mentions(finding) == expected
    assert more.items() <= finding.attributes.items()


@pytest.mark.parametrize("kind", ["mutex", "regkey|value", "pdb", "text", "filename", "yara"])
def test_types_without_a_topic_are_silent(kind):
    (reading,) = read(event(attribute(kind, "a|b")))

    assert (reading.findings, reading.why) == ((), "")


def test_what_is_not_meant_for_detection_is_context():
    (finding,) = said(event({**IP, "to_ids": False}))

    assert mentions(finding) == [("context", "192.0.2.7")]


def test_tags_of_the_attribute_and_of_its_event_are_canonical():
    galaxy = {"name": 'misp-galaxy:threat-actor="Turla Group"'}
    one = {**IP, "Tag": [{"name": "Geodo"}]}
    (finding,) = said(event(one, Tag=[galaxy, {"name": "Turla"}, {"name": "tlp:white"}]))

    assert [value for role, value in mentions(finding) if role == "tag"] == [
        "malware:emotet",
        "actor:turla",
    ]
    assert finding.attributes["tags"] == ["tlp:white"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"timestamp": "1770091506"}, datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ({"timestamp": 1770091506}, datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ({"first_seen": "2026-02-01T00:00:00+00:00"}, datetime(2026, 2, 1, tzinfo=UTC)),
        ({}, datetime(2026, 2, 3, tzinfo=UTC)),
    ],
)
def test_the_time_is_the_nearest_that_is_told(fields, expected):
    (finding,) = said(event({**IP, **fields}))

    assert finding.first_seen == expected


def test_a_bad_value_spoils_no_other():
    good, bad = read(event(IP, attribute("ip-dst", "999.0.0.1")))

    assert good.findings
    assert bad.why


def test_a_manifest_is_silent_and_other_json_is_no_ticket():
    manifest = {"00000000-0000-4000-8000-000000000001": {"info": "Case", "date": "2026-02-03"}}

    assert [(one.findings, one.why) for one in read(manifest)] == [((), "")]
    assert "no form that we know" in read({"blockList": ["example.com"]})[0].why


def test_a_case_of_thehive_speaks_by_its_text_and_its_observables():
    case = {
        "_id": "~1",
        "title": "Emotet",
        "description": f"It was {A}.",
        "number": 7,
        "startDate": 1770091506000,
        "tags": ["Geodo", "urgent"],
        "observables": [
            {"_id": "~2", "dataType": "ip", "data": "192.0.2.7", "ioc": False},
            {"_id": "~3", "dataType": "filename", "data": "a.exe"},
        ],
    }
    first, second = said(case)

    assert mentions(first) == [("sample", A), ("tag", "malware:emotet")]
    assert mentions(second) == [("context", "192.0.2.7"), ("tag", "malware:emotet")]
    assert second.attributes == {"title": "Emotet", "case": 7, "tags": ["urgent"]}
    assert (first.key, second.key) == ("~1", "~2")


@pytest.mark.parametrize("kind", ["ip-dst", {"type_name": "ip-dst"}])
def test_a_case_of_iris_speaks_by_its_iocs(kind):
    ioc = {"ioc_value": "192.0.2.7", "ioc_type": kind, "ioc_tags": "Geodo,urgent"}
    (finding,) = said({"data": {"case": {"name": "Case", "case_id": 3}, "iocs": [ioc]}})

    assert mentions(finding) == [("subject", "192.0.2.7"), ("tag", "malware:emotet")]


def test_a_ticket_of_request_tracker_speaks_by_its_text_and_fields():
    ticket = {"id": 5, "Subject": "Emotet?", "CustomFields": [{"name": "Hash", "values": [A]}]}
    (finding,) = said(ticket)

    assert mentions(finding) == [("sample", A), ("tag", "malware:emotet")]
    assert finding.key == "rt:5"


def test_a_ticket_may_be_plain_text():
    (finding,) = said(f"Emotet sent {A} to us.")

    assert mentions(finding) == [("sample", A), ("tag", "malware:emotet")]


def test_the_shapes_of_answers_of_thehive_are_all_read():
    alert = {"_id": "~1", "title": "T", "severity": 2, "date": 1770091506000, "caseId": "~9"}
    file = {"dataType": "file", "attachment": {"name": "a.doc", "hashes": [A]}}
    alone = {"dataType": "url", "data": "http://192.0.2.7/a", "startDate": 1770091506000}
    home = [{"dataType": "hostname", "data": text} for text in ("PC-1", "dc.corp.local")]
    other = {"dataType": "regexp", "data": "a+"}
    readings = read([{**alert, "artifacts": [file]}, alone, *home, other])

    assert [one.why for one in readings] == [""] * 6
    assert [[mentions(finding) for finding in one.findings] for one in readings] == [
        [],
        [[("sample", A)]],
        [[("subject", "http://192.0.2.7/a")]],
        [],
        [],
        [],
    ]
    assert readings[1].findings[0].first_seen == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert readings[1].findings[0].attributes["filename"] == "a.doc"


def test_the_shapes_of_answers_of_iris_are_all_read():
    ioc = {"ioc_value": "192.0.2.7|80", "ioc_type": {"type_name": "ip-dst|port"}}
    alert = {"alert_title": "Emotet", "alert_id": 3, "iocs": [ioc], "cases": []}
    case = {"case_id": 1, "case_name": "Emotet", "case_open_date": "02/03/2026"}
    note = {"note_title": "What we found", "note_content": f"It was {A}."}
    export = {"case": {**case, "tags": [{"tag_title": "Geodo"}]}, "iocs": [], "notes": [note]}

    def shapes(data: object) -> list[list[tuple[str, str]]]:
        return [mentions(one) for one in said({"status": "success", "data": data})]

    emotet, address = [("tag", "malware:emotet")], ("subject", "192.0.2.7")
    assert shapes({"alerts": [alert], "total": 1}) == [emotet, [address]]
    assert shapes({"ioc": [ioc], "state": {}}) == [[address]]
    assert shapes([case]) == [emotet]
    assert said([case])[0].first_seen == datetime(2026, 2, 3, tzinfo=UTC)
    assert shapes(export) == [emotet, [("sample", A)]]


def test_the_types_of_misp_are_taken_apart_for_other_programs_too():
    ioc = {"ioc_value": f"a.exe|{A}", "ioc_type": "filename|sha256"}
    (finding,) = said({"data": {"ioc": [ioc]}})

    assert mentions(finding) == [("sample", A)]
    assert finding.attributes == {"filename": "a.exe"}


def test_found_attributes_and_reports_of_misp_speak():
    found = {**IP, "Event": {"info": "Case", "uuid": "u", "Tag": [{"name": "Geodo"}]}}
    (finding,) = said({"response": {"Attribute": [found]}})
    (report,) = said(event(EventReport=[{"name": "Notes", "content": f"It was {A}."}]))

    assert finding.attributes["title"] == "Case"
    assert mentions(finding) == [("subject", "192.0.2.7"), ("tag", "malware:emotet")]
    assert mentions(report) == [("sample", A)]
    assert read({"response": [{"Event": {"info": "Case", "date": "2026-02-03"}}]})[0].why == ""


def test_tickets_may_stand_one_a_line_and_a_bad_one_spoils_no_other():
    lines = [json.dumps(event(IP)), '{"no": 1}', "{", json.dumps(event(IP))]
    readings = read("\n".join(lines))

    assert [bool(one.why) for one in readings] == [False, True, True, False]
    assert [one.number for one in readings] == [1, 2, 3, 4]


def test_an_answer_without_tickets_is_silent():
    assert [(one.findings, one.why) for one in read({"data": []})] == [((), "")]


def test_an_address_of_the_own_side_was_a_victim():
    (finding,) = said(event(attribute("ip-src", "10.0.0.5")))

    assert mentions(finding) == [("victim", "10.0.0.5")]


@pytest.mark.parametrize("fields", [{"Reporter": ["a"], "Hash": A}, [{"values": [{}, A]}]])
def test_custom_fields_of_request_tracker_have_two_shapes(fields):
    (finding,) = said({"id": "5", "Subject": None, "CustomFields": fields})

    assert mentions(finding) == [("sample", A)]


@needs_data
def test_every_attribute_of_the_real_events_is_accounted_for():
    fates: Counter[str] = Counter()
    roles: Counter[str] = Counter()
    unreadable = []
    for path in paths_of([REAL]):
        for one in inputs(path, NOW):
            for reading in PUBLISHER.read(one):
                fates["spoke" if reading.findings else "silent"] += 1
                unreadable += [Path(one.name).name] if reading.why else []
                for finding in reading.findings:
                    roles.update(mention.role for mention in finding.observables)

    assert fates.total() == 5_592
    assert unreadable == ["eset__dnsbirthday__rqz-dnsduvel_blocklist.json"]
    assert roles["context"] > 800
    assert roles["subject"] > 3_500
