"""A data directory opened by a command: what it says meanwhile, and on whose behalf."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich import progress
from rich.console import Console

from cure.cli.output import printable
from cure.installation import Installation, Replayed
from cure.settings import Settings

_WORTH_SHOWING = 50_000


@contextmanager
def opened(settings: Settings, *, write: bool = False) -> Iterator[Installation]:
    """Open the data directory; what was mended meanwhile is said on standard error.

    Raises:
        ConfigError: If it does not exist, or when writing is in use by another process.
        LogError: If the log is damaged or of a newer format.
    """
    with (
        replay_bar() as replayed,
        Installation(Path(settings.data), write=write, replayed=replayed) as installation,
    ):
        for warning in installation.warnings:
            warn(warning)
        yield installation


def warn(sentence: str) -> None:
    """Say on standard error what is no reason to stop."""
    sys.stderr.write(f"cure: {printable(sentence)}\n")


@contextmanager
def replay_bar() -> Iterator[Replayed]:
    """Show on a terminal how far a long replay of the log has come."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    with progress.Progress(
        progress.TextColumn("replaying the log"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:

        def replayed(done: int, every: int) -> None:
            if bar.tasks or every - done > _WORTH_SHOWING:
                task = bar.tasks[0].id if bar.tasks else bar.add_task("", total=every)
                bar.update(task, completed=done)

        yield replayed
