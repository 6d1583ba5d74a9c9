"""What is said several times within a minute is said once, with how many times."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cure.formats.minutes import by_minute
from cure.interfaces import Reading
from cure.model import Finding, Kind, ip, mention

START = datetime(2026, 1, 1, tzinfo=UTC)
SAID = st.tuples(st.integers(0, 200), st.sampled_from(["192.0.2.1", "192.0.2.2"]), st.booleans())


def reading(number: int, second: int | None, address: str = "192.0.2.1", port: int = 22) -> Reading:
    seen = None if second is None else START + timedelta(seconds=second)
    said = (mention(ip(address), "attacker"),)
    finding = Finding(Kind.SIGHTING, said, seen, seen, attributes={"port": port})
    return Reading(number, b"%d" % number, (finding,))


def test_a_minute_is_one_reading_with_the_first_line_and_the_whole_interval():
    (one,) = by_minute([reading(1, 30), reading(2, 10), reading(3, 59)])
    (finding,) = one.findings
    assert (one.number, one.raw, one.lines, finding.count) == (1, b"1", 3, 3)
    assert finding.first_seen == START + timedelta(seconds=10)
    assert finding.last_seen == START + timedelta(seconds=59)


def test_another_minute_or_port_is_another_reading():
    assert len(list(by_minute([reading(1, 59), reading(2, 60), reading(3, 60, port=23)]))) == 3


def test_what_has_no_time_is_put_together_too():
    (one,) = by_minute([reading(1, None), reading(2, None)])
    assert (one.lines, one.findings[0].first_seen) == (2, None)


def test_silent_and_unreadable_lines_stay_by_themselves():
    others = [Reading(1, b""), Reading(3, b"x", why="broken")]
    assert list(by_minute([others[0], reading(2, 0), others[1]])) == [*others, reading(2, 0)]


@given(st.lists(SAID, max_size=30))
def test_no_line_is_lost_and_no_count(said):
    lines = [
        reading(number, second, address) if speaks else Reading(number, b"")
        for number, (second, address, speaks) in enumerate(said, 1)
    ]
    grouped = list(by_minute(lines))
    assert sum(one.lines for one in grouped) == len(lines)
    assert sum(f.count for one in grouped for f in one.findings) == sum(s[2] for s in said)
    assert len({one.number for one in grouped}) == len(grouped)
