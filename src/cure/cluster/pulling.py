"""Entries of the stream as they come, each once and in order, from the nearest copy of it.

Any server that keeps the stream gives what it has by its number (a direct get): that needs no
leader, and no server holds anything for us that could go with it. Whoever publishes tells all
nodes, beside the stream, that it is time to look; who did not hear it looks a moment later.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import RawStreamMsg

from cure.cluster.entries import Message

LOOK_S = 0.2
"""So often it is looked, whether or not anything was heard."""
_PUBLISHED = "cure.published."
_BATCH = 256
_BATCH_BYTES = 32 << 20
_SILENCE_S = 1.0
_LONGEST_S = 3.0
_ANSWER_S = 10.0
_SOON_S = 0.002
"""What a majority has, the nearest server has a moment later."""
_NOTHING, _ALL = "404", "204"
_NOBODY = "503"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Ask = Callable[..., Any]


class Pull:
    """Reads the entries of a subject; one thread uses it."""

    def __init__(self, client: Client, ask: Ask, stream: str, subject: str) -> None:
        """Be ready to read; `ask` runs a coroutine in the client's thread."""
        self._client = client
        self._ask = ask
        self._to = f"$JS.API.DIRECT.GET.{stream}"
        self._subject = subject
        self._inbox = ""
        self._number = 0
        self._told = asyncio.Event()
        self._published = 0
        self._answer: _Answer | None = None
        self._answered_s = 0.0

    def take(self, after: int, wait_s: float) -> list[Message]:
        """Return what follows an entry, waiting so long for it to come; nothing: an empty list.

        Raises:
            LogError: If the servers do not answer.
        """
        return self._ask(self._take(after, wait_s), wait_s + _ANSWER_S)

    async def _take(self, after: int, wait_s: float) -> list[Message]:
        clock = asyncio.get_running_loop().time
        if not self._inbox:
            await self._listen()
            self._answered_s = clock()
        end_s, soon_s = clock() + wait_s, _SOON_S
        while clock() < end_s:
            self._told.clear()
            found = await self._read(after)
            if found is None:
                if clock() - self._answered_s > _LONGEST_S:
                    raise NatsTimeoutError
                continue
            self._answered_s = clock()
            if found:
                return found
            left_s = max(0.0, end_s - clock())
            if self._published > after:
                await asyncio.sleep(min(soon_s, left_s))
                soon_s = min(2 * soon_s, LOOK_S)
            else:
                await self._hear_of_more(min(LOOK_S, left_s))
        return []

    async def _listen(self) -> None:
        inbox = self._client.new_inbox()
        await self._client.subscribe(f"{_PUBLISHED}{self._subject}", cb=self._hear_published)
        await self._client.subscribe(f"{inbox}.*", cb=self._hear)
        self._inbox = inbox

    async def _hear_published(self, message: Msg) -> None:
        self._published = max(self._published, int(message.data))
        self._told.set()

    async def _hear_of_more(self, wait_s: float) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._told.wait()
        except TimeoutError:
            return

    async def _read(self, after: int) -> list[Message] | None:
        """Return what follows, up to a batch; None: nobody answered.

        Raises:
            NatsError: If the server refuses it.
        """
        self._number += 1
        answer = self._answer = _Answer(f"{self._inbox}.{self._number}")
        wanted = {
            "seq": after + 1,
            "next_by_subj": self._subject,
            "batch": _BATCH,
            "max_bytes": _BATCH_BYTES,
        }
        await self._client.publish(self._to, msgspec.json.encode(wanted), reply=answer.name)
        while True:
            had = len(answer.found)
            await asyncio.wait({answer.end}, timeout=_SILENCE_S)
            if not answer.end.done():
                if len(answer.found) > had:
                    continue
                return answer.found or None  # what came is in order, whatever did not
            status = answer.end.result()
            if status in {_ALL, _NOTHING}:
                return answer.found
            if status != _NOBODY:
                raise NatsError(f"nats: what follows entry {after} is not told: {status}")
            await asyncio.sleep(_SOON_S)
            return None

    async def _hear(self, message: Msg) -> None:
        if self._answer and message.subject == self._answer.name:  # others came too late
            self._answer.hear(message)


class _Answer:
    """What follows an entry, as a server tells it.

    Attributes:
        name: Where it is sent to.
        found: What came, without a gap.
        end: The status with which it ended.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Message] = []
        self._last = 0
        self.end: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def hear(self, message: Msg) -> None:
        """Take in an entry, or how it ends."""
        said = message.headers or {}
        if (status := said.get("Status")) is not None:
            if not self.end.done():
                self.end.set_result(status)
            return
        if int(said["Nats-Last-Sequence"]) != self._last:  # one before it was lost on the way
            return
        self._last = int(said["Nats-Sequence"])
        self.found.append(
            Message(
                self._last,
                datetime.fromisoformat(said["Nats-Time-Stamp"]),
                said["Nats-Subject"],
                said.get("Nats-Msg-Id", ""),
                message.data,
            )
        )


async def tell_published(client: Client, subject: str, seq: int) -> None:
    """Tell all who read a subject that there is an entry."""
    await client.publish(f"{_PUBLISHED}{subject}", str(seq).encode())


def message_of(found: RawStreamMsg) -> Message:
    """Return an entry that was asked for by its number."""
    return Message(
        found.seq or 0,
        _EPOCH,
        found.subject or "",
        (found.headers or {}).get("Nats-Msg-Id", ""),
        found.data or b"",
    )
