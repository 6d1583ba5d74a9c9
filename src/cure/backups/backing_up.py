"""A backup is made: a copy of a data directory as of one moment, which other processes may use."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from cure.backups.checking import damages_beside_log, damages_of_log
from cure.backups.contents import FORMATS, LOG, small_files
from cure.backups.filling import filled
from cure.backups.manifest import NAME, Manifest, copied, version
from cure.backups.pinning import copy_store, pinned, sync
from cure.errors import ConfigError, LogError
from cure.installation import Installation
from cure.kept_file import format_in

Progressed = Callable[[str, int, int], None]
"""Told what goes on, how far that is, and of how much."""


def back_up(directory: Path, backup: Path, progressed: Progressed) -> Manifest:
    """Copy a data directory, also while a server runs on it; the copy is checked before it counts.

    All records that were acknowledged before the copy of the log began are in it. The writer waits
    for nothing, but for accounts, some milliseconds; the log's WAL grows until the copy is done.

    Args:
        directory: The data directory.
        backup: A directory to be made, or an empty one.
        progressed: Told how far it is.

    Raises:
        ConfigError: If there is no data, or `backup` is not empty or within the data.
        LogError: If it cannot be read or written, or the log is damaged; then nothing is left.
    """
    if not (directory / LOG).exists():
        raise ConfigError(f"{directory} holds no data of cure; say where it is with --data")
    if directory.resolve() in (backup.resolve(), *backup.resolve().parents):
        raise ConfigError(f"{backup} lies within {directory}; back up to another place")
    with filled(backup, NAME) as folder:
        formats: dict[str, int] = {}
        with pinned(directory) as stores:
            at = datetime.now(UTC)
            for name, store in stores.items():
                if name in FORMATS:
                    formats[name] = format_in(store) or FORMATS[name]
                copy_store(store, folder / name, partial(progressed, f"copying {name}"))
        for name in small_files(directory):
            _copy_file(directory / name, folder / name)
        if damages := damages_of_log(folder, partial(progressed, "checking the copy")):
            said = damages[0].replace(str(folder), str(directory))
            raise LogError(f"{said}; a damaged log is not backed up")
        damages = [said.replace(f"{folder}/", "") for said in damages_beside_log(folder)]
        with Installation(
            folder, write=False, replayed=partial(progressed, "replaying the copy")
        ) as copy:
            records, state_hash = copy.log.last(), copy.state_hash()
        files = [
            copied(folder, name, formats.get(name, 0)) for name in sorted(_files_below(folder))
        ]
        manifest = Manifest(version(), at, records, state_hash, damages, files)
        (folder / NAME).touch(0o600)
        (folder / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        sync(folder / NAME)
    return manifest


def _copy_file(path: Path, target: Path) -> None:
    """Copy a small file; only its owner may read the copy."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(0o600)
    shutil.copyfile(path, target)
    sync(target)


def _files_below(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def keep_only(series: Path, count: int) -> list[Path]:
    """Remove the oldest whole backups below a directory, but for so many; return those removed."""
    whole = sorted(path.parent for path in series.glob(f"*T*Z/{NAME}"))
    old = whole[: max(len(whole) - count, 0)]
    for backup in old:
        (backup / NAME).unlink()  # from now on it is no backup, whatever happens
        shutil.rmtree(backup)
    return old
