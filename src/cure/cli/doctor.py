"""`cure doctor`: is this installation well, and if not, what to do."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cure.cli.checks import backups, configuration, machine, program, records, stores
from cure.cli.checks import directory as directories
from cure.cli.checks.check import Check
from cure.cli.options import Data, Json, settings_of
from cure.cli.output import show_json, show_table, styled
from cure.errors import ConfigError, LogError
from cure.log.lately import Lately, lately
from cure.log.sqlite import SqliteLog
from cure.settings import Settings

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(
    *,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="FILE", help="Settings, such as cure.toml."),
    ] = None,
    data: Data = None,
    backup: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Look at this backup, too, or the newest in there."),
    ] = None,
    json: Json = False,
) -> None:
    """Check this installation, and say what to do.

    It changes nothing, and may be called while a server runs. It ends with code 1 if a check
    fails; a warning is not a failure.

    Example: cure doctor --data cure-data --backup /elsewhere/cure
    """
    checks = list(_checks(config, data, backup))
    if json:
        show_json({"ok": all(one.state != "fail" for one in checks), "checks": checks})
    else:
        rows = [(c.name, styled(c.state, _STYLES[c.state]), c.says, c.todo) for c in checks]
        show_table(("check", "state", "found", "to do"), rows)
    if any(one.state == "fail" for one in checks):
        raise typer.Exit(1)


def _checks(config: Path | None, data: Path | None, backup: Path | None) -> Iterator[Check]:
    now = datetime.now(UTC)
    yield from program.program()
    try:
        settings, wrong = settings_of(data, file=config), None
    except ConfigError as error:
        chosen = data or os.environ.get("CURE_DATA") or Settings().data
        settings, wrong = Settings(data=str(chosen)), error
    directory = Path(settings.data)
    recent, last = None, 0
    found: list[Check] = []
    if directories.holds_data(directory):
        recent, last, found = _log(directory, now)
    yield records.clock(now, None if recent is None else recent.kept_at)
    yield from machine.machine(last)
    if wrong is None:
        yield from configuration.configuration(settings, recent, now)
    else:
        yield configuration.unreadable(wrong)
    yield from directories.directory(directory)
    yield from found
    if directories.holds_data(directory):
        yield from stores.stores(directory, now)
    if backup is not None:
        yield from backups.backup(backup, last, now)


def _log(directory: Path, now: datetime) -> tuple[Lately | None, int, list[Check]]:
    """Return who spoke lately, how many records there are, and what was found of them."""
    try:
        log = SqliteLog(directory / "log.sqlite", write=False)
    except LogError as error:
        return None, 0, [records.damaged(error)]
    try:
        found = list(records.records(directory, log, now))
        return lately(directory / "log.sqlite"), log.last(), found
    except LogError as error:
        return None, log.last(), [records.damaged(error)]
    finally:
        log.close()
