"""Deliveries of a running server: a task each, so that none waits for another."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from cure.errors import LogError
from cure.subscribers.deliveries.channels import Channels
from cure.subscribers.deliveries.delivery import Delivery
from cure.subscribers.deliveries.sender import Sender
from cure.subscribers.deliveries.store import DeliveryStore
from cure.subscribers.watches.store import WatchStore

LOOK_EVERY_S = 0.5
"""So often it is looked whether deliveries came or went, or are to send again."""
_LONGEST_WAIT_S = 30.0
_AFTER_ERROR = timedelta(seconds=5)
_log = logging.getLogger(__name__)


class _Running:
    """The task of one delivery, and what wakes it."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.news = asyncio.Event()
        self.task: asyncio.Task[None] | None = None


class Deliveries:
    """Runs the deliveries of all organisations."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is one thing of its own
        self,
        store: DeliveryStore,
        watches: WatchStore,
        sender: Sender,
        channels: Channels,
        clock: Callable[[], datetime],
        is_due: Callable[[], bool],
    ) -> None:
        """Send what the watches meet, once it runs; while it `is_due` here, and not elsewhere."""
        self._is_due = is_due
        self._store = store
        self._watches = watches
        self._sender = sender
        self._channels = channels
        self._clock = clock
        self._running: dict[str, _Running] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        watches.listen(self._hear)

    def _hear(self, organisation: str) -> None:
        """Wake the deliveries of an organisation; called in the thread that keeps hits."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop has ended: what is new is sent next time
                loop.call_soon_threadsafe(self._wake, organisation)

    def _wake(self, organisation: str | None = None) -> None:
        for one in self._running.values():
            if organisation in {None, one.delivery.organisation}:
                one.news.set()

    async def run(self) -> None:
        """Run until cancelled."""
        self._loop = asyncio.get_running_loop()
        version = -1
        try:
            while True:
                try:
                    is_due = self._is_due()
                    found = await asyncio.to_thread(lambda: self._store.version) if is_due else -1
                    if found != version:
                        every = await asyncio.to_thread(self._store.all) if is_due else []
                        self._take(every)
                        version = found
                except LogError as error:  # it is looked again
                    _log.warning("%s", error)
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            ending = [one.task for one in self._running.values() if one.task is not None]
            self._take([])
            await asyncio.gather(*ending, return_exceptions=True)
            await self._sender.close()
            await self._channels.close()

    def _take(self, deliveries: list[Delivery]) -> None:
        """Begin with those that are new, end those that are gone, and wake the others."""
        there = {one.id: one for one in deliveries}
        for gone in self._running.keys() - there.keys():
            ended = self._running.pop(gone)
            if ended.task is not None:
                ended.task.cancel()
        for new in there.keys() - self._running.keys():
            begun = self._running[new] = _Running(there[new])
            begun.task = asyncio.create_task(self._look_after(begun))
        self._wake()

    async def _look_after(self, one: _Running) -> None:
        async with self._channels.opened(one.delivery) as channel:
            while True:
                one.news.clear()
                try:
                    again_at = await self._sender.send_due(one.delivery, channel)
                except LogError as error:
                    _log.warning("%s", error)
                    again_at = self._clock() + _AFTER_ERROR
                wait_s = _LONGEST_WAIT_S
                if again_at is not None:
                    wait_s = min((again_at - self._clock()).total_seconds(), _LONGEST_WAIT_S)
                if wait_s > 0:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(wait_s):
                            await one.news.wait()
