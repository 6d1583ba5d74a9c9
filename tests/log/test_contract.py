"""One contract for every engine of the log."""

import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cure.errors import LogError
from cure.interfaces import Cards, Log, Logged, Quarantined, Released, Retention
from cure.log.digests import Digests, prints_of
from cure.log.sqlite import SqliteLog
from cure.model import Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from cure.model.retraction import NOTHING, retractions_of
from nats_servers import followed, servers, stream_of
from strategies import histories, numbered, records

NOW = datetime(2025, 1, 1, tzinfo=UTC)


@contextmanager
def on_sqlite(directory: Path) -> Iterator[Log]:
    with closing(SqliteLog(directory / "log.sqlite")) as log:
        yield log


@contextmanager
def on_a_stream(directory: Path) -> Iterator[Log]:
    with (
        servers(directory) as running,
        stream_of(running) as stream,
        followed(directory / "log.sqlite", stream) as log,
    ):
        yield log


@pytest.fixture(params=[on_sqlite, on_a_stream])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    with request.param(tmp_path) as opened:
        yield opened


def record(value: str, *, key: str | None = None, count: int = 1) -> Record:
    said = (mention(ip(value), "attacker"),)
    finding = Finding(Kind.SIGHTING, said, NOW, NOW, count, {"port": 22}, key)
    return Record("cowrie", Label(Tlp.GREEN, "soc"), digest_of("cowrie", finding), finding)


def retraction(of: Record) -> Record:
    return retractions_of(of)[0]


def all_of(log: Log) -> list[Logged]:
    return [one for batch in log.read() for one in batch]


def test_what_was_appended_is_read_back_in_order(log: Log) -> None:
    said = [record(f"192.0.2.{n}") for n in range(20)]
    appended = log.append(said[:7])
    log.append(said[7:])

    assert [one.record for one in all_of(log)] == said
    assert [one.seq for one in all_of(log)] == list(range(1, 21))
    assert list(appended.fates) == [(n, True) for n in range(1, 8)]
    assert [one.seq for batch in log.read(after=15) for one in batch] == [16, 17, 18, 19, 20]
    assert log.last() == 20


def test_a_record_sent_twice_is_kept_once(log: Log) -> None:
    log.append([record("192.0.2.1"), record("192.0.2.1")])
    again = log.append([record("192.0.2.1"), record("192.0.2.2")])

    assert list(again.fates) == [(1, False), (2, True)]
    assert len(all_of(log)) == 2


def test_another_body_under_the_same_key_is_a_new_version_and_the_old_one_is_kept(log: Log) -> None:
    log.append([record("192.0.2.1", key="a"), record("192.0.2.1", key="a", count=2)])
    again = log.append([record("192.0.2.1", key="a", count=2), record("192.0.2.1", key="a")])

    assert [(one.seq, one.replaces) for one in all_of(log)] == [(1, 0), (2, 1), (3, 2)]
    assert list(again.fates) == [(2, False), (3, True)]


def test_who_reads_while_another_appends_gets_all_and_finds_nothing_missing(log: Log) -> None:
    said = [record(f"198.51.{n >> 8}.{n & 255}") for n in range(400)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that each comes between any two steps of the other
    try:
        with ThreadPoolExecutor(1) as writer:
            appended = writer.submit(lambda: [log.append([one]) for one in said])
            read: list[Logged] = []
            while not appended.done():
                read += [one for batch in log.read(after=len(read)) for one in batch]
            appended.result()
            read += [one for batch in log.read(after=len(read)) for one in batch]
    finally:
        sys.setswitchinterval(before)

    assert [one.record for one in read] == said


def test_records_are_fetched_in_the_order_asked_for(log: Log) -> None:
    said = [record(f"192.0.2.{n}") for n in range(9)]
    log.append(said)

    assert log.fetch(Released((7, 2, 9))) == [said[6], said[1], said[8]]


def test_records_come_under_another_label_once_their_source_was_relabelled(log: Log) -> None:
    closer = Label(Tlp.RED, "soc")
    log.append([record("192.0.2.1")])
    done = log.relabel("cowrie", Label(Tlp.GREEN, "soc"), closer)
    log.append([record("192.0.2.2")])

    assert [one.label for one in log.fetch(Released((1, 2)))] == [closer, Label(Tlp.GREEN, "soc")]
    assert (list(log.relabellings()), done.after) == ([done], 1)
    # Whoever replays sees what was, and applies the exchange himself.
    assert [one.record.label.tlp for one in all_of(log)] == [Tlp.GREEN, Tlp.GREEN]


def test_a_retraction_takes_the_newest_version_back_and_saying_it_again_is_new(log: Log) -> None:
    keyed, keyless = record("192.0.2.1", key="a"), record("192.0.2.2")
    log.append([keyed, keyless, record("192.0.2.1", key="a", count=2)])
    taken = log.append([retraction(keyed), retraction(keyless), retraction(record("192.0.2.9"))])
    again = log.append([retraction(keyed), keyed, keyless, keyless])

    assert [(one.seq, one.replaces) for one in taken.logged] == [(4, 3), (5, 2)]
    assert list(taken.fates) == [(4, True), (5, True), (0, False)]
    assert list(again.fates) == [(0, False), (6, True), (7, True), (7, False)]
    assert [one.replaces for one in again.logged] == [4, 5]


def test_a_retraction_has_the_label_that_its_record_has_by_then(log: Log) -> None:
    closer = Label(Tlp.RED, "soc")
    log.append([record("192.0.2.1")])
    log.relabel("cowrie", Label(Tlp.GREEN, "soc"), closer)
    taken = log.append([retraction(record("192.0.2.1"))])

    assert [one.record.label for one in taken.logged] == [closer]
    assert [one.record.label for one in all_of(log)][1:] == [closer]


@pytest.mark.parametrize("cards", list(Cards))
@pytest.mark.parametrize("is_forgotten", [False, True])
def test_what_is_no_longer_kept_is_not_told_whether_the_disk_has_forgotten_it_or_not(
    log: Log,
    cards: Cards,
    is_forgotten: bool,  # noqa: FBT001 - drawn
) -> None:
    log.append([record("192.0.2.1", key="a"), record("192.0.2.2"), record("192.0.2.3")])
    log.retain(Retention("cowrie", cards, 2))
    if is_forgotten:
        assert log.forget(1) == 1
        while log.forget(1) is not None:
            pass
    first, second, third = all_of(log)

    assert list(log.retentions()) == [Retention("cowrie", cards, 2)]
    assert (third.record, third.record.is_whole) == (record("192.0.2.3"), True)
    for one, whole in ((first, record("192.0.2.1")), (second, record("192.0.2.2"))):
        finding = whole.finding
        left = msgspec.structs.replace(finding, attributes={}) if cards is Cards.KEEP else NOTHING
        assert (one.record.finding, one.record.is_whole) == (left, False)
    assert log.fetch(Released((1,))) == [first.record]
    # What is said again is kept again, and what is still kept is not.
    said = [record("192.0.2.1", key="a"), record("192.0.2.2"), record("192.0.2.3")]
    assert [new for _, new in log.append(said).fates] == [True, True, False]


@given(said=st.lists(records(), max_size=12) | histories(), cut=st.integers(1, 5))
@settings(max_examples=75, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_log_numbers_as_the_plain_model_does(
    said: list[Record], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = SqliteLog(tmp_path_factory.mktemp("log") / "log.sqlite")
    for at in range(0, len(said), cut):
        log.append(said[at : at + cut])

    assert all_of(log) == numbered(said)
    log.close()


def test_what_is_durable_is_there_after_opening_again(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    log.append([record("192.0.2.1")])
    log.close()
    again = SqliteLog(tmp_path / "log.sqlite")

    assert [one.record for one in all_of(again)] == [record("192.0.2.1")]
    assert list(again.append([record("192.0.2.1")]).fates) == [(1, False)]
    again.close()


def test_a_quarantined_line_is_kept_once_with_its_reason(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    bad = Quarantined("cowrie", "cowrie.json", 7, b"\x00rubbish", "not JSON")
    log.quarantine([bad], NOW)
    log.quarantine([bad], NOW + timedelta(days=1))

    assert log.quarantined(10) == [(NOW.isoformat(), bad)]
    log.close()


def test_a_failed_append_keeps_nothing(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    log.append([record("192.0.2.1")])
    other = sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)
    other.execute("CREATE TRIGGER full BEFORE INSERT ON record WHEN new.seq = 4"
                  " BEGIN SELECT RAISE(ABORT, 'disk full'); END")  # fmt: skip

    with pytest.raises(LogError, match="disk full"):
        log.append([record(f"192.0.2.{n}") for n in range(2, 8)])
    other.execute("DROP TRIGGER full")

    assert log.last() == 1
    assert [one.seq for one in log.append([record("192.0.2.9")]).logged] == [2]
    log.close()


def test_a_damaged_record_is_named_and_never_served(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    log.append([record(f"192.0.2.{n}") for n in range(5)])
    log.close()
    log = SqliteLog(tmp_path / "log.sqlite")
    other = sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)
    other.execute(
        "UPDATE record SET body = CAST(replace(body, '192.0.2.2', '192.0.2.9') AS BLOB)"
        " WHERE seq = 3"
    )

    with pytest.raises(LogError, match="record 3 is damaged"):
        all_of(log)
    other.execute("DELETE FROM record WHERE seq = 3")
    with pytest.raises(LogError, match="missing"):
        all_of(log)
    log.close()


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    SqliteLog(tmp_path / "log.sqlite").close()
    other = sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)
    other.execute("UPDATE meta SET value = '99' WHERE name = 'format'")

    with pytest.raises(LogError, match="format 99"):
        SqliteLog(tmp_path / "log.sqlite")


def test_a_file_that_is_no_log_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite").write_bytes(b"rubbish" * 1000)

    with pytest.raises(LogError, match="not a database"):
        SqliteLog(tmp_path / "log.sqlite")


def test_records_survive_their_json(log: Log) -> None:
    finding = msgspec.structs.replace(
        record("192.0.2.1").finding, attributes={"nested": [1, {"a": None}], "ü": "あ"}
    )
    said = msgspec.structs.replace(record("192.0.2.1"), finding=finding)
    log.append([said])

    assert all_of(log)[0].record == said


@given(st.lists(st.integers(0, 30).map(lambda n: n.to_bytes(4, "little") * 4), max_size=60))
@settings(deadline=None)
def test_every_digest_that_was_added_is_among_the_candidates(digests: list[bytes]) -> None:
    table = Digests()
    for number, digest in enumerate(digests, 1):
        table.add(prints_of([digest]), np.array([number], np.uint32))

    for digest in {*digests, b"\xff" * 16}:
        found = table.candidates(prints_of([digest])).tolist()
        assert sorted(found) == [n for n, one in enumerate(digests, 1) if one == digest]


def test_the_table_of_digests_grows_and_loses_none() -> None:
    table, rng = Digests(), np.random.default_rng(1)
    prints = rng.integers(0, 2**32, 50_000, dtype=np.uint32)
    for at in range(0, 50_000, 777):
        part = prints[at : at + 777]
        table.add(part, np.arange(at + 1, at + 1 + len(part), dtype=np.uint32))
    again = Digests(**table.kept)

    assert set(range(1, 50_001)) <= set(again.candidates(prints).tolist())
    assert len(again.candidates(np.setdiff1d(np.arange(1000, dtype=np.uint32), prints))) == 0


@pytest.mark.parametrize("damage", ["none", "lost", "damaged", "old"])
def test_what_is_known_is_known_after_a_restart_with_or_without_the_kept_digests(
    tmp_path: Path, damage: str
) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    log.append([record(f"192.0.2.{n}") for n in range(5)])
    log.checkpoint()
    if damage == "old":
        log.append([record("192.0.2.77")])
    log.close()
    kept = tmp_path / "log.digests"
    if damage == "lost":
        kept.unlink()
    elif damage == "damaged":
        kept.write_bytes(kept.read_bytes()[:-9])
    again = SqliteLog(tmp_path / "log.sqlite")

    assert [new for _, new in again.append([record("192.0.2.77"), record("192.0.2.3")]).fates] == [
        damage != "old",
        False,
    ]
    again.close()
