"""Zeek logs: the same rows, in whatever form they are written."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.zeek import Row, is_zeek, moment_of, readings
from cure.interfaces import Input, Reading, Unreadable
from cure.model import Finding, Kind, ip, mention

HEADER = (
    r"#separator \x09",
    "#set_separator\t,",
    "#empty_field\t(empty)",
    "#unset_field\t-",
    "#path\tconn",
    "#open\t2026-01-02-10-00-00",
    "#fields\tts\tid.orig_h\tid.resp_p\tmissed\tlocal\tnames\tnote",
    "#types\ttime\taddr\tport\tcount\tbool\tset[string]\tstring",
)
SEEN = datetime(2026, 1, 2, 10, 0, 0, 500_000, tzinfo=UTC)
FINDING = Finding(Kind.SIGHTING, (mention(ip("192.0.2.1")),))


def read(
    *lines: str | Unreadable, name: str = "conn.log"
) -> tuple[list[Reading], list[tuple[str, Row]]]:
    """Return the readings, and the rows with the types of their logs."""
    rows: list[tuple[str, Row]] = []

    def parse(path: str, row: Row) -> Iterable[Finding]:
        rows.append((path, row))
        return (FINDING,)

    given = iter(one if isinstance(one, Unreadable) else one.encode() for one in lines)
    return list(readings(Input(name=name, as_of=SEEN, lines=given), parse)), rows


def test_a_tab_separated_row_is_read_as_its_header_says():
    found, rows = read(*HEADER, "1767348000.5\t192.0.2.1\t80\t3\tT\ta,b\tx\\x09y", "#close\tlater")
    assert rows == [
        (
            "conn",
            {
                "ts": 1767348000.5,
                "id.orig_h": "192.0.2.1",
                "id.resp_p": 80,
                "missed": 3,
                "local": True,
                "names": ["a", "b"],
                "note": "x\ty",
            },
        )
    ]
    assert moment_of(rows[0][1]) == SEEN
    assert [bool(reading.findings) for reading in found] == [*[False] * 8, True, False]
    assert not any(reading.why for reading in found)


def test_an_unset_field_is_left_out_and_an_empty_set_is_empty():
    _, rows = read(*HEADER, "1\t-\t-\t-\tF\t(empty)\t(empty)")
    assert rows[0][1] == {"ts": 1.0, "local": False, "names": [], "note": "(empty)"}


def test_a_header_may_name_other_marks():
    header = [line.replace("\t", "|") for line in HEADER[1:]]
    header = [line.replace("|,", "|;").replace("|-", "|NONE") for line in header]
    _, rows = read(r"#separator \x7c", *header, "1|192.0.2.1|NONE|3|T|a;b|-")
    assert rows[0][1]["names"] == ["a", "b"]
    assert rows[0][1]["note"] == "-"
    assert "id.resp_p" not in rows[0][1]


def test_logs_may_follow_each_other_in_one_file():
    other = ("#path\tdns", "#fields\tts\tquery", "#types\ttime\tstring", "2\texample.com")
    _, rows = read(*HEADER, "1\t-\t-\t-\tF\t-\t-", *other)
    assert [path for path, _ in rows] == ["conn", "dns"]
    assert rows[1][1] == {"ts": 2.0, "query": "example.com"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1\t192.0.2.1", "2 columns where the header has 7"),
        ("1\t-\tmany\t-\t-\t-\t-", "invalid literal"),
    ],
)
def test_a_row_that_does_not_fit_its_header_is_quarantined(row, why):
    found, _ = read(*HEADER, row)
    assert why in found[-1].why


def test_a_row_without_a_header_is_quarantined():
    (reading,), _ = read("1767348000\t192.0.2.1")
    assert "where the header has 0" in reading.why


@pytest.mark.parametrize(
    "line",
    [
        '{"_path":"conn","ts":1767348000.5,"id.orig_h":"192.0.2.1","id.resp_p":80}',
        '{"@stream":"conn","ts":1767348000.5,"id_orig_h":"192.0.2.1","id_resp_p":80}',
        '{"_path":"conn","ts":"2026-01-02T10:00:00.5Z","id":{"orig_h":"192.0.2.1","resp_p":80}}',
        '{"ts":1767348000.5,"id.orig_h":"192.0.2.1","id.resp_p":80}',
    ],
    ids=["path", "stream", "nested", "by the name of the file"],
)
def test_json_is_read_in_all_its_forms(line):
    _, ((path, row),) = read(line, name="logs/conn.10:00:00-11:00:00.log")
    assert path == "conn"
    assert (row["id.orig_h"], row["id.resp_p"]) == ("192.0.2.1", 80)
    assert moment_of(row) == SEEN
    assert is_zeek(line.encode())


def test_other_files_are_not_taken_for_zeek():
    assert is_zeek(HEADER[0].encode())
    assert not is_zeek(b'{"event_type":"alert","src_ip":"192.0.2.1"}')
    assert not is_zeek(b"192.0.2.1 is _path")


def test_what_is_no_row_is_quarantined_with_its_reason():
    found, rows = read('{"ts":', "", Unreadable(b"h", "the file breaks off here"))
    assert not rows
    assert [bool(reading.why) for reading in found] == [True, False, True]


@pytest.mark.parametrize("ts", [None, "", "yesterday", [], float("inf"), 1e300])
def test_a_time_that_is_none_is_refused(ts):
    with pytest.raises(MalformedError):
        moment_of({"ts": ts})


@given(st.lists(st.text(alphabet="#\tfieldstypes- 1{}\"':,x\\", max_size=30), max_size=9))
def test_of_any_lines_each_has_one_reading(lines):
    found, _ = read(*HEADER[:3], *(line.replace("\n", "") for line in lines))
    assert [reading.number for reading in found] == list(range(1, len(lines) + 4))


@pytest.mark.parametrize(
    "head",
    [
        b'{"ts":1767348000.5,"peer":"zeek","gaps":0}\n',
        b'{"name":"/opt/zeek/share/base/init-bare.zeek"}\n',
        b'[{"ts": 1767348000.5, "id.orig_h": "192.0.2.1"}]',
    ],
)
def test_logs_that_name_no_connection_and_arrays_are_zeek_too(head):
    assert is_zeek(head)
