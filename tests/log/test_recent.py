"""What was appended last is in memory: the same as in the file, and never too much of it."""

from pathlib import Path

import pytest

from cure.interfaces import Logged, Released
from cure.log import recent
from cure.log.recent import Recent
from cure.log.sqlite import SqliteLog
from cure.model import Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from servers import NOW


def record(value: str) -> Record:
    said = Finding(Kind.SIGHTING, (mention(ip(value)),), NOW, NOW)
    return Record("nicter", Label(Tlp.GREEN, "soc"), digest_of("nicter", said), said)


def logged(first: int, last: int) -> list[Logged]:
    return [Logged(seq, record(f"192.0.2.{seq % 250}"), 0) for seq in range(first, last + 1)]


def test_what_is_in_memory_is_what_the_file_holds(tmp_path: Path):
    log = SqliteLog(tmp_path / "log.sqlite")
    for part in range(3):
        log.append([record(f"192.0.{part}.{n}") for n in range(7)])
    beside = SqliteLog(tmp_path / "log.sqlite", write=False)
    asked = Released((21, 3, 9))

    assert log.fetch(asked) == beside.fetch(asked)
    for after in range(22):
        assert [one for part in log.read(after) for one in part] == [
            one for part in beside.read(after) for one in part
        ]
    log.close()
    beside.close()


def test_the_oldest_go_first_and_nothing_is_left_out_in_between(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recent, "MAX_RECORDS", 10)
    monkeypatch.setattr(recent, "_PART", 4)
    kept = Recent()
    for first, last in ((1, 3), (4, 4), (5, 9), (10, 12)):
        kept.add(logged(first, last), 100)

    assert sorted(kept.among(range(20))) == list(range(5, 13))
    assert [one.seq for one in kept.after(6)] == list(range(7, 13))
    assert [one.seq for one in kept.after(4)] == list(range(5, 13))
    assert kept.after(3) == []
    assert kept.after(12) == []


def test_what_is_too_large_is_not_kept_in_memory():
    kept = Recent()
    kept.add(logged(1, 2), 100)
    kept.add(logged(3, 3), recent.MAX_BYTES + 1)

    assert kept.among(range(9)) == {}
