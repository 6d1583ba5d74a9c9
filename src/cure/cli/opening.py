"""A data directory opened by a command, and what is said meanwhile."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TypeAlias

from rich import progress
from rich.console import Console

from cure.cli.hardening import private_files
from cure.cli.plain import warn
from cure.installation import Installation
from cure.settings import Settings

Progressed: TypeAlias = Callable[[str, int, int], None]
_WORTH_SHOWING = 50_000
"""So many records to replay take about a second, like so many pages to copy."""


@contextmanager
def opened(
    settings: Settings, *, write: bool = False, serves: bool = False
) -> Iterator[Installation]:
    """Open the data directory; what was mended meanwhile is said on standard error.

    Of a cluster's nodes only one that `serves` holds partitions; a command asks others.

    Raises:
        ConfigError: If it does not exist, or when writing is in use by another process.
        LogError: If the log is damaged or of a newer format.
    """
    with private_files() if write else nullcontext():
        with long_bar() as progressed:
            replayed = partial(progressed, "replaying the log")
            directory = Path(settings.data)
            if write and settings.log is not None:
                from cure.cli.joining import node  # noqa: PLC0415 - one machine needs none of it

                installation = node(directory, settings, replayed, serves=serves)
            else:
                installation = Installation(
                    directory,
                    write=write,
                    replayed=replayed,
                    link_reserved=settings.link_reserved,
                )
        with installation:
            for warning in installation.warnings:
                warn(warning)
            yield installation


@contextmanager
def long_bar() -> Iterator[Progressed]:
    """Show on a terminal how far what takes long has come: what, how much is done, of how much."""
    bar = progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, progress.TaskID] = {}

    def progressed(what: str, done: int, every: int) -> None:
        if what not in tasks and every - done > _WORTH_SHOWING and sys.stderr.isatty():
            tasks[what] = bar.add_task(what, total=every)
            bar.start()
        if what in tasks:
            bar.update(tasks[what], completed=done)

    try:
        yield progressed
    finally:
        if tasks:
            bar.stop()
