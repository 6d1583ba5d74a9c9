"""`cure restore`: a backup is brought back into a new data directory."""

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from cure.backups.restoring import restore as bring_back
from cure.cli.accounts import counted
from cure.cli.hardening import private_files
from cure.cli.opening import long_bar
from cure.cli.options import Data, Json, settings_of
from cure.cli.output import show, show_json, utc


def restore(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A backup of cure backup.")],
    *,
    data: Data = None,
    json: Json = False,
) -> None:
    """Check a backup, copy it into a new data directory, and compare the state.

    A damaged file is named, and nothing is left behind. A directory that holds data is refused.

    Example: cure restore /backups/cure/2026-01-31T020000Z --data cure-data
    """
    started = perf_counter()
    target = Path(settings_of(data).data)
    with private_files(), long_bar() as progressed:
        found = bring_back(directory, target, progressed)
    seconds = round(perf_counter() - started, 3)
    same = found.state_hash == found.manifest.state_hash
    if json:
        show_json(
            {
                "directory": str(target),
                "at": found.manifest.at,
                "records": found.records,
                "same": same,
                "state_hash": found.state_hash,
                "files": len(found.manifest.files),
                "seconds": seconds,
            }
        )
        return
    show(f"{target}: {counted(found.records, 'record')} as of {utc(found.manifest.at)}")
    verdict = "the same as then" if same else "another version than that which made it hashes it"
    show(f"state {found.state_hash}: {verdict}")
    show("cursors that were handed out are no longer good: programs begin anew")
    show(f"next: cure run --data {target}")
