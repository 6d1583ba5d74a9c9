"""`cure verify`: is all that is kept whole, and does the log still give what a start would load?"""

from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Annotated

import msgspec
import typer

from cure.backups.checking import damages_in
from cure.backups.manifest import damaged_files, read_manifest
from cure.cli.accounts import counted
from cure.cli.opening import long_bar, opened
from cure.cli.options import Data, Json, settings_of
from cure.cli.output import show, show_json
from cure.errors import LogError
from cure.installation import Installation


class _Verified(msgspec.Struct):
    """What was found.

    Attributes:
        same: Whether both states are.
        loaded: The hash of what a start would load; of a backup, the one in its manifest.
        replayed: The hash of what the log alone gives; None: it was not replayed.
        records: Number of the last record.
        seconds: How long it took.
        damages: What else is wrong, in sentences.
    """

    same: bool
    loaded: str
    replayed: str | None
    records: int
    seconds: float
    damages: list[str]


def verify(
    backup: Annotated[
        Path | None,
        typer.Argument(metavar="[BACKUP]", help="A backup of cure backup, instead of the data."),
    ] = None,
    *,
    data: Data = None,
    json: Json = False,
) -> None:
    """Check the log, the stores, the audit chain and the state; or a backup.

    The log is replayed, each record with its checksum, and compared with what a start would load.
    Of a backup every file is compared with its manifest. Ends with code 1 if anything is wrong.

    Example: cure verify --data cure-data
    """
    started = perf_counter()
    found = _verified_data(data) if backup is None else _verified_backup(backup)
    found.seconds = round(perf_counter() - started, 3)
    is_well = found.same and not found.damages
    if json:
        show_json(found)
    else:
        show(f"loaded    {found.loaded}")
        show(f"replayed  {found.replayed or 'not, as the files are damaged'}")
        for damage in found.damages:
            show(damage, "red")
        verdict = "the same" if found.same else "they differ"
        if not found.same and backup is None:
            verdict += "; delete hub.snapshot, it will be made again"
        style = "green" if is_well else "red"
        show(f"{counted(found.records, 'record')}, {found.seconds:.1f} s: {verdict}", style)
    if not is_well:
        raise typer.Exit(1)


def _verified_data(data: Path | None) -> _Verified:
    settings = settings_of(data)
    with opened(settings) as installation, long_bar() as progressed:
        records = replayed_records = len(installation)

        def replayed(done: int, every: int) -> None:
            nonlocal replayed_records
            replayed_records = done
            progressed("replaying the log", done, every)

        loaded = installation.state_hash()
        recomputed = installation.replayed_hash(replayed)
        if replayed_records != records:
            raise LogError("the log grew meanwhile; stop what writes to it, then verify again")
        damages = damages_in(installation.directory, partial(progressed, "checking the log"))
    return _Verified(loaded == recomputed, loaded, recomputed, records, 0.0, damages)


def _verified_backup(backup: Path) -> _Verified:
    manifest = read_manifest(backup)
    told = _Verified(False, manifest.state_hash, None, manifest.records, 0.0, [])  # noqa: FBT003 - their names say it
    told.damages = damaged_files(backup, manifest)
    if told.damages:
        return told
    with long_bar() as progressed:
        told.damages = damages_in(backup, partial(progressed, "checking the log"))
        replayed = partial(progressed, "replaying the log")
        with Installation(backup, write=False, replayed=replayed) as copy:
            told.replayed = copy.state_hash()
    told.same = manifest.fits(told.replayed)
    return told
