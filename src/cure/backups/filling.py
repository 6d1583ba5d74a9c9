"""A directory that is filled wholly, or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cure.backups.pinning import sync
from cure.errors import ConfigError, LogError

_UNFINISHED = "unfinished"


@contextmanager
def filled(directory: Path, last: str) -> Iterator[Path]:
    """Give a folder within a directory; what is put there is in the directory at the end.

    It may be where another disk is mounted, so it is filled from within.

    Args:
        directory: It must be empty, or not be there.
        last: The file that makes it whole; it comes last.

    Raises:
        ConfigError: If the directory holds something.
        LogError: If it cannot be written to; then nothing is left in it.
    """
    was_there = directory.exists()
    if was_there and (not directory.is_dir() or any(directory.iterdir())):
        raise ConfigError(f"{directory} holds something already; give a directory that is empty")
    folder = directory / _UNFINISHED
    try:
        folder.mkdir(mode=0o700, parents=True)
        if not was_there:
            directory.chmod(0o700)
        yield folder
        _sync_below(folder)
        for path in sorted(folder.iterdir(), key=lambda path: path.name == last):
            path.rename(directory / path.name)
        folder.rmdir()
        sync(directory)
        sync(directory.parent)
    except BaseException as error:
        _clear(directory, is_kept=was_there)
        if isinstance(error, OSError):
            raise LogError(f"cannot fill {directory}: {error}") from error
        raise


def _clear(directory: Path, *, is_kept: bool) -> None:
    for path in directory.glob("*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if not is_kept and directory.exists():
        directory.rmdir()


def _sync_below(folder: Path) -> None:
    """Bring all names to the disk; files were brought there when they were written."""
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            sync(path)
