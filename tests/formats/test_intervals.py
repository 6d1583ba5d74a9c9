"""Lines that say the same within ten minutes: one reading, and none lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cure.formats import intervals
from cure.formats.intervals import Intervals, Said, counted_lines, told
from cure.interfaces import Reading
from cure.model import ip, mention

START = datetime(2026, 1, 2, 10, tzinfo=UTC)


def parse(line: bytes) -> tuple[datetime, Said] | None:
    """Read ``minute address``."""
    minute, _, address = line.decode().partition(" ")
    if not minute:
        return None
    about = (mention(ip(address)),)
    return START + timedelta(minutes=float(minute)), Said(about, (("port", 23),))


def read(*lines: str) -> list[Reading]:
    return list(counted_lines([line.encode() for line in lines], parse))


def shown(readings: list[Reading]) -> list[tuple[int, int, str]]:
    """Return number, lines and times of each reading."""
    return [
        (
            one.number,
            one.lines,
            " ".join(f"{f.first_seen:%H:%M}-{f.last_seen:%H:%M} x{f.count}" for f in one.findings),
        )
        for one in readings
    ]


def test_what_is_the_same_within_ten_minutes_is_counted():
    found = read("1 192.0.2.1", "9 192.0.2.1", "3 192.0.2.1", "4 192.0.2.2", "10 192.0.2.1")
    assert shown(found) == [
        (1, 3, "10:01-10:09 x3"),
        (4, 1, "10:04-10:04 x1"),
        (5, 1, "10:10-10:10 x1"),
    ]
    assert found[0].raw == b"1 192.0.2.1"
    assert found[0].findings[0].attributes == {"port": 23}


def test_an_interval_is_told_when_the_next_but_one_begins_and_late_lines_still_count():
    found = read("1 192.0.2.1", "12 192.0.2.2", "2 192.0.2.1", "21 192.0.2.3", "3 192.0.2.1")
    assert shown(found) == [
        (1, 2, "10:01-10:02 x2"),
        (5, 1, "10:03-10:03 x1"),
        (2, 1, "10:12-10:12 x1"),
        (4, 1, "10:21-10:21 x1"),
    ]


def test_when_too_many_groups_are_open_the_oldest_interval_is_told(monkeypatch):
    monkeypatch.setattr(intervals, "MAX_OPEN", 2)
    found = read("11 192.0.2.1", "1 192.0.2.1", "12 192.0.2.2", "13 192.0.2.1")
    assert shown(found) == [
        (2, 1, "10:01-10:01 x1"),
        (1, 2, "10:11-10:13 x2"),
        (3, 1, "10:12-10:12 x1"),
    ]


def test_silent_and_unreadable_lines_have_readings_of_their_own():
    found = read("", "1 192.0.2.1", "1 nobody", "1 192.0.2.1")
    assert [(one.number, one.lines, bool(one.why)) for one in found] == [
        (1, 1, False),
        (3, 1, True),
        (2, 2, False),
    ]


def test_a_key_that_stands_for_nothing_is_silent():
    groups: Intervals[str] = Intervals(lambda _: None)
    groups.add("a", 0, 1, b"")
    groups.add("a", 0, 2, b"")
    assert [(one.lines, one.findings) for one in groups.rest()] == [(2, ())]


@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(0, 3)), max_size=40))
def test_every_line_is_in_one_reading(lines):
    found = read(*(f"{minute} 192.0.2.{last}" for minute, last in lines))
    assert sum(one.lines for one in found) == len(lines)
    assert sum(f.count for one in found for f in one.findings) == len(lines)
    assert len({one.number for one in found}) == len(found)


def test_what_a_line_says_becomes_mentions_and_attributes():
    about = (mention(ip("192.0.2.1")),)
    assert told(Said(about, (("port", 1),))) == (about, {"port": 1})
