"""What another thread or program does a moment later: tests wait for it, and guess no time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_S = 60.0
"""Beside others a program may starve for long; what never comes is missed all the same."""
_LOOK_EVERY_S = 0.02


def soon(ask: Callable[[], T], fits: Callable[[T], object] = bool) -> T:
    """Ask until the answer fits, and return it; fail with the last answer if none does."""
    until = time.monotonic() + PATIENCE_S
    while not fits(answer := ask()):
        assert time.monotonic() < until, answer
        time.sleep(_LOOK_EVERY_S)
    return answer
