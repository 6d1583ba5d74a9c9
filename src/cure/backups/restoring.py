"""A backup is brought back into a new data directory, and compared with what it was."""

import os
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cure.backups.backing_up import Progressed
from cure.backups.contents import LAYOUTS, LOG
from cure.backups.filling import filled
from cure.backups.manifest import Copied, Manifest, read_manifest
from cure.errors import LogError
from cure.installation import Installation
from cure.kept_file import KeptFile

_BLOCK_BYTES = 1 << 20


class Restored(NamedTuple):
    """What came of it.

    Attributes:
        manifest: What the backup said.
        records: Number of the last record.
        state_hash: The hash of the hub that was computed from the restored log.
    """

    manifest: Manifest
    records: int
    state_hash: str


def restore(backup: Path, directory: Path, progressed: Progressed) -> Restored:
    """Copy a backup into a data directory, and bring it up to the formats of this version.

    Args:
        backup: The backup; it is only read.
        directory: A directory to be made, or an empty one.
        progressed: Told how far it is.

    Raises:
        ConfigError: If there is no backup, or the directory is not empty.
        LogError: If the backup is damaged, the file is named, or of a newer format, or cannot be
            written; then nothing is left.
    """
    manifest = read_manifest(backup)
    every = sum(one.size_bytes for one in manifest.files)
    done = 0
    with filled(directory, LOG) as folder:
        for one in manifest.files:
            _bring_back(backup, folder, one)
            done += one.size_bytes
            progressed("copying", done, every)
        with Installation(
            folder, write=True, replayed=partial(progressed, "replaying the log")
        ) as installation:
            found = Restored(manifest, installation.log.last(), installation.state_hash())
            installation.snapshot()
        (folder / "lock").unlink()
        if not manifest.fits(found.state_hash):
            raise LogError(
                f"{backup} gives another state than it was made from: {found.state_hash} "
                f"instead of {manifest.state_hash}; nothing was restored"
            )
        for name, layout in LAYOUTS.items():
            if (folder / name).exists():
                KeptFile(folder / name, layout).close()
    return found


def _bring_back(backup: Path, folder: Path, one: Copied) -> None:
    target = folder / one.name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(0o600)
    digest = sha256()
    try:
        with (backup / one.name).open("rb") as source, target.open("wb") as copy:
            while block := source.read(_BLOCK_BYTES):
                digest.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
    except FileNotFoundError as error:
        raise LogError(f"{backup / one.name} is missing; nothing was restored") from error
    if digest.hexdigest() != one.sha256:
        raise LogError(
            f"{backup / one.name} is damaged: its checksum does not fit; nothing was restored"
        )
