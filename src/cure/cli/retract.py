"""`cure retract`: a source takes back what it said."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import cure
from cure import retracting
from cure.cli.accounts import counted
from cure.cli.opening import opened
from cure.cli.options import Data, Json, Url, settings_of
from cure.cli.output import show, show_json
from cure.errors import ConfigError
from cure.installation import Installation
from cure.model import Label, Record, Tlp, recognise
from cure.model.retraction import retractions_of


def retract(  # noqa: PLR0913 - each is an option
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Whose records.")],
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="The source's own id of a record; may be repeated."),
    ] = None,
    value: Annotated[
        str | None, typer.Option(metavar="VALUE", help="All that it says of this value.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that it says.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only.")] = False,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Take back what a source said; all who could read it are told.

    By key, all of a value, or all. It is gone from every answer at once, with what was cut of it
    for others. Whoever follows records, has hits or STIX objects of it hears of it. To correct
    something, say it again under the same key instead. The disk keeps it until its time is over:
    see docs/retention.md.

    Example: cure retract cowrie@tokyo-1 --value 192.0.2.7 --dry-run
    """
    if [bool(key), value is not None, everything].count(True) != 1:
        raise ConfigError("give --key, or --value, or --all")
    if url is not None and data is not None:
        raise ConfigError("give --data or --url, not both")
    if url is None:
        told = _here(data, source, key or [], value, dry_run=dry_run)
    else:
        with cure.Client(url) as client:
            told = client.retract(
                source, key or (), value=value, everything=everything, dry_run=dry_run
            )
    if json:
        show_json(told)
        return
    would = " would be" if dry_run else ""
    show(f"{source}: {counted(told['retracted'], 'record')}{would} taken back")
    if told["unknown"]:
        show(f"  {counted(told['unknown'], 'key')} stand for nothing that is there")


def _here(
    data: Path | None, source: str, keys: list[str], value: str | None, *, dry_run: bool
) -> dict[str, int]:
    count = unknown = 0
    with opened(settings_of(data), write=bool(keys) or not dry_run) as installation:
        for part in _chosen(installation, source, keys, value):
            if dry_run and not keys:
                done = len(part)
            elif dry_run:
                done = sum(installation.log.has([one.digest for one in part]))
            else:
                retractions = [one for record in part for one in retractions_of(record)]
                appended, _ = installation.append(retractions)
                done = sum(
                    is_new and not one.label.but_owner
                    for one, (_, is_new) in zip(retractions, appended.fates, strict=True)
                )
            count += done
            unknown += len(part) - done
    return {"retracted": count, "unknown": unknown if keys else 0}


def _chosen(
    installation: Installation, source: str, keys: list[str], value: str | None
) -> Iterator[list[Record]]:
    if keys:
        yield retracting.of_keys(source, Label(Tlp.RED, ""), sorted(set(keys)))
        return
    for owner in sorted(installation.owners_of(source)):
        view = installation.gate.view(retracting.owner_of_all(owner))
        if value is None:
            yield from retracting.all_of(view, installation.log, source)
        else:
            yield from retracting.about(view, installation.log, source, recognise(value))
