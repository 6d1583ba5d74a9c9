"""When records were kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from cure.interfaces import KEPT_APART_US, Released
from cure.log.sqlite import SqliteLog
from cure.model import Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import EARLIEST, digest_of
from log.older import bring_down

NOW = datetime(2025, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def said(*numbers: int) -> list[Record]:
    findings = [
        Finding(Kind.SIGHTING, (mention(ip(f"192.0.2.{n}"), "attacker"),), NOW, NOW)
        for n in numbers
    ]
    return [Record("a", Label(Tlp.GREEN, "soc"), digest_of("a", one), one) for one in findings]


def ticking(*seconds: float) -> Iterator[datetime]:
    return iter([NOW + SECOND * one for one in seconds])


def test_all_records_of_one_append_were_kept_at_once(tmp_path: Path) -> None:
    times = ticking(0, 5)
    log = SqliteLog(tmp_path / "log.sqlite", clock=lambda: next(times))
    log.append(said(1, 2))
    log.append(said(3))

    assert log.kept_at(Released((3, 1, 2))) == [NOW + 5 * SECOND, NOW, NOW]
    assert log.kept_until(NOW - SECOND) == 0
    assert log.kept_until(NOW) == log.kept_until(NOW + 4 * SECOND) == 2
    assert log.kept_until(NOW + 5 * SECOND) == 3
    log.close()


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(1, 3)), min_size=1, max_size=8))
def test_times_leave_room_for_each_record_whatever_the_clock_does(
    appends: list[tuple[int, int]],
) -> None:
    times = ticking(*(one for one, _ in appends))
    number, firsts = 0, []
    with TemporaryDirectory() as directory:
        log = SqliteLog(Path(directory) / "log.sqlite", clock=lambda: next(times))
        for _, size in appends:
            log.append(said(*range(number, number + size)))
            firsts.append(number + 1)
            number += size
        kept = log.kept_at(Released(tuple(firsts)))
        log.close()

    for (a, first), (b, following) in pairwise(zip(kept, firsts, strict=True)):
        assert b - a >= (following - first) * timedelta(microseconds=KEPT_APART_US)


def test_times_go_on_growing_after_a_restart(tmp_path: Path) -> None:
    before = SqliteLog(tmp_path / "log.sqlite", clock=lambda: NOW)
    before.append(said(1, 2))
    before.close()
    again = SqliteLog(tmp_path / "log.sqlite", clock=lambda: NOW - SECOND)
    again.append(said(3))

    assert again.kept_at(Released((3,)))[0] > NOW
    again.close()


def test_records_of_an_older_format_were_kept_when_it_was_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    newer = SqliteLog(path)
    newer.append(said(1))
    newer.close()
    bring_down(path, 2)

    read = SqliteLog(path, write=False)
    assert read.kept_at(Released((1,))) == [EARLIEST]
    read.close()

    log = SqliteLog(path)
    assert log.kept_at(Released((1,)))[0] > NOW
    log.close()
