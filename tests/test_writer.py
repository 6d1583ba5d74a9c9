import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Full

import pytest

from cure.errors import LogError
from cure.hub.view import Changes
from cure.installation import Installation
from cure.interfaces import Appended
from cure.model import Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from cure.writer import GROUP_RECORDS, Writer
from servers import NOW
from waiting import PATIENCE_S, soon


def record(number: int) -> Record:
    said = Finding(Kind.SIGHTING, (mention(ip(f"10.0.{number >> 8}.{number & 255}")),), NOW, NOW)
    return Record("sensor", Label(Tlp.GREEN, "soc"), digest_of("sensor", said), said)


@contextmanager
def started(writer: Writer) -> Iterator[Writer]:
    writer.start()
    try:
        yield writer
    finally:
        writer.stop()


class Held(Installation):
    """An installation whose appends wait until they are let go, and are counted."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, write=True)
        self.go = threading.Event()
        self.sizes: list[int] = []

    def append(self, records: Sequence[Record]) -> tuple[Appended, Changes | None]:
        self.sizes.append(len(records))
        self.go.wait(PATIENCE_S)
        return super().append(records)


def wait_until_taken(writer: Writer) -> None:
    soon(lambda: not len(writer))


def test_each_learns_of_the_fates_of_his_own_records(tmp_path: Path):
    with Installation(tmp_path, write=True) as installation:
        with started(Writer(installation.append)) as writer:
            one = writer.submit([record(1), record(2), record(1)])
            other = writer.submit([record(2), record(3)])

        assert one.result() == [(1, True), (2, True), (1, False)]
        assert other.result() == [(2, False), (3, True)]


def test_what_waits_is_appended_together(tmp_path: Path):
    with Held(tmp_path) as installation, started(Writer(installation.append)) as writer:
        kept = [writer.submit([record(0)])]
        wait_until_taken(writer)
        kept += (writer.submit([record(number)]) for number in range(1, 50))
        installation.go.set()

        assert [one.result() for one in kept] == [[(number + 1, True)] for number in range(50)]
        assert installation.sizes == [1, 49]


def test_a_group_is_not_larger_than_it_should_be(tmp_path: Path):
    half = [record(0)] * (GROUP_RECORDS // 2)
    with Held(tmp_path) as installation, started(Writer(installation.append)) as writer:
        writer.submit([record(0)])
        wait_until_taken(writer)
        last = [writer.submit(half) for _ in range(5)][-1]
        installation.go.set()
        last.result()

        assert installation.sizes == [1, GROUP_RECORDS, GROUP_RECORDS, GROUP_RECORDS // 2]


def test_no_more_waits_than_there_is_room_for(tmp_path: Path):
    with (
        Held(tmp_path) as installation,
        started(Writer(installation.append, max_waiting=2)) as writer,
    ):
        writer.submit([record(0)])
        wait_until_taken(writer)
        large = writer.submit([record(1), record(2), record(3)])  # alone it may be of any size
        with pytest.raises(Full):
            writer.submit([record(4)])
        installation.go.set()

        assert len(large.result()) == 3
        assert writer.submit([record(4)]).result() == [(5, True)]


def test_listeners_hear_of_every_append_in_order(tmp_path: Path):
    heard: list[int] = []
    with Installation(tmp_path, write=True) as installation:
        writer = Writer(installation.append)
        writer.listen(lambda changes: heard.append(changes.first_record))
        with started(writer):
            for number in (1, 1, 2, 3):
                writer.submit([record(number)]).result()

    assert heard == [0, 1, 2]


def test_when_the_log_fails_nobody_is_told_otherwise_and_the_writer_goes_on(tmp_path: Path):
    class Full30(Installation):
        def append(self, records: Sequence[Record]) -> tuple[Appended, Changes | None]:
            if len(self) == 1:
                self._raised = True
                raise LogError("no space left")
            return super().append(records)

    with Full30(tmp_path, write=True) as installation:
        with started(Writer(installation.append)) as writer:
            assert writer.submit([record(1)]).result() == [(1, True)]
            with pytest.raises(LogError, match="no space left"):
                writer.submit([record(2)]).result()
            with pytest.raises(LogError):
                writer.submit([record(3)]).result()

        assert len(installation) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_after_a_bug_nothing_more_is_written(tmp_path: Path):
    def broken(_: Changes) -> None:
        raise ZeroDivisionError

    with Installation(tmp_path, write=True) as installation:
        writer = Writer(installation.append)
        writer.listen(broken)
        with started(writer):
            with pytest.raises(LogError, match="restart"):
                writer.submit([record(1)]).result()
            with pytest.raises(LogError):
                writer.submit([record(2)])

        assert len(installation) == 1


def test_what_waits_when_it_stops_is_kept(tmp_path: Path):
    with Held(tmp_path) as installation:
        with started(Writer(installation.append)) as writer:
            kept = [writer.submit([record(number)]) for number in range(10)]
            installation.go.set()

        assert all(one.result() for one in kept)
        with pytest.raises(LogError):
            writer.submit([record(11)])
