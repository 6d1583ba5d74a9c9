"""Which files a followed path stands for, the oldest first."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cure.errors import SourceError

_ROTATED = re.compile(r"[.-].+")


class Listed(NamedTuple):
    """A file to look at.

    Attributes:
        path: Where it is.
        is_copy: Whether only what continues a known file counts: what a log was rotated to.
    """

    path: Path
    is_copy: bool = False


def followed(path: Path) -> list[Listed]:
    """Return the files below a folder, or a file and what it was rotated to.

    Names that begin with a dot are passed over: programs write there what is not ready.

    Raises:
        SourceError: If there is neither.
    """
    if path.is_dir():
        return [Listed(one) for one in _by_age(_below(path))]
    beside = [
        one
        for one in (path.parent.iterdir() if path.parent.is_dir() else ())
        if one.name.startswith(path.name) and _ROTATED.fullmatch(one.name, len(path.name))
    ]
    copies = [Listed(one, is_copy=True) for one in _by_age(beside)]
    if path.exists():
        return [*copies, Listed(path)]
    if copies:  # between two files
        return copies
    raise SourceError(f"there is no file {path}")


def mails(maildir: Path) -> list[Listed]:
    """Return the mails of a Maildir; what lies in its tmp is not delivered yet.

    Source: https://cr.yp.to/proto/maildir.html

    Raises:
        SourceError: If it is no Maildir.
    """
    folders = [maildir / "new", maildir / "cur"]
    if not all(folder.is_dir() for folder in folders):
        raise SourceError(f"{maildir} is no Maildir: it has no new and cur")
    return [Listed(one) for one in _by_age(one for folder in folders for one in _below(folder))]


def _below(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(where, name) for name in names if not name.startswith("."))


def _by_age(paths: "Iterator[Path] | list[Path]") -> list[Path]:
    ages: list[tuple[int, Path]] = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:  # gone, or whoever opens it will say why not
            status = None
        ages.append((status.st_mtime_ns if status else 0, path))
    return [path for _, path in sorted(ages)]
