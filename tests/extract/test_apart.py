"""Publishers apart: what strangers wrote is read elsewhere, and whoever dies of it dies alone."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cure.errors import LogError, MalformedError
from cure.extract import apart as apart_module
from cure.extract.apart import apart
from cure.extract.worker import SHARED, Task, Worker
from cure.interfaces import Input, Reading, Setting, Unreadable
from cure.model import mention, tag
from cure.model.networks import Networks
from cure.publishers.findings import PUBLISHER as FINDINGS
from cure.publishers.reports import PUBLISHER as REPORTS
from extract import making, strange_readers

NOW = datetime(2026, 12, 31, tzinfo=UTC)
ISOLATED = replace(FINDINGS, isolated=True)
GOOD = making.docx(making.paragraph("Emotet calls c2-a.onion."))


def given(*blocks: bytes | Unreadable, **more: object) -> Input:
    whole = b"".join(one for one in blocks if isinstance(one, bytes))
    return Input(
        name="x",
        as_of=NOW,
        lines=iter(()),
        blocks=iter(blocks),
        head=whole[:4096],
        **more,  # pyright: ignore[reportArgumentType]
    )


def read(reader, source: Input) -> list[Reading]:
    return list(apart(replace(ISOLATED, read=reader)).read(source))


def values(readings: list[Reading]) -> list[str]:
    return [
        one.value for reading in readings for said in reading.findings for one in said.observables
    ]


def process_of(worker: Worker) -> subprocess.Popen[bytes]:
    running = worker._running  # noqa: SLF001 - nobody else may ask for it
    assert running is not None
    return running.process


def test_it_says_the_same_as_here():
    there = apart(REPORTS).read(given(GOOD))

    assert list(there) == [replace_findings(one) for one in REPORTS.read(given(GOOD))]


def replace_findings(reading: Reading) -> Reading:
    """Return a reading with a list where a process passes on a list."""
    return Reading(reading.number, reading.raw, list(reading.findings))


def test_a_publisher_that_is_not_isolated_stays_here():
    assert apart(FINDINGS) is FINDINGS


def test_a_document_that_kills_its_reader_is_quarantined_and_the_next_is_read():
    dead = read(strange_readers.echo, given(b"192.0.2.1\ndie\n192.0.2.2\n"))
    alive = read(strange_readers.echo, given(b"192.0.2.3\n"))

    assert "its parser crashed" in dead[-1].why
    assert values(alive) == ["192.0.2.3"]


def test_what_takes_too_long_is_refused_and_the_next_is_read():
    worker = Worker(time_limit_s=6.0)  # it takes some 0.3 s to start, on a busy machine more
    task = Task.of(strange_readers.echo, given())
    try:
        assert list(worker.each(task, b"192.0.2.1\n", Reading))  # it has started
        with pytest.raises(MalformedError, match=r"takes more than 6\.0 s"):
            list(worker.each(task, b"hang\n", Reading))
        worker = Worker()
        assert list(worker.each(task, b"192.0.2.1\n", Reading))
    finally:
        worker.close()


def test_who_wants_no_more_gets_the_next_document_whole():
    lines = b"192.0.2.1\n" * 50_000
    publisher = apart(replace(ISOLATED, read=strange_readers.echo))
    assert len(list(islice(publisher.read(given(lines)), 3))) == 3

    assert values(read(strange_readers.echo, given(b"192.0.2.3\n"))) == ["192.0.2.3"]


def test_nothing_is_believed_of_a_reader_that_was_taken_over():
    first, second = read(strange_readers.lie, given(b"x"))

    assert (first.findings, second.findings) == ((), ())
    assert "no scheme" in first.why
    assert "canonical" in second.why


def test_a_reader_that_answers_nonsense_is_quarantined():
    [said] = read(strange_readers.babble, given(b"x"))
    many, role = read(strange_readers.exaggerate, given(b"x"))

    assert "nonsense" in said.why
    assert ("no document has so many" in many.why, many.lines) == (True, 1)
    assert ("short word" in role.why, role.findings) == (True, ())


def test_a_reader_that_crashes_once_reads_the_document_again(tmp_path: Path):
    lines = b"192.0.2.1\n192.0.2.2\n"
    once = f"{tmp_path}/crashed\n".encode()

    told = read(strange_readers.crash_once, given(lines + once + b"192.0.2.3\n"))

    assert values(told) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]


def test_a_process_that_died_between_documents_costs_none():
    assert values(read(strange_readers.echo, given(b"192.0.2.1\n"))) == ["192.0.2.1"]
    process = process_of(SHARED)
    process.kill()
    process.wait()

    assert values(read(strange_readers.echo, given(b"192.0.2.2\n"))) == ["192.0.2.2"]


def test_a_process_that_reads_nothing_outlives_an_interruption():
    assert values(read(strange_readers.echo, given(b"192.0.2.1\n"))) == ["192.0.2.1"]
    process = process_of(SHARED)
    SHARED.interrupt()

    assert values(read(strange_readers.echo, given(b"192.0.2.2\n"))) == ["192.0.2.2"]
    assert process_of(SHARED) is process


def test_who_is_interrupted_quarantines_nothing():
    reading = apart(replace(ISOLATED, read=strange_readers.echo)).read(given(b"192.0.2.1\nhang\n"))
    interrupting = threading.Timer(1.5, SHARED.interrupt)
    interrupting.start()

    with pytest.raises(LogError, match="interrupted"):
        list(reading)
    interrupting.join()


def test_a_reader_is_told_all_that_it_may_need():
    setting = Setting(own=Networks(["192.0.2.0/24"]), zone=ZoneInfo("Asia/Tokyo"))
    about = (mention(tag("attack:T1059"), "tag"),)

    [told] = read(strange_readers.tell, given(b"abc", setting=setting))
    said = read(strange_readers.echo, given(b"192.0.2.1\n", about=about))

    assert told.why == "x 2026 True Asia/Tokyo b'abc'"
    assert values(said) == ["192.0.2.1", "attack:T1059"]


def test_whoever_delivers_lines_only_is_read_too():
    lines = Input(name="x", as_of=NOW, lines=iter([b"192.0.2.1", b"192.0.2.2"]))

    assert values(read(strange_readers.echo, lines)) == ["192.0.2.1", "192.0.2.2"]


def test_a_gap_or_too_much_is_quarantined_and_nothing_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
):
    [gap] = read(strange_readers.echo, given(b"192.0.2.1\n", Unreadable(b"", "broken here"), b"x"))
    monkeypatch.setattr(apart_module, "MAX_BYTES", 5)
    [large] = read(strange_readers.echo, given(b"192.0.2.1\n"))

    assert "broken here" in gap.why
    assert "larger than 5 bytes" in large.why
    assert read(strange_readers.echo, given()) == []


def test_others_may_work_while_it_is_waited_for():
    turn = threading.Lock()
    during: list[bool] = []

    @contextmanager
    def let_go() -> Iterator[None]:
        during.append(turn.locked())
        turn.release()
        try:
            yield
        finally:
            turn.acquire()

    with turn:
        list(apart(replace(ISOLATED, read=strange_readers.echo), let_go).read(given(b"192.0.2.1")))

    assert len(during) >= 3
    assert all(during)
