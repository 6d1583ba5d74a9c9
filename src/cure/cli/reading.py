"""Files given on the command line, and how far along reading them is."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich import progress
from rich.console import Console

from cure.origins.files import Progress, paths_of

_STANDARD_INPUT = Path("/dev/stdin")


def files_of(given: Sequence[Path]) -> list[Path]:
    """Return the files among and below the given paths; ``-`` is standard input.

    Raises:
        SourceError: If one does not exist.
    """
    return paths_of([_STANDARD_INPUT if str(path) == "-" else path for path in given])


@contextmanager
def progress_bar(files: Sequence[Path]) -> Iterator[Progress]:
    """Show on a terminal how much of the files has been read, in bytes as they lie on the disk."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    total = sum(file.stat().st_size for file in files)
    with progress.Progress(
        progress.TextColumn("reading"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=total or None)
        yield lambda count: bar.advance(task, count)
