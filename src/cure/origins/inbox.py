"""An inbox: messages that came over the network and wait to be delivered together.

Whoever fills it stops reading its socket while the inbox is full, so that the sender waits.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from cure.errors import LogError
from cure.interfaces import Input, Line
from cure.origins.delivering import Deliver

MAX_MESSAGES = 10_000
MAX_BYTES = 16 << 20
_AT_ONCE = 2_000
_AGAIN_S = 1.0
_log = logging.getLogger(__name__)


class Inbox:
    """The messages of one source. To be used in one event loop."""

    def __init__(self, name: str, deliver: Deliver) -> None:
        """Hand what comes to `deliver`, which is called in a thread."""
        self._name = name
        self._deliver = deliver
        self._messages: deque[Line] = deque()
        self._bytes = 0
        self._taken = 0
        self._waiting: list[Callable[[], object]] = []
        self._changed = asyncio.Event()
        self._closing = False

    @property
    def is_full(self) -> bool:
        """Whether nothing more should be put in."""
        return len(self._messages) >= MAX_MESSAGES or self._bytes >= MAX_BYTES

    def put(self, message: Line) -> None:
        """Take a message in."""
        self._messages.append(message)
        self._bytes += _size(message)
        self._changed.set()

    def when_room(self, call: Callable[[], object]) -> None:
        """Call once, as soon as there is room again."""
        self._waiting.append(call)

    async def room(self) -> None:
        """Wait until there is room."""
        while self.is_full:
            emptied = asyncio.Event()
            self.when_room(emptied.set)
            await emptied.wait()

    def close(self) -> None:
        """Deliver what there is, and let `run` end."""
        self._closing = True
        self._changed.set()

    async def run(self) -> None:
        """Deliver what comes, in order, as much as waits at a time."""
        while True:
            while self._messages:
                await self._deliver_some()
            if self._closing:
                return
            self._changed.clear()
            await self._changed.wait()

    async def _deliver_some(self) -> None:
        some = [self._messages.popleft() for _ in range(min(_AT_ONCE, len(self._messages)))]
        while not await asyncio.to_thread(self._kept, some):
            if self._closing:
                _log.error("%s: %d messages are lost: the log failed", self._name, len(some))
                break
            await asyncio.sleep(_AGAIN_S)
        self._taken += len(some)
        self._bytes -= sum(map(_size, some))
        if not self.is_full:
            waiting, self._waiting = self._waiting, []
            for call in waiting:
                call()

    def _kept(self, messages: list[Line]) -> bool:
        data = Input(
            name=self._name,
            as_of=datetime.now(UTC),
            lines=iter(messages),
            blocks=iter(messages),
            head=b"",
        )
        try:
            self._deliver(data, before=self._taken)
        except LogError as error:
            _log.error("%s: %s", self._name, error)
            return False
        return True


def _size(message: Line) -> int:
    return len(message) if isinstance(message, bytes) else len(message.head)
