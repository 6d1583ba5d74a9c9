"""The list of what a backup holds, by which every byte of it is checked."""

from datetime import datetime
from hashlib import file_digest
from importlib import metadata
from pathlib import Path
from typing import Annotated

import msgspec

from cure.backups.contents import FORMATS, LOG
from cure.errors import ConfigError, LogError

NAME = "manifest.json"


class Copied(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file of a backup.

    Attributes:
        name: Its path within the backup, and within the data directory.
        size_bytes: Its length.
        sha256: Of its bytes, in hexadecimal.
        format: Of a store, the version of its layout; 0: it has none.
    """

    name: str
    size_bytes: int
    sha256: str
    format: int = 0


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds.

    Attributes:
        cure: The version that made it.
        at: As of when.
        records: Number of the last record.
        state_hash: The hash of the hub that was computed from the copied log.
        damages: What was wrong with the data already then.
        files: All files but this.
    """

    cure: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    records: int
    state_hash: str
    damages: list[str]
    files: list[Copied]

    def fits(self, state_hash: str) -> bool:
        """Tell whether the hub may have this hash; another version may hash in another way."""
        return state_hash == self.state_hash or self.cure != version()


_decode = msgspec.json.Decoder(Manifest).decode


def version() -> str:
    """Return the version of this program; empty: it is run from its sources."""
    try:
        return metadata.version("cure")
    except metadata.PackageNotFoundError:
        return ""


def read_manifest(backup: Path) -> Manifest:
    """Read the manifest of a backup that this version can read.

    Raises:
        ConfigError: If there is no backup.
        LogError: If the manifest is damaged, or a store is of a newer format.
    """
    try:
        found = _decode((backup / NAME).read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        said = f"{backup} is no whole backup: it has no {NAME}"
        if series := sorted(backup.glob(f"*/{NAME}")):
            said += f"; the latest below it is {series[-1].parent}"
        raise ConfigError(said) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LogError(f"{backup / NAME} is damaged: {error}") from error
    names = [Path(one.name) for one in found.files]
    if any(name.is_absolute() or ".." in name.parts for name in names) or Path(LOG) not in names:
        raise LogError(f"{backup / NAME} is damaged: it names no files of a backup")
    for one in found.files:
        if one.format > FORMATS.get(one.name, one.format):
            raise LogError(
                f"{backup / one.name} has format {one.format}; this version of cure reads up to "
                f"{FORMATS[one.name]}: a newer one made the backup ({found.cure}), so use that"
            )
    return found


def copied(folder: Path, name: str, layout: int = 0) -> Copied:
    """Describe a file of a backup. Cost: about 1 s a GB."""
    path = folder / name
    with path.open("rb") as file:
        return Copied(name, path.stat().st_size, file_digest(file, "sha256").hexdigest(), layout)


def damaged_files(backup: Path, manifest: Manifest) -> list[str]:
    """Return what differs from the manifest, a sentence each; empty: nothing."""
    found: list[str] = []
    for one in manifest.files:
        path = backup / one.name
        if not path.is_file():
            found.append(f"{path} is missing")
        elif copied(backup, one.name, one.format) != one:
            found.append(f"{path} is damaged: its checksum does not fit")
    listed = {one.name for one in manifest.files} | {NAME}
    there = (path for path in backup.rglob("*") if path.is_file())
    strange = sorted({path.relative_to(backup).as_posix() for path in there} - listed)
    return found + [f"{backup / name} is not in {NAME}" for name in strange]
