"""Retention in a running server: what is too old is let go at the start, and once a day.

A clock that leaps ahead makes all look old, and what is let go is gone. So it is given a day first.
"""

import asyncio
import logging
import threading
import time
from datetime import datetime, timedelta

from cure.errors import LogError
from cure.retaining import Policy, due, retain
from cure.web.serving import Serving

EVERY_S = 86_400.0
_AFTER_ERROR_S = 300.0
_LEAP = timedelta(days=1)
"""A clock that goes on by so much more than time does between two looks has leapt."""
_SILENCE = timedelta(days=30)
"""If nothing was kept for so long before a start, the clock may have leapt."""
_PAUSE_S = 0.03
"""So long the log is left to others between two steps, of about 20 ms each."""
_log = logging.getLogger(__name__)


class Retaining:
    """Lets go of what is older than the operator said."""

    def __init__(self, serving: Serving, policy: Policy) -> None:
        """Look after the records of a server."""
        self._serving = serving
        self._policy = policy
        self._stopping = threading.Event()
        self._looked: tuple[datetime, float] | None = None

    async def run(self) -> None:
        """Let go of what is too old, until cancelled."""
        while True:
            wait_s = EVERY_S
            working = asyncio.create_task(asyncio.to_thread(self.look))
            try:
                await asyncio.shield(working)
            except asyncio.CancelledError:
                self._stopping.set()
                await asyncio.wait([working])
                raise
            except LogError as error:  # it is tried again
                _log.warning("%s", error)
                wait_s = _AFTER_ERROR_S
            await asyncio.sleep(wait_s)

    def _is_enough(self) -> bool:
        return self._stopping.wait(_PAUSE_S)

    def look(self) -> None:
        """Let go of what is too old now.

        Raises:
            LogError: If that could not be kept.
        """
        installation, policy, now = self._serving.installation, self._policy, self._serving.clock()
        if self._has_leapt(now):
            if any(due(installation, policy, now)):
                _log.warning("the clock may have leapt: nothing is too old before tomorrow")
            policy = Policy()
        done = retain(installation, policy, now, self._is_enough)
        self._looked = now, time.monotonic()
        for one in done:
            _log.info("%s: %d records kept until %s are let go", one.source, one.records, one.until)

    def _has_leapt(self, now: datetime) -> bool:
        if self._looked is None:
            log = self._serving.installation.log
            return log.kept_until(now - _SILENCE) == log.last()
        then, then_s = self._looked
        return now - then > timedelta(seconds=time.monotonic() - then_s) + _LEAP
