"""ATT&CK: what a bundle says whatever its order, and the reports that it cites."""

import json
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.interfaces import Input, Line, Reading, Unreadable
from cure.model import Finding, mention, tag, url
from cure.model.finding import complete
from cure.origins.files import inputs
from cure.publishers.attack import PUBLISHER

REAL = Path(__file__).parents[3] / "shared" / "data" / "attack"
SAMPLE = Path(__file__).parent / "samples" / "attack" / "stix-2.0" / "input.json"
NOW = datetime(2026, 12, 31, tzinfo=UTC)

Stix = dict[str, Any]


def read(*lines: Line) -> list[Reading]:
    return list(PUBLISHER.read(Input(name="input", as_of=NOW, lines=iter(lines))))


def read_bundle(*objects: object, **changed: object) -> list[Reading]:
    return read(json.dumps({"type": "bundle", "objects": objects, **changed}).encode())


def said(*objects: object) -> list[Finding]:
    return [finding for reading in read_bundle(*objects) for finding in reading.findings]


def mentions(finding: Finding) -> list[tuple[str, str]]:
    return [(one.role, one.value) for one in finding.observables]


def thing(kind: str, attack_id: str, **fields: object) -> Stix:
    known_as = {"source_name": "mitre-attack", "external_id": attack_id}
    cited = fields.pop("cited", [])
    return {
        "type": kind,
        "id": f"{kind}--{attack_id}",
        "name": attack_id,
        "external_references": [known_as, *cited],
        **fields,
    }


def relation(kind: str, source: Stix, target: Stix, **fields: object) -> Stix:
    ends = {"source_ref": source["id"], "target_ref": target["id"]}
    identity = f"relationship--{kind}-{source['name']}-{target['name']}"
    return {"type": "relationship", "id": identity, "relationship_type": kind, **ends, **fields}


TECHNIQUE = thing("attack-pattern", "T9001")
GROUP = thing("intrusion-set", "G9001")
OLD = thing("attack-pattern", "T9002", revoked=True)
OLDER = thing("attack-pattern", "T9003", revoked=True)
DEPRECATED = thing("attack-pattern", "T9004", x_mitre_deprecated=True)


@given(st.permutations(json.loads(SAMPLE.read_bytes())["objects"]))
def test_the_order_of_objects_in_a_bundle_means_nothing(objects):
    def by_element(readings: list[Reading]) -> Counter[str]:
        return Counter(str((one.raw, one.findings, one.why)) for one in readings)

    assert by_element(read_bundle(*objects)) == by_element(read(SAMPLE.read_bytes()))


@pytest.mark.parametrize("kind", ["detects", "mitigates", "targets", "revoked-by", "related-to"])
def test_other_relationships_than_of_use_and_belonging_are_silent(kind):
    assert len(said(GROUP, TECHNIQUE, relation(kind, GROUP, TECHNIQUE))) == 2


@pytest.mark.parametrize("dead", [{"revoked": True}, {"x_mitre_deprecated": True}])
def test_a_relationship_that_no_longer_holds_is_silent(dead):
    assert len(said(GROUP, TECHNIQUE, relation("uses", GROUP, TECHNIQUE, **dead))) == 2


@pytest.mark.parametrize("end", [OLD, DEPRECATED, {"id": "malware--x", "name": "x", "type": "x"}])
def test_a_relationship_to_what_is_not_live_is_silent(end):
    assert len(said(GROUP, end, relation("uses", GROUP, end))) == 1


def test_what_is_deprecated_is_silent():
    assert said(DEPRECATED) == []


def test_what_was_revoked_is_an_alias_of_its_last_successor():
    chain = [relation("revoked-by", OLDER, OLD), relation("revoked-by", OLD, TECHNIQUE)]
    findings = said(OLDER, *chain, TECHNIQUE, OLD)
    assert [mentions(finding) for finding in findings] == [
        [("subject", "attack:T9001"), ("alias", "attack:T9003")],
        [("subject", "attack:T9001")],
        [("subject", "attack:T9001"), ("alias", "attack:T9002")],
    ]


def test_what_was_revoked_without_a_live_successor_is_silent():
    assert said(OLD, OLDER, relation("revoked-by", OLD, OLDER)) == []


def test_a_circle_of_revocations_is_silent():
    circle = [relation("revoked-by", OLD, OLDER), relation("revoked-by", OLDER, OLD)]
    assert said(OLD, OLDER, *circle) == []


def test_its_own_pages_are_no_references_and_the_unreadable_are_kept_apart():
    cited = [
        {"source_name": "a", "url": "https://attack.mitre.org/techniques/T9001"},
        {"source_name": "b", "url": "no url"},
        {"source_name": "c", "url": "hxxps://www.example.com/a"},
    ]
    (finding,) = said(thing("attack-pattern", "T9001", cited=cited))
    assert mentions(finding)[1:] == [("reference", "https://www.example.com/a")]
    assert finding.attributes["unread"] == ["no url"]


def test_an_object_without_an_attack_id_is_quarantined():
    (reading,) = read_bundle({"type": "malware", "id": "malware--1", "name": "Example"})
    assert "no ATT&CK id" in reading.why


@pytest.mark.parametrize("dead", [{"revoked": True}, {"x_mitre_deprecated": True}])
def test_of_what_is_dead_nobody_asks_for_an_attack_id(dead):
    (reading,) = read_bundle({"type": "malware", "id": "malware--1", "name": "Example", **dead})
    assert (reading.findings, reading.why) == ((), "")


@pytest.mark.parametrize("kind", ["indicator", "report", "x-mitre-matrix", "marking-definition"])
def test_other_objects_of_stix_are_silent(kind):
    (reading,) = read_bundle({"type": kind, "id": f"{kind}--1", "name": 7})
    assert (reading.findings, reading.why) == ((), "")


def test_an_object_that_cannot_be_read_does_not_lose_the_others():
    readings = read_bundle(TECHNIQUE, {**GROUP, "name": 7}, 8, None, {"type": "tool"})
    assert [bool(reading.why) for reading in readings] == [False, True, True, True, True]
    assert [reading.number for reading in readings] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "document",
    [
        b"{",
        b"[]",
        b"{}x",
        b'{"type":"bundle","objects":[{"id":"a","type":"b"}',
        b'{"type":"bundle","objects":{}}',
        b'{"type":"report","objects":[]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_bundle_is_quarantined_as_one(document):
    (reading,) = read(*document.split(b"\n"))
    assert reading.why
    assert not reading.findings


def test_a_bundle_that_breaks_off_is_quarantined_as_one():
    (reading,) = read(b'{"type": "bundle",', Unreadable(b'"objec', "the file breaks off here"))
    assert "the file breaks off here" in reading.why
    assert reading.raw == b'{"type": "bundle",'


def test_an_empty_bundle_is_silent():
    (reading,) = read(b'{"type": "bundle", "id": "bundle--1"}')
    assert (reading.findings, reading.why) == ((), "")


def test_what_a_taxii_server_sends_is_a_bundle_too():
    (reading,) = read(json.dumps({"more": False, "objects": [TECHNIQUE]}).encode())
    assert len(reading.findings) == 1


def test_a_byte_order_mark_is_passed_over():
    (reading,) = read(b'\xef\xbb\xbf{"type": "bundle",', b'"objects": []}')
    assert not reading.why


def test_noise_before_a_report_does_not_lose_the_report():
    report = b'{"reference":"example.com/a","attack":["T9001 X"],"trails":["192.0.2.1"]}'
    readings = read(b"{", b"", b"\xff", report)
    assert [len(reading.findings) for reading in readings] == [0, 0, 0, 1]
    assert [bool(reading.why) for reading in readings] == [True, False, True, False]


needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real data of ATT&CK is not beside this checkout"
)


def real(name: str) -> list[Reading]:
    return [one for data in inputs(REAL / name, NOW) for one in PUBLISHER.read(data)]


def live(readings: list[Reading]) -> Counter[str]:
    """Count what there is of each type, without the old names of what was revoked."""
    findings = [finding for reading in readings for finding in reading.findings]
    for finding in findings:
        complete(finding, NOW, NOW)
    return Counter(
        finding.attributes["type"]
        for finding in findings
        if not any(
            one.role == "alias" and one.value.startswith("attack:") for one in finding.observables
        )
    )


@needs_real_data
@pytest.mark.parametrize(
    ("name", "object_count", "expected"),
    [
        (
            "enterprise-attack-v18.1-stix20.json.gz",
            21_650,
            {
                "attack-pattern": 691,
                "intrusion-set": 172,
                "malware": 693,
                "tool": 91,
                "campaign": 52,
                "x-mitre-tactic": 14,
                "relationship": 17_770,
            },
        ),
        (
            "ics-attack-16.1.json.gz",
            1871,
            {
                "attack-pattern": 83,
                "intrusion-set": 15,
                "malware": 22,
                "campaign": 6,
                "x-mitre-tactic": 12,
                "relationship": 262,
            },
        ),
        (
            "mobile-attack-14.1.json.gz",
            2187,
            {
                "attack-pattern": 114,
                "intrusion-set": 8,
                "malware": 106,
                "tool": 2,
                "campaign": 1,
                "x-mitre-tactic": 12,
                "relationship": 1133,
            },
        ),
    ],
)
def test_of_real_bundles_every_object_is_accounted_for(name, object_count, expected):
    readings = real(name)
    assert len(readings) == object_count
    assert not any(reading.why for reading in readings)
    assert live(readings) == expected


@needs_real_data
def test_every_object_that_enterprise_revoked_leads_to_its_successor():
    findings = [
        one
        for reading in real("enterprise-attack-v18.1-stix20.json.gz")
        for one in reading.findings
    ]
    olds = [
        one.value
        for finding in findings
        for one in finding.observables
        if one.role == "alias" and one.value.startswith("attack:")
    ]
    assert len(olds) == 140
    assert not any("unread" in finding.attributes for finding in findings)


@needs_real_data
def test_of_the_real_trails_none_is_lost():
    readings = real("reference_iocs.jsonl.gz")
    assert len(readings) == 203
    for reading in readings:
        trails = json.loads(reading.raw)["trails"]
        paths = [trail for trail in trails if trail.startswith("/")]
        unread = reading.findings[0].attributes.get("unread", ())
        listed = [f for f in reading.findings if f.observables[0].role == "listed"]
        assert len(listed) + len(unread) + len(paths) == len(set(trails))


@needs_real_data
def test_of_the_other_real_files_every_line_is_accounted_for():
    assert Counter(bool(r.findings) for r in real("reference_cache_index.jsonl")) == {True: 38}
    licence = real("LICENSE-ATTACK.txt")
    assert [reading.number for reading in licence] == list(range(1, len(licence) + 1))
    assert all(bool(r.why) == bool(r.raw.strip()) and not r.findings for r in licence)


def test_a_cited_page_says_what_it_names_with_what_it_is_cited_for():
    loader = sha256(b"an invented loader").hexdigest()
    page = f"<html><p>The loader is {loader}.</p></html>".encode()
    about = (
        mention(tag("attack:T1059"), "tag"),
        mention(url("https://research.example.org/a"), "reference"),
    )
    [reading] = PUBLISHER.read(
        Input(name="x", as_of=NOW, lines=iter(()), blocks=(page,), head=page, about=about)
    )

    assert [mentions(finding) for finding in reading.findings] == [
        [
            ("sample", loader),
            ("tag", "attack:T1059"),
            ("reference", "https://research.example.org/a"),
        ]
    ]
