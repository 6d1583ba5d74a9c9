"""EXIST: every format is told from the others, no line is lost, and real feeds are read."""

from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.interfaces import Input, Reading, Unreadable
from cure.model import Topic
from cure.model.finding import complete
from cure.origins.files import inputs, paths_of
from cure.publishers.exist import PUBLISHER, read

REAL = Path(__file__).parents[3] / "shared" / "data" / "exist"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
# A program and an empty file that lie among the feeds, and inputs that are prose or say nothing
# with a topic by nature: a tweet, a stream of certificates, placeholders without a root.
NO_FEEDS = {
    "calidog____init__.py",
    "calidog__test_parser.py",
    "calidog__data.json",
    "twitter__tweet.txt",
    "surbl__test_surbl.data",
    "openphish__feed.txt",
}


def read_lines(lines: list[bytes | Unreadable], name: str = "list.txt") -> list[Reading]:
    stream = iter(lines)
    readings = list(read(Input(name=name, as_of=NOW, lines=stream)))
    assert next(stream, None) is None
    return readings


@pytest.mark.parametrize(
    ("first", "value"),
    [
        (b"192.0.2.1", "192.0.2.1"),
        (b"\xef\xbb\xbf192.0.2.1", "192.0.2.1"),
        (b"[2001:db8::1]:80", "2001:db8::1"),
        (b'["192.0.2.1"]', "192.0.2.1"),
        (b'\xef\xbb\xbf[{"ip": "192.0.2.1"}]', "192.0.2.1"),
        (b'{"ip": "192.0.2.1"}', "192.0.2.1"),
        (b"<html><table><tr><td>192.0.2.1</td></tr></table></html>", "192.0.2.1"),
        (
            b"<?xml version='1.0'?><rss><item><title>192.0.2.1</title><t><table/></t></item></rss>",
            "192.0.2.1",
        ),
        (b"<!-- x --><TABLE><tr><td>192.0.2.1</table>", "192.0.2.1"),
        (b"<rss><item><title>192.0.2.1</title></item></rss>", "192.0.2.1"),
        (b"0.0.0.0 example.com", "example.com"),
        (b"2026-01-02,192.0.2.1", "192.0.2.1"),
    ],
)
def test_the_first_line_tells_the_format(first, value):
    (reading,) = read_lines([first])
    assert [one.value for one in reading.findings[0].observables] == [value]


def test_objects_on_lines_of_their_own_are_lines_and_in_one_document_elements():
    lines = [b'{"ip": "192.0.2.1"}', b'{"ip": "192.0.2.2"}']
    assert [reading.raw for reading in read_lines(lines)] == lines
    document = [b"[", b'{"ip": "192.0.2.1"},', b'{"ip": "192.0.2.2"}', b"]"]
    assert [reading.raw for reading in read_lines(document)] == lines


def test_an_empty_file_says_nothing():
    assert read_lines([]) == []


def test_a_gap_in_a_list_is_one_line_and_in_a_document_the_whole():
    gap = Unreadable(b"19", "the file breaks off here")
    assert [reading.why for reading in read_lines([b"192.0.2.1", gap, b"192.0.2.2"])] == [
        "",
        "the file breaks off here",
        "",
    ]
    (reading,) = read_lines([b'["192.0.2.1",', gap, b'"192.0.2.2"]'])
    assert "the file breaks off here" in reading.why


ODD = st.text(alphabet="0123456789abcdef.:/-#,;|\t \"'[]{}<>@=*^\\", max_size=24).map(str.encode)
LINES = st.lists((ODD | st.binary(max_size=24)).filter(lambda line: b"\n" not in line), max_size=9)


@settings(max_examples=400, deadline=None)
@given(LINES)
def test_of_any_bytes_each_line_speaks_is_silent_or_is_quarantined(lines):
    readings = read_lines([b"# a list", *lines])
    assert [reading.number for reading in readings] == list(range(1, len(lines) + 2))
    assert [reading.raw for reading in readings] == [b"# a list", *lines]
    assert not any(reading.why and reading.findings for reading in readings)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([b"{", b"[", b"<", b"<html>", b'{"ip": "192.0.2.1"}']), LINES)
def test_of_any_document_something_is_told(first, lines):
    readings = read_lines([first, *lines])
    assert readings
    assert [reading.number for reading in readings] == list(range(1, len(readings) + 1))
    assert not any(reading.why and reading.findings for reading in readings)


class Tally:
    """What became of the units of a file."""

    def __init__(self) -> None:
        self.fates: Counter[str] = Counter()
        self.values: dict[str, set[str]] = {topic.value: set() for topic in Topic}

    def add(self, reading: Reading) -> None:
        why = reading.why
        for finding in reading.findings:
            try:
                whole = complete(finding, NOW, NOW)
            except MalformedError as error:
                why = str(error)
            else:
                for one in whole.observables:
                    self.values[one.topic].add(one.value)
        self.fates["quarantined" if why else "spoke" if reading.findings else "silent"] += 1


@lru_cache
def real() -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    for path in paths_of([REAL]):
        tally = tallies.setdefault(path.name, Tally())
        for source in inputs(path, NOW):
            for reading in PUBLISHER.read(source):
                tally.add(reading)
    return tallies


needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real feeds at {REAL.name}")


@needs_real
def test_every_line_of_the_real_lists_is_accounted_for():
    for path in paths_of([REAL / "cps", REAL / "ipsum.txt.gz"]):
        for source in inputs(path, NOW):
            count = sum(1 for _ in source.lines)
        assert real()[path.name].fates.total() == count


@needs_real
def test_hardly_a_line_of_the_real_feeds_is_quarantined():
    fates = sum(
        (tally.fates for name, tally in real().items() if name not in NO_FEEDS), start=Counter()
    )
    assert fates["quarantined"] / fates.total() < 0.0005
    assert [name for name, tally in real().items() if not tally.fates["spoke"]] == [
        "calidog____init__.py",
        "calidog__data.json",
        "calidog__test_parser.py",
        "openphish__feed.txt",
        "spamhaus__asndrop.txt",
    ]


@needs_real
def test_the_real_feeds_say_what_they_are_known_to_say():
    ipsum = real()["ipsum.txt.gz"]
    assert ipsum.fates == {"spoke": 60_091, "silent": 7}
    threatfox = real()["threatfox.json.gz"]
    assert threatfox.fates == {"spoke": 2_692}
    assert len(real()["cobaltstrike_ips.txt.gz"].values["ip"]) == 804
    maltrail = real()["maltrail-static-trails.tar.gz"]
    assert maltrail.fates["quarantined"] < 100
    assert maltrail.fates["spoke"] > 200_000
    assert len({tag for tag in maltrail.values["tag"] if tag.startswith("malware:")}) > 1_300


@needs_real
def test_together_the_real_feeds_name_as_many_addresses_and_names_as_others_found():
    ips = set().union(*(tally.values["ip"] for tally in real().values()))
    names = set().union(*(tally.values["domain"] for tally in real().values()))
    assert len(ips) == pytest.approx(248_710, rel=0.005)
    # Theirs leaves out the 50,000 most popular names.
    assert len(names) == pytest.approx(147_556, rel=0.03)


def test_what_is_longer_than_any_entry_is_not_looked_at():
    good, long = read_lines([b"192.0.2.1", b"x" * 70_000])

    assert [one.value for one in good.findings[0].observables][:1] == ["192.0.2.1"]
    assert (long.findings, long.why) == ((), "longer than 65536 bytes")
