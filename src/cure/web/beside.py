"""What runs beside the answers in a server's loop: begun and ended together, and missed if it dies.

One that fails by a bug takes nothing with it, neither the others nor an orderly end.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Protocol

_log = logging.getLogger(__name__)


class Runs(Protocol):
    """Something that runs until it is cancelled."""

    async def run(self) -> None:
        """Run."""
        ...


class Beside:
    """The tasks of one server."""

    def __init__(self, parts: Iterable[Runs]) -> None:
        """Begin them all; to be called in the loop."""
        self._tasks = [asyncio.create_task(one.run(), name=type(one).__name__) for one in parts]
        for task in self._tasks:
            task.add_done_callback(_missed)

    def alive(self) -> dict[str, bool]:
        """Tell which of them run, or have come to an orderly end, by name."""
        return {task.get_name().lower(): not _has_failed(task) for task in self._tasks}

    async def stop(self) -> None:
        """End them all."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _has_failed(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None


def _missed(task: asyncio.Task[None]) -> None:
    if _has_failed(task):
        name, error = task.get_name(), task.exception()
        _log.critical("a bug of ours: %s has ended: restart the server", name, exc_info=error)
