"""What is changed in the process of a server before it begins: another clock, a broken disk."""

import os
import signal
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

_for_life = ExitStack()


def snapshots_often() -> None:
    """Look every 20 ms whether it is time for a snapshot."""
    from cure.cli import serving  # noqa: PLC0415 - in the process of the server only

    serving._LOOK_EVERY_S = 0.02  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001


def enricher_crashes() -> None:
    """Let each run of grouping end by a signal."""
    _let_grouping("os.abort()")


def enricher_hangs() -> None:
    """Let no run of grouping end."""
    _let_grouping("time.sleep(3600)")


def enricher_starves() -> None:
    """Let each run of grouping be killed, as by the system where memory has run out."""
    _let_grouping("os.kill(os.getpid(), 9)")


def enricher_needs_too_much() -> None:
    """Let each run of grouping ask for memory that there is not."""
    _let_grouping("bytearray(1 << 62)")


def enricher_babbles() -> None:
    """Let each run of grouping answer what is no answer."""
    _let_grouping("open(sys.argv[1] + '/run.json', 'w').write('{\"groups\": 5}')")


def enricher_lies() -> None:
    """Let each run of grouping speak of an address of which it was told nothing."""
    from cure.enrichers.groups.group import Group, Groups  # noqa: PLC0415 - in the server only
    from cure.enrichers.groups.running import Run  # noqa: PLC0415 - as above

    at = datetime(2026, 1, 10, tzinfo=UTC)
    group = Group("g", ("192.0.2.77",), (), 1.0, (), at, at, 1, None, 0.0, 1, 0)
    found = msgspec.json.encode(Run(Groups((group,), (), 1, ()), []))
    _let_grouping(f"open(sys.argv[1] + '/run.json', 'wb').write({found!r})")


def _let_grouping(do: str) -> None:
    from cure.enrichers.groups import running  # noqa: PLC0415 - in the process of the server only

    running._PROGRAM = ("-c", f"import os, sys, time; {do}")  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001


def shifted_clock() -> None:
    """Let the server's clock be wrong by the days that stand in a file, which may change."""
    from cure.log import sqlite  # noqa: PLC0415 - in the process of the server only
    from cure.web import server  # noqa: PLC0415 - as above

    file = Path(os.environ["SHIFTED_CLOCK"])

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(days=float(file.read_text()))

    sqlite._now = now  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
    for function in (sqlite.SqliteLog.__init__, server.build):
        assert function.__kwdefaults__
        function.__kwdefaults__["clock"] = now


def everything_hangs() -> None:
    """Let neither grouping nor the reading of documents apart ever end."""
    from cure.extract import worker  # noqa: PLC0415 - in the process of the server only

    begun = worker._begun  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001

    def frozen(memory_bytes: int) -> object:
        running = begun(memory_bytes)
        running.process.send_signal(signal.SIGSTOP)
        return running

    worker._begun = frozen  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]  # noqa: SLF001
    enricher_hangs()


def failing_disk() -> None:
    """Let the disk refuse what stands in a file, `write` or `sync`, while there is one."""
    from faults.recorded_disk import IOERR_FSYNC, IOERR_WRITE, OK, RecordedDisk  # noqa: PLC0415

    file, answers = Path(os.environ["FAILING_DISK"]), {"write": IOERR_WRITE, "sync": IOERR_FSYNC}
    disk = RecordedDisk()

    def refuses(what: str, _name: str) -> int:
        disk.steps.clear()  # nobody asks for them
        return answers[what] if file.exists() and file.read_text() == what else OK

    disk.refuses = refuses
    _for_life.enter_context(disk.in_use())
    snapshots_often()
