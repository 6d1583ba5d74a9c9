"""Damage in the log is found at the start, named with its place, and never told."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cure.errors import LogError
from cure.installation import Installation
from cure.log.offsets import frames_of
from cure.log.sqlite import SqliteLog
from cure.model import Record
from faults.damaging import damaged, filled
from faults.disks import emptied
from faults.histories import LABELS, chance, live, said, told_by
from faults.judging import wrongs
from log.older import bring_down


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a data directory that holds 30 records, an exchange of labels and a retention."""
    with Installation(tmp_path / "d", write=True) as installation:
        installation.append([said(chance(n), n) for n in range(30)])
        installation.relabel("cowrie", LABELS[0], LABELS[1])
    return tmp_path / "d"


def changed(directory: Path, statement: str) -> None:
    with closing(sqlite3.connect(directory / "log.sqlite", isolation_level=None)) as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "digest = zeroblob(16)",
        "source = 3 - source",
        "label = 1 + label % 2",
        "replaces = 5",
        "body = CAST(replace(body, '192.0.2.', '192.0.3.') AS BLOB)",
    ],
)
def test_whatever_of_a_record_is_changed_the_start_is_refused_with_its_number_and_offset(
    directory: Path, change: str
) -> None:
    changed(directory, f"UPDATE record SET {change} WHERE seq = 17")  # noqa: S608 - ours

    with pytest.raises(LogError, match=r"record 17 is damaged at offset \d+ of log.sqlite"):
        Installation(directory, write=True)
    with (
        closing(SqliteLog(directory / "log.sqlite", write=False)) as log,
        pytest.raises(LogError, match="record 17 is damaged"),
    ):
        list(log.read())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE source SET name = 'another' WHERE id = 1",
        "UPDATE relabelling SET new = old",
        "DELETE FROM record WHERE seq = 30",
        "DELETE FROM record WHERE seq = 12",
        "UPDATE arrival SET at = at + 1",
        "UPDATE meta SET value = 'another' WHERE name = 'id'",
        "DELETE FROM label WHERE id = 1",
        "ALTER TABLE quarantine ADD COLUMN more TEXT",
    ],
)
def test_whatever_else_is_changed_the_start_is_refused(directory: Path, statement: str) -> None:
    changed(directory, statement)

    with pytest.raises(LogError):
        Installation(directory, write=True)


def test_the_offset_is_that_of_the_record(directory: Path) -> None:
    path = directory / "log.sqlite"
    with closing(SqliteLog(path)) as log:
        log.flush()
        body = log._body(9)  # noqa: SLF001 - as it is in the file
    content = path.read_bytes()
    assert content.count(body) == 1
    at = content.index(body)
    path.write_bytes(content[:at] + b"[" + content[at + 1 :])

    with pytest.raises(LogError, match="record 9 is damaged at offset") as refused:
        Installation(directory, write=True)
    offset = int(str(refused.value).partition("offset ")[2].split()[0])
    assert 0 < at - offset < 100


def test_a_log_that_was_cut_behind_what_was_kept_beside_it_is_refused(directory: Path) -> None:
    shutil.copytree(directory, directory.with_name("before"))
    with Installation(directory, write=True) as installation:
        installation.append([said(chance(99), 99)])
        installation.log.checkpoint()
    shutil.copy(directory.with_name("before") / "log.sqlite", directory / "log.sqlite")

    with pytest.raises(LogError, match="knows record 31, but the log ends at 30"):
        Installation(directory, write=True)


def test_what_is_added_while_a_log_is_checked_is_no_damage(directory: Path) -> None:
    path = directory / "log.sqlite"
    with closing(SqliteLog(path)) as writing, closing(SqliteLog(path, write=False)) as reading:

        def asked(question: str) -> None:
            if "FROM label" in question:
                one = said(chance(1), writing.last())
                writing.append(
                    [Record(f"source {writing.last()}", LABELS[2], one.digest, one.finding)]
                )

        reading._reader.set_trace_callback(asked)  # noqa: SLF001 - between two questions

        assert reading.check() == []
        assert writing.last() > reading.last()


def test_damage_in_the_write_ahead_log_is_told_from_its_torn_tail(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    wal = path.with_name("log.sqlite-wal")
    with closing(SqliteLog(path)) as log:
        true: list[str] = []
        for number in range(5):
            log.append([said(chance(number), number)])
            true.append(told_by(log))
        kept = {one: one.read_bytes() for one in (path, wal)}
    whole = kept[wal]

    def opened(content: bytes) -> str:
        path.write_bytes(kept[path])
        wal.write_bytes(content)
        with closing(SqliteLog(path)) as log:
            return told_by(log)

    def flipped(at: int) -> bytes:
        return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]

    frames = frames_of(whole)
    first = [n for n, frame in enumerate(frames) if frame.commits][-2] + 1
    of_last, before = frames[first].offset, frames[first - 1].offset
    begins, ends_another = of_last - 24, bytes([0, 0, 0, 9, 0, 0, 0, 30])

    assert opened(whole) == true[4]
    assert opened(whole[:-1]) == true[3]
    assert opened(whole[:-100] + bytes(100)) == true[3]
    assert opened(whole[:begins] + ends_another + whole[begins + 8 :]) == true[3]
    for at in (len(whole) // 2, before - 20, before - 12, before - 4, before + 100):
        with pytest.raises(LogError, match=r"-wal is damaged at offset \d+"):
            opened(flipped(at))


@pytest.mark.parametrize("layout", [1, 2, 3])
def test_a_log_of_an_older_format_gets_checksums_unless_it_is_damaged(
    directory: Path, layout: int
) -> None:
    path = directory / "log.sqlite"
    with closing(SqliteLog(path)) as log:
        before = [one.record.finding for batch in log.read() for one in batch]
    bring_down(path, layout)
    shutil.copytree(directory, directory.with_name("damaged"))
    with closing(SqliteLog(path)) as log:
        assert log.check() == []
        assert [one.record.finding for batch in log.read() for one in batch] == before

    changed(directory.with_name("damaged"), "UPDATE record SET body = x'7b7d' WHERE seq = 3")
    with pytest.raises(LogError, match="record 3 is damaged"):
        SqliteLog(directory.with_name("damaged") / "log.sqlite")


@pytest.mark.parametrize("name", ["log.sqlite", "log.sqlite-wal", "hub.snapshot", "log.digests"])
def test_no_flipped_bit_makes_it_tell_what_is_not_true(name: str) -> None:
    rng = chance(5)
    with emptied() as directory:
        copy, true, state_hash = filled(directory)
        size = (copy / name).stat().st_size
        found = [damaged(copy, name, rng.randrange(size * 8), true, state_hash) for _ in range(10)]

    assert not any(found), found


def test_nothing_acknowledged_is_lost_when_the_power_goes_here_or_there() -> None:
    rng = chance(11)
    with emptied() as directory:
        lived = live(directory, rng, actions=25)

    assert wrongs(lived, 300, rng) == []


def test_that_would_be_noticed() -> None:
    rng = chance(11)
    with emptied() as directory:
        lived = live(directory, rng, actions=25, synchronous="NORMAL")

    assert wrongs(lived, 50, rng) != []
