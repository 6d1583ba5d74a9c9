"""What subscribers of the stream are told: a snapshot, then what changed, once a second at most."""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from itertools import count

import msgspec

from cure.hub.view import Changes, Matrix, NewLink
from cure.web.questions import SourceShown, shown_sources
from cure.web.serving import Serving

TICK_S = 1.0
HEARTBEAT_S = 15.0
WAITING_EVENTS = 30
"""A subscriber that does not take so many is told that it lost some, and begins anew."""


class Snapshot(msgspec.Struct, frozen=True):
    """All that the changes start from.

    Attributes:
        sources: What each source has said, in sum.
        links: How many values each pair of sources has in common.
    """

    sources: list[SourceShown]
    links: Matrix


class ChangesTold(msgspec.Struct, frozen=True):
    """What changed since the event before.

    Attributes:
        records: How many records each source added.
        links: The new links.
    """

    records: dict[str, int]
    links: list[NewLink]


class _Subscription:
    """One subscriber's queue.

    Attributes:
        start: Number of the first change that its snapshot does not hold; none while there is
            no snapshot yet.
        waiting: What it has not taken yet; None: the stream ends.
        lost: Whether something had to be left out.
    """

    def __init__(self) -> None:
        self.start = sys.maxsize
        self.waiting: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING_EVENTS)
        self.lost = False


class Broadcast:
    """Tells all subscribers of changes, computed for their audience after the gate."""

    def __init__(self, serving: Serving) -> None:
        """Listen to what the server's writer keeps."""
        self._serving = serving
        self._pending: deque[Changes] = deque()
        self._told = 0  # how many changes came, ever; counted in the writer's thread
        self._taken = 0  # how many of them left `_pending`
        self._subscriptions: set[_Subscription] = set()
        self._closed = False
        self._numbers = count(1)
        serving.writer.listen(self._hear)

    def __len__(self) -> int:
        return len(self._subscriptions)

    def _hear(self, changes: Changes) -> None:
        self._pending.append(changes)
        self._told += 1

    async def run(self) -> None:
        """Tell of changes, until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            await self._tick()

    async def _tick(self) -> None:
        taken = [self._pending.popleft() for _ in range(len(self._pending))]
        first, self._taken = self._taken, self._taken + len(taken)
        due: dict[int, list[_Subscription]] = {}
        for one in self._subscriptions:
            due.setdefault(max(one.start - first, 0), []).append(one)
        for start, subscriptions in due.items():
            if start < len(taken):
                text = await asyncio.to_thread(self._changes, taken[start:])
                for one in subscriptions:
                    self._put(one, text)

    def _changes(self, changes: Sequence[Changes]) -> bytes | None:
        view = self._serving.view()
        records = view.record_counts(changes)
        links = view.new_links(changes)
        return self._event("changes", ChangesTold(records, links)) if records or links else None

    def _event(self, name: str, data: object) -> bytes:
        return b"id: %d\nevent: %s\ndata: %s\n\n" % (
            next(self._numbers),
            name.encode(),
            msgspec.json.encode(data),
        )

    def _put(self, subscription: _Subscription, event: bytes | None) -> None:
        if event is None or subscription.lost:
            return
        if subscription.waiting.full():
            subscription.lost = True
            while not subscription.waiting.empty():
                subscription.waiting.get_nowait()
            event = b""
        subscription.waiting.put_nowait(event)

    async def events(self) -> AsyncIterator[bytes]:
        """Yield what one subscriber is told, as server-sent events, until the server ends."""
        while not self._closed:
            subscription = _Subscription()
            # It is there before its snapshot, so that no change can fall between the two.
            self._subscriptions.add(subscription)
            try:
                yield await asyncio.to_thread(self._begin, subscription)
                async for event in self._until_lost(subscription):
                    yield event
            finally:
                self._subscriptions.discard(subscription)

    async def _until_lost(self, subscription: _Subscription) -> AsyncIterator[bytes]:
        while not subscription.lost:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    event = await subscription.waiting.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if event is None:
                return
            if event:
                yield event
        yield self._event("lost", None)

    def _begin(self, subscription: _Subscription) -> bytes:
        """Return a snapshot, and have the subscription go on exactly where it ends."""
        with self._serving.writer.between_appends():
            view = self._serving.view()
            subscription.start = self._told
        sources = shown_sources(self._serving, view.sources())
        return self._event("snapshot", Snapshot(sources, view.links()))

    def close(self) -> None:
        """End all streams; to be called where the server begins to stop, for it waits for them."""
        self._closed = True
        for one in self._subscriptions:
            while one.waiting.full():
                one.waiting.get_nowait()
            one.waiting.put_nowait(None)
