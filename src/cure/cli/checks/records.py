"""Checks of what is kept: log, quarantine and snapshot, and of the clock beside them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cure.cli.accounts import counted
from cure.cli.checks.check import Check
from cure.cli.output import utc
from cure.errors import LogError
from cure.log import snapshots
from cure.log.sqlite import SqliteLog

_MANY_RECORDS = 2_000_000
_MANY_LINES = 1000
_LATELY = timedelta(days=7)
_RELEASED_AT = datetime(2026, 1, 1, tzinfo=UTC)
_SKEW = timedelta(minutes=5)
_RESTORE = "bring back the last backup: cure restore"


def records(directory: Path, log: SqliteLog, now: datetime) -> Iterator[Check]:
    """Look at an open log and what belongs to it."""
    yield _log(log)
    yield _quarantine(log, now)
    yield _snapshot(directory / "hub.snapshot", log.log_id, log.last())


def damaged(error: LogError) -> Check:
    """Tell of a log that cannot be opened."""
    return Check("log", "fail", str(error), _RESTORE)


def clock(now: datetime, kept_last: datetime | None) -> Check:
    """Compare the clock with the last that was kept; None: nothing was."""
    todo = "set the clock: times of records are checked against it"
    if now < _RELEASED_AT:
        return Check("clock", "fail", utc(now), todo)
    if kept_last is not None and kept_last > now + _SKEW:
        says = f"{utc(now)}, but the last record was kept at {utc(kept_last)}"
        return Check("clock", "fail", says, todo)
    return Check("clock", "ok", utc(now))


def _log(log: SqliteLog) -> Check:
    try:
        wrong = log.check()
    except LogError as error:
        return damaged(error)
    if wrong:
        return Check("log", "fail", f"{counted(len(wrong), 'damage')}: {wrong[0]}", _RESTORE)
    return Check("log", "ok", f"{counted(log.last(), 'record')}; the file is sound")


def _quarantine(log: SqliteLog, now: datetime) -> Check:
    try:
        held = log.held.sums()
    except LogError as error:
        return Check("quarantine", "fail", str(error), _RESTORE)
    lines = sum(one.lines for one in held.values())
    says = f"{counted(lines, 'line')} in quarantine"
    for source, one in sorted(held.items(), key=lambda item: -item[1].lines):
        if one.lines >= _MANY_LINES and now - one.last_at < _LATELY:
            [(why, _)] = one.reasons.most_common(1)
            todo = f"look whether {source} is what it should be: cure quarantine"
            says = f"{says}, {one.lines:,} of {source}, mostly: {why}"
            return Check("quarantine", "warn", says, todo)
    return Check("quarantine", "ok", says, "cure quarantine" if lines else "")


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
    if behind < 0:
        says = f"it knows record {last - behind}, but the log ends at {last}"
        todo = "the log was cut or replaced: bring back the last backup: cure restore"
        return Check("snapshot", "fail", says, todo)
    if behind > _MANY_RECORDS:
        return Check("snapshot", "warn", says, "cure run writes one when it ends")
    return Check("snapshot", "ok", says)
