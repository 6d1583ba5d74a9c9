"""What subscribers of the stream are told: a snapshot, then what changed, once a second at most.

Each is told what its own audience may be sent. A stream ends within a second of what it rests on:
the credentials that asked for it, and which records they let it see.
"""

import asyncio
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

import msgspec

from cure.errors import LogError
from cure.hub.view import Changes, Clearance, Matrix, NewLink
from cure.model import Audience, Purpose
from cure.web.asker import Asker
from cure.web.questions import SourceShown, shown_sources
from cure.web.serving import Serving

TICK_S = 1.0
RECHECK_S = 0.25
_ASK_AGAIN_S = 30.0
"""So often credentials are looked up although no right was changed: they may have expired."""
HEARTBEAT_S = 15.0
_STILL_HERE = b": still here\n\n"
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
        asker: Who it is.
        audience: As whom it is told.
        saw: What it could see when its snapshot was taken; None: there is no snapshot yet.
        start: Number of the first change that its snapshot does not hold; none while there is
            no snapshot yet.
        waiting: What it has not taken yet; None: the stream ends.
        lost: Whether something had to be left out.
    """

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.audience = asker.audience(Purpose.PUSH)
        self.saw: Clearance | None = None
        self.start = sys.maxsize
        self.waiting: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING_EVENTS)
        self.lost = False

    def put(self, event: bytes) -> None:
        if self.lost:
            return
        if self.waiting.full():
            self.lost = True
            self._clear()
            event = b""
        self.waiting.put_nowait(event)

    def end(self) -> None:
        self._clear()
        self.waiting.put_nowait(None)

    def _clear(self) -> None:
        while not self.waiting.empty():
            self.waiting.get_nowait()


class _Told(NamedTuple):
    """An event of changes, and what the audit log says of it."""

    text: bytes
    sources: frozenset[str]
    records: int


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
        self._policy = -1
        self._asked_s = 0.0
        serving.writer.listen(self._hear)

    def __len__(self) -> int:
        return len(self._subscriptions)

    @property
    def is_closed(self) -> bool:
        """Whether the server is about to stop."""
        return self._closed

    def _hear(self, changes: Changes) -> None:
        self._pending.append(changes)
        self._told += 1

    # Telling ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Tell of changes, and end what is no longer allowed, until cancelled."""
        async with asyncio.TaskGroup() as together:
            together.create_task(_often(lambda: TICK_S, self._tick))
            together.create_task(_often(lambda: RECHECK_S, self._recheck))

    async def _tick(self) -> None:
        taken = [self._pending.popleft() for _ in range(len(self._pending))]
        first, self._taken = self._taken, self._taken + len(taken)
        due: dict[tuple[int, Audience], list[_Subscription]] = {}
        for one in self._subscriptions:
            due.setdefault((max(one.start - first, 0), one.audience), []).append(one)
        for (start, audience), subscriptions in due.items():
            if start < len(taken):
                told = await asyncio.to_thread(self._changes, audience, taken[start:])
                if told is not None:
                    await self._recheck()  # nobody is told who was shut out meanwhile
                    for one in subscriptions:
                        self._tell(one, told)

    def _tell(self, one: _Subscription, told: _Told) -> None:
        if one not in self._subscriptions:
            return
        try:
            one.asker.note("stream", sources=told.sources, count=told.records, purpose=Purpose.PUSH)
        except LogError:  # what cannot be audited is not told
            self._shut_out(one)
        else:
            one.put(told.text)

    def _changes(self, audience: Audience, changes: Sequence[Changes]) -> _Told | None:
        view = self._serving.view(audience)
        records = view.record_counts(changes)
        links = view.new_links(changes)
        if not records and not links:
            return None
        text = _event("changes", ChangesTold(records, links))
        return _Told(text, frozenset(records), sum(records.values()))

    # Ending -----------------------------------------------------------------------------

    async def _recheck(self) -> None:
        """End the streams whose credentials are no longer good, or that see something else now."""
        now = self._serving.clock()
        try:
            if self._is_time_to_ask():
                for one in list(self._subscriptions):
                    if not one.asker.is_live(now):
                        self._shut_out(one)
        except LogError:  # whose rights cannot be looked up has none
            for one in list(self._subscriptions):
                self._shut_out(one)
        sees = {
            audience: self._serving.view(audience).clearance
            for audience in {one.audience for one in self._subscriptions}
        }
        for one in list(self._subscriptions):
            if one.saw is not None and not sees[one.audience].agrees_with(one.saw):
                self._shut_out(one)

    def _is_time_to_ask(self) -> bool:
        accounts = self._serving.authentication.accounts
        version = 0 if accounts is None else accounts.policy_version
        now_s = time.monotonic()
        if version == self._policy and now_s < self._asked_s + _ASK_AGAIN_S:
            return False
        self._policy, self._asked_s = version, now_s
        return True

    def _shut_out(self, one: _Subscription) -> None:
        self._subscriptions.discard(one)
        one.end()

    def close(self) -> None:
        """End all streams; to be called where the server begins to stop, for it waits for them."""
        self._closed = True
        for one in self._subscriptions:
            one.end()

    # Listening --------------------------------------------------------------------------

    async def events(self, asker: Asker) -> AsyncIterator[bytes]:
        """Yield what one subscriber is told, as server-sent events, until its stream ends."""
        is_over = False
        numbers = count(1)
        while not (self._closed or is_over):
            subscription = _Subscription(asker)
            # It is there before its snapshot, so that no change can fall between the two.
            self._subscriptions.add(subscription)
            try:
                yield _numbered(numbers, await asyncio.to_thread(self._begin, subscription))
                async for event in self._until_lost(subscription):
                    yield _numbered(numbers, event) if event != _STILL_HERE else event
            finally:
                is_over = subscription not in self._subscriptions
                self._subscriptions.discard(subscription)

    async def _until_lost(self, subscription: _Subscription) -> AsyncIterator[bytes]:
        while not subscription.lost:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    event = await subscription.waiting.get()
            except TimeoutError:
                yield _STILL_HERE
                continue
            if event is None:
                return
            if event:
                yield event
        yield _event("lost", None)

    def _begin(self, subscription: _Subscription) -> bytes:
        """Return a snapshot, and have the subscription go on exactly where it ends."""
        with self._serving.writer.between_appends():
            view = self._serving.view(subscription.audience)
            subscription.saw = view.clearance
            subscription.start = self._told
        sources = shown_sources(self._serving, view.sources())
        subscription.asker.note(
            "stream",
            sources=(one.name for one in sources),
            count=sum(one.records for one in sources),
            purpose=Purpose.PUSH,
        )
        return _event("snapshot", Snapshot(sources, view.links()))


async def _often(every_s: Callable[[], float], act: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(every_s())
        await act()


def _event(name: str, data: object) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(data))


def _numbered(numbers: Iterator[int], event: bytes) -> bytes:
    return b"id: %d\n%s" % (next(numbers), event)
