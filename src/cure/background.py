"""Turns of what is done in the background, so that those who are waited for hardly meet it.

Threads share one interpreter. Where three compute, each takes three times as long; so one of those
for whom nobody waits computes at a time, and then rests.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_REST = 0.5
"""So much of the time that it computed it rests."""


class Background:
    """What computes in the background of one server, in turn."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Compute a few milliseconds, alone of those in the background; rest when it is over."""
        with self._turn:
            began_s = time.monotonic()
            yield
            rest_s = _REST * (time.monotonic() - began_s)
        time.sleep(rest_s)
