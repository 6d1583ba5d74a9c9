"""Check of a backup: whether it is whole, of this installation, and young enough to be of use."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cure.backups.manifest import NAME, damaged_files, read_manifest
from cure.cli.accounts import counted
from cure.cli.checks.check import Check
from cure.cli.output import span
from cure.errors import ConfigError, LogError

_OLD = timedelta(days=2)
_MAKE = "cure backup DIR"


def backup(path: Path, records: int, now: datetime) -> Iterator[Check]:
    """Look at a backup, or the newest of those in a directory, of a log of so many records."""
    found = path if (path / NAME).exists() else max(path.glob(f"*/{NAME}"), default=path / NAME)
    folder = found if found.is_dir() else found.parent
    try:
        manifest = read_manifest(folder)
        wrong = damaged_files(folder, manifest)
    except (ConfigError, LogError, OSError) as error:
        yield Check("backup", "fail", str(error), f"make one: {_MAKE}")
        return
    age = now - manifest.at
    says = f"{folder}: {counted(manifest.records, 'record')}, {span(age.total_seconds())} old"
    if wrong:
        yield Check("backup", "fail", f"{counted(len(wrong), 'damage')}: {wrong[0]}", _MAKE)
    elif manifest.records > records:
        todo = "it is of another installation, or this one lost some: look before you go on"
        yield Check("backup", "fail", f"{says}, and the log has {records:,} only", todo)
    elif age > _OLD:
        yield Check("backup", "warn", says, f"have it made every night: {_MAKE}")
    else:
        yield Check("backup", "ok", says)
