"""Turns of what is done in the background, so that those who are waited for hardly meet it.

Threads share one interpreter. Where three compute, each takes three times as long; so one of those
for whom nobody waits computes at a time, gives way to those who are waited for, and then rests.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_REST = 0.5
"""So much of the time that it computed it rests."""
_LONGEST_S = 0.03
"""For no longer does it give way: what is never quiet must not starve it."""
_LOOK_S = 0.001


class Background:
    """What computes in the background of one server, in turn."""

    def __init__(self, is_waited_for: Callable[[], bool] = lambda: False) -> None:
        """Give way while somebody is waited for."""
        self._is_waited_for = is_waited_for
        self._turn = threading.Lock()

    def give_way(self) -> None:
        """Stand still a moment, if somebody is waited for; to be called every few milliseconds."""
        until_s = time.monotonic() + _LONGEST_S
        while self._is_waited_for() and time.monotonic() < until_s:
            time.sleep(_LOOK_S)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Compute a few milliseconds, alone of those in the background; rest when it is over."""
        with self._turn:
            self.give_way()
            began_s = time.monotonic()
            yield
            rest_s = _REST * (time.monotonic() - began_s)
        time.sleep(rest_s)
