"""Publishers with a rhythm of their own: each batch is sent when it is due, come what may.

An answer's time counts from when its request was due (no coordinated omission).
"""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from faults.load.wire import BROKEN, Connections, request
from faults.load.world import BATCH, SOURCES, Numbers, Organisation, body

_NEW_IN = 200


class Phase(NamedTuple):
    """A stretch of a load: for so many seconds, so many records a second."""

    seconds: float
    rate: float


class _Kept(msgspec.Struct):
    """What an acknowledgement says."""

    accepted: int
    duplicates: int


class Posted:
    """What became of every request.

    Attributes:
        due: When each was to be sent, in seconds of the loop's clock; request i is of source i % 8.
        batches: Which batch each held.
        answered: When it was answered.
        statuses: How; -1: not yet.
        without_retry: How many refusals did not say when to come again.
        wrong: What was acknowledged otherwise than whole.
    """

    def __init__(self, due: NDArray[np.float64], known: int) -> None:
        """Begin with nothing sent.

        Args:
            due: When each is to be sent.
            known: If given, only one request in 200 holds what is new once there were so many: the
                others hold again what was sent.
        """
        self.due = due
        turns, sources = np.divmod(np.arange(len(due)), len(SOURCES))
        if known:
            again = (turns >= known // len(SOURCES)) & (turns % _NEW_IN != 0)
            turns = np.where(again, turns % (known // len(SOURCES)), turns)
        self.batches = turns * len(SOURCES) + sources
        self.answered = np.full(len(due), np.nan)
        self.statuses = np.full(len(due), -1, np.int16)
        self.without_retry = 0
        self.wrong: list[bytes] = []

    def acknowledged(self) -> Numbers:
        """Return the numbers of the records that were, ascending."""
        batches = np.unique(self.batches[self.statuses == HTTPStatus.OK])
        return (batches[:, None] * BATCH + np.arange(BATCH)).ravel()


def rhythm(phases: Sequence[Phase], begin: float) -> NDArray[np.float64]:
    """Return when each batch is due: every publisher evenly, each with a beginning of its own."""
    every = [len(SOURCES) * BATCH / one.rate for one in phases]
    at: list[float] = []
    start = begin
    for one, period in zip(phases, every, strict=True):
        at += np.arange(start, start + one.seconds - period / 2, period).tolist()
        start += one.seconds
    ticks = np.array(at)
    periods = np.diff(ticks, append=ticks[-1] + every[-1])
    shifts = np.random.default_rng(7).random(len(SOURCES))
    return (ticks[:, None] + periods[:, None] * shifts).ravel()


async def publish(port: int, publishers: Sequence[Organisation], posted: Posted) -> None:
    """Send every batch, the publishers side by side, and note what came of it.

    Args:
        port: Where the server listens.
        publishers: Who publishes as which source.
        posted: What to send when.
    """
    connections = Connections(port)
    clock, under_way = asyncio.get_running_loop().time, set[asyncio.Task[None]]()

    async def send(number: int, raw: bytes) -> None:
        answer = await connections.ask(raw)
        posted.answered[number] = clock()
        posted.statuses[number] = answer.status
        if answer.status == HTTPStatus.OK:
            kept = msgspec.json.decode(answer.body, type=_Kept)
            if kept.accepted + kept.duplicates != BATCH:
                posted.wrong.append(answer.body)
        elif answer.status != BROKEN and not answer.asks_to_wait:
            posted.without_retry += 1

    async def of_one(source: int) -> None:
        to = f"/api/v1/records?source={SOURCES[source]}", publishers[source].key
        for number in range(source, len(posted.due), len(SOURCES)):
            raw = request("POST", *to, body(int(posted.batches[number])))
            await asyncio.sleep(max(0.0, posted.due[number] - clock()))
            task = asyncio.create_task(send(number, raw))
            under_way.add(task)
            task.add_done_callback(under_way.discard)

    await asyncio.gather(*map(of_one, range(len(SOURCES))))
    await asyncio.gather(*under_way)
    connections.close()
