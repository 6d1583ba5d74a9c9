"""`cure backup`: a whole copy of a data directory, made while it is used."""

from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from cure.backups.backing_up import back_up, keep_only
from cure.cli.accounts import counted
from cure.cli.hardening import private_files
from cure.cli.opening import long_bar
from cure.cli.options import Data, Json, settings_of
from cure.cli.output import show, show_json, utc
from cure.cli.plain import warn


def backup(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to; it is made, or must be empty.")
    ],
    *,
    keep: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="Make DIR/<time> each time, and keep the latest N of them."
        ),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Copy all data as of one moment, also while a server runs, and check the copy.

    It holds secrets and all records: keep it as safe as the data. Ends with code 1 if the data
    is damaged; a damaged log is not backed up.

    Example: cure backup /backups/cure --keep 14 --data cure-data
    """
    started = perf_counter()
    there = directory / f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}" if keep else directory
    with private_files(), long_bar() as progressed:
        made = back_up(Path(settings_of(data).data), there, progressed)
    removed = keep_only(directory, keep) if keep else []
    size = sum(one.size_bytes for one in made.files)
    seconds = round(perf_counter() - started, 3)
    if json:
        show_json(
            {
                "directory": str(there),
                "at": made.at,
                "records": made.records,
                "state_hash": made.state_hash,
                "files": len(made.files),
                "size_bytes": size,
                "damages": made.damages,
                "removed": [str(path) for path in removed],
                "seconds": seconds,
            }
        )
    else:
        said = f"{counted(made.records, 'record')}, {counted(len(made.files), 'file')}"
        show(f"{there}: {said}, {size / 1e6:,.1f} MB, {seconds:.1f} s")
        show(f"state {made.state_hash}, as of {utc(made.at)}")
        for path in removed:
            show(f"removed {path}")
        for damage in made.damages:
            warn(f"{damage}; it was copied as it is")
    if made.damages:
        raise typer.Exit(1)
