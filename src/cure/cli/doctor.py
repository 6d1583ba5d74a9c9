"""`cure doctor`: is this installation well, and if not, what to do."""

import fcntl
import os
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import Literal

import msgspec
import typer

from cure.app import publishers
from cure.cli.accounts import counted
from cure.cli.options import Data, Json, settings_of
from cure.cli.output import show_json, show_table, styled, utc
from cure.errors import LogError
from cure.log import snapshots
from cure.log.sqlite import SqliteLog

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}
_AFTER_NAME = re.compile(r"[^A-Za-z0-9._-]")
_LITTLE_DISK_BYTES = 2 << 30
_NO_DISK_BYTES = 200 << 20
_SLOW_SYNC_S = 0.05
_SYNCED_BYTES = 4096
_MANY_RECORDS = 2_000_000
_RELEASED_AT = datetime(2026, 1, 1, tzinfo=UTC)


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        name: What.
        state: How it is.
        says: What was found.
        todo: What to do about it.
    """

    name: str
    state: Literal["ok", "warn", "fail"]
    says: str
    todo: str = ""


def doctor(*, data: Data = None, json: Json = False) -> None:
    """Check this installation, and say what to do.

    Ends with code 1 if a check fails; a warning is not a failure.

    Example: cure doctor --data cure-data
    """
    directory = Path(settings_of(data).data)
    checks = [*_program(), *_directory(directory)]
    if json:
        show_json({"ok": all(one.state != "fail" for one in checks), "checks": checks})
    else:
        rows = [(c.name, styled(c.state, _STYLES[c.state]), c.says, c.todo) for c in checks]
        show_table(("check", "state", "found", "to do"), rows)
    if any(one.state == "fail" for one in checks):
        raise typer.Exit(1)


def _program() -> Iterator[Check]:
    yield Check("python", "ok", f"{sys.version.split()[0]} at {sys.executable}")
    yield _packages()
    yield Check("publishers", "ok", ", ".join(publishers()))
    now = datetime.now(UTC)
    if now < _RELEASED_AT:
        todo = "set the clock: times of records are checked against it"
        yield Check("clock", "fail", utc(now), todo)
    else:
        yield Check("clock", "ok", utc(now))


def _packages() -> Check:
    """Look for what cure needs; what is needed on some machines only may be absent."""
    try:
        needed = metadata.requires("cure") or []
    except metadata.PackageNotFoundError:
        return Check("packages", "warn", "cure is run from its sources", "pip install -e .")
    found: list[str] = [f"cure {metadata.version('cure')}"]
    missing: list[str] = []
    for requirement in needed:
        name = _AFTER_NAME.split(requirement, maxsplit=1)[0]
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            if ";" not in requirement:
                missing.append(name)
    if missing:
        return Check("packages", "fail", f"without {', '.join(missing)}", "install cure again")
    return Check("packages", "ok", ", ".join(found))


def _directory(directory: Path) -> Iterator[Check]:
    if not (directory / "log.sqlite").exists():
        todo = f"cure ingest PUBLISHER FILE... --data {directory}"
        yield Check("data directory", "fail", f"{directory} holds no data of cure", todo)
        return
    mode = directory.stat().st_mode & 0o777
    if not os.access(directory, os.W_OK):
        todo = "give it to who runs cure: chown"
        yield Check("data directory", "fail", f"{directory} cannot be written to", todo)
    elif mode & 0o077:
        says = f"{directory} has mode {mode:o}: others may look in"
        yield Check("data directory", "warn", says, f"chmod 700 {directory}")
    else:
        yield Check("data directory", "ok", f"{directory}, mode {mode:o}")
    yield _disk(directory)
    yield _sync(directory)
    yield _lock(directory)
    yield from _log(directory)


def _disk(directory: Path) -> Check:
    disk = shutil.disk_usage(directory)
    says = f"{disk.free / 1e9:,.1f} GB of {disk.total / 1e9:,.1f} GB free"
    if disk.free < _NO_DISK_BYTES:
        return Check("disk", "fail", says, "make room: nothing can be kept without")
    if disk.free < _LITTLE_DISK_BYTES:
        return Check("disk", "warn", says, "make room soon")
    return Check("disk", "ok", says)


def _sync(directory: Path) -> Check:
    """Time one sync: each append waits for one."""
    try:
        with TemporaryFile(dir=directory) as file:
            file.write(bytes(_SYNCED_BYTES))
            file.flush()
            started = perf_counter()
            os.fsync(file.fileno())
            seconds = perf_counter() - started
    except OSError as error:
        return Check("sync", "fail", f"cannot write here: {error.strerror}", "mend the disk")
    says = f"one sync of the disk takes {seconds * 1000:.1f} ms"
    if seconds > _SLOW_SYNC_S:
        return Check("sync", "warn", says, "put the data directory on a faster disk")
    return Check("sync", "ok", says)


def _lock(directory: Path) -> Check:
    """Say whether someone writes here."""
    try:
        with (directory / "lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return Check("lock", "ok", f"in use by {lock.read(200).decode()}")
    except FileNotFoundError:
        pass
    return Check("lock", "ok", "nobody writes here now")


def _log(directory: Path) -> Iterator[Check]:
    try:
        log = SqliteLog(directory / "log.sqlite", write=False)
        wrong = log.check()
        last, quarantined = log.last(), log.quarantine_count()
    except LogError as error:
        yield Check("log", "fail", str(error), "bring back the last backup of the directory")
        return
    if wrong:
        todo = "bring back the last backup of the directory"
        yield Check("log", "fail", f"{counted(len(wrong), 'damage')}: {wrong[0]}", todo)
    else:
        yield Check("log", "ok", f"{counted(last, 'record')}; the file is sound")
    says = f"{counted(quarantined, 'line')} in quarantine"
    yield Check("quarantine", "ok", says, "cure quarantine" if quarantined else "")
    yield _snapshot(directory / "hub.snapshot", log.log_id, last)
    log.close()


def _snapshot(path: Path, log_id: str, last: int) -> Check:
    try:
        snapshot = snapshots.load(path, log_id)
    except LogError as error:
        todo = f"rm {path}: the next start replays the log and makes a new one"
        return Check("snapshot", "warn", str(error), todo)
    behind = last - (snapshot.seq if snapshot else 0)
    says = f"a start replays {counted(behind, 'record')}"
    if snapshot is None:
        says = f"none of this log; {says}"
    if behind > _MANY_RECORDS:
        return Check("snapshot", "warn", says, "cure run writes one when it ends")
    return Check("snapshot", "ok", says)
