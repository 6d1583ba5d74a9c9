"""A data directory opened by a command, and what is said meanwhile."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich import progress
from rich.console import Console

from cure.cli.plain import warn
from cure.installation import Installation, Replayed
from cure.settings import Settings

_WORTH_SHOWING = 50_000
"""So many records to replay take about a second."""


@contextmanager
def opened(settings: Settings, *, write: bool = False) -> Iterator[Installation]:
    """Open the data directory; what was mended meanwhile is said on standard error.

    Raises:
        ConfigError: If it does not exist, or when writing is in use by another process.
        LogError: If the log is damaged or of a newer format.
    """
    with replay_bar() as replayed:
        installation = Installation(
            Path(settings.data),
            write=write,
            replayed=replayed,
            link_reserved=settings.link_reserved,
        )
    with installation:
        for warning in installation.warnings:
            warn(warning)
        yield installation


@contextmanager
def replay_bar() -> Iterator[Replayed]:
    """Show on a terminal how far a long replay of the log has come."""
    bar = progress.Progress(
        progress.TextColumn("replaying the log"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )

    def replayed(done: int, every: int) -> None:
        if not bar.tasks and every - done > _WORTH_SHOWING and sys.stderr.isatty():
            bar.add_task("", total=every)
            bar.start()
        if bar.tasks:
            bar.update(bar.tasks[0].id, completed=done)

    try:
        yield replayed
    finally:
        if bar.tasks:
            bar.stop()
