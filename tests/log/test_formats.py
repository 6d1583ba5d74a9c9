"""Logs that older versions wrote tell what they told; newer ones are refused."""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from cure.errors import LogError
from cure.installation import Installation
from cure.interfaces import Released
from cure.log.schema import FORMAT
from cure.log.sqlite import SqliteLog

HERE = Path(__file__).parent / "formats"
OLDER = [1, 2, 3]


class Older(NamedTuple):
    """A log of an older format, and what the program that wrote it told of it."""

    path: Path
    head: dict[str, Any]
    records: list[dict[str, Any]]


@pytest.fixture(params=OLDER)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Older:
    name = f"log-{request.param}"
    path = tmp_path / "log.sqlite"
    path.write_bytes(gzip.decompress((HERE / f"{name}.sqlite.gz").read_bytes()))
    head, *records = map(json.loads, (HERE / f"{name}.jsonl").read_text("utf-8").splitlines())
    assert format_of(path) == request.param
    return Older(path, head, records)


def format_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as file:
        return int(file.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()[0])


def says(now: Any, then: Any) -> bool:  # noqa: ANN401 - JSON
    """Tell whether all that was said then is said now; what is new since has its defaults."""
    if isinstance(then, dict):
        return all(says(now.get(name), said) for name, said in then.items() if said not in ([], {}))
    if isinstance(then, list):
        return len(now) == len(then) and all(map(says, now, then))
    return now == then


def told(log: SqliteLog) -> list[Any]:
    logged = [one for batch in log.read() for one in batch]
    now = log.fetch(Released(tuple(one.seq for one in logged)))
    both = [{"logged": a, "now": b} for a, b in zip(logged, now, strict=True)]
    return json.loads(msgspec.json.encode(both))


def check(log: SqliteLog, older: Older) -> None:
    assert says(told(log), older.records)
    relabellings = json.loads(msgspec.json.encode(log.relabellings()))
    assert says(relabellings, older.head["relabellings"])
    quarantined = json.loads(msgspec.json.encode(log.quarantined(10)))
    assert quarantined == older.head["quarantined"]
    assert log.log_id == older.head["log_id"]
    assert log.last() == older.head["last"]


def test_an_older_log_is_brought_up_and_tells_what_it_told(older: Older) -> None:
    with closing(SqliteLog(older.path)) as log:
        check(log, older)
    assert format_of(older.path) == FORMAT

    with closing(SqliteLog(older.path)) as log:
        check(log, older)
        assert log.check() == []


def test_an_older_log_that_is_only_read_stays_as_it_is(older: Older) -> None:
    before = older.path.read_bytes()

    with closing(SqliteLog(older.path, write=False)) as log:
        check(log, older)

    assert older.path.read_bytes() == before


def test_when_records_were_kept_is_known_since_format_three(older: Older) -> None:
    with closing(SqliteLog(older.path)) as log:
        times = log.kept_at(Released(tuple(range(1, log.last() + 1))))

    wanted = older.head["kept_at"] or [times[0]] * len(times)  # the upgrade dates what has no date
    assert json.loads(msgspec.json.encode(times)) == json.loads(msgspec.json.encode(wanted))


def test_what_an_older_version_kept_is_not_kept_again(older: Older) -> None:
    with closing(SqliteLog(older.path)) as log:
        replaced = {one.replaces for batch in log.read() for one in batch}
        known = [one for batch in log.read() for one in batch if one.seq not in replaced]
        again = log.append([one.record for one in known])

    assert again.fates == [(one.seq, False) for one in known]


def test_an_older_data_directory_gives_the_same_state_loaded_and_replayed(older: Older) -> None:
    with Installation(older.path.parent, write=True) as installation:
        installation.snapshot()
    with Installation(older.path.parent, write=False) as installation:
        loaded = installation.state_hash()
        assert installation.replayed_hash(lambda _done, _all: None) == loaded
        assert len(installation) == older.head["last"]


@pytest.mark.parametrize("write", [True, False])
def test_a_newer_log_is_refused_in_one_sentence(older: Older, *, write: bool) -> None:
    SqliteLog(older.path).close()
    with closing(sqlite3.connect(older.path)) as file, file:
        file.execute("UPDATE meta SET value = ? WHERE name = 'format'", (str(FORMAT + 1),))

    with pytest.raises(LogError, match=rf"has format {FORMAT + 1}; .* reads up to {FORMAT}"):
        SqliteLog(older.path, write=write)

    assert format_of(older.path) == FORMAT + 1
