"""Turns: what is posted is read by one thread, in order; what would wait too long is not begun.

One thread, as reading is Python through and through, and more of them would only keep the
questions waiting for the interpreter.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Full
from typing import TypeVar

from cure.writer import Writer

T = TypeVar("T")
BEHIND_S = 2.0
"""What would wait longer for its turn is refused; the wait is judged by what turns took lately."""
_WEIGHT = 0.1
"""Of the newest turn in what they took lately."""


class Turns:
    """The one reader of what is posted to a server."""

    def __init__(self, writer: Writer) -> None:
        """Read for a writer, while that keeps up."""
        self._writer = writer
        self._reader = ThreadPoolExecutor(1, "reader")
        self._waiting = 0
        self._turn_s = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether anything is read, or waits for that."""
        return self._waiting > 0

    @property
    def is_behind(self) -> bool:
        """Whether what comes now would wait too long."""
        return self._waiting * self._turn_s > BEHIND_S or self._writer.behind_s() > BEHIND_S

    def check(self) -> None:
        """Make sure that what comes now is read and kept soon; to be asked before its body is read.

        Raises:
            Full: If it is not.
        """
        if self.is_behind:
            raise Full

    async def read(self, work: Callable[[], T]) -> T:
        """Do the work of reading something, in turn with that of others."""

        def in_turn() -> T:
            began_s = time.monotonic()
            try:
                return work()
            finally:
                self._turn_s += _WEIGHT * (time.monotonic() - began_s - self._turn_s)

        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._reader, in_turn)
        finally:
            self._waiting -= 1

    def stop(self) -> None:
        """End, once all that was begun is read."""
        self._reader.shutdown()
