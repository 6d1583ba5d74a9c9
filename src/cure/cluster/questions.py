"""Questions to partitions on other nodes, and answers to theirs: a service of NATS for each.

Nodes that hold a partition share a queue of its subject, so any one of them is asked. Who
does not answer soon may be dead, stopped or cut off, and the servers may not know it yet: then all
who hold it are asked, and the first answer counts. Answers change nothing, so it does no harm if
several are given.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, count, repeat
from typing import Any

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from cure.cluster.messages import Messages
from cure.errors import BehindError, LogError, MalformedError, UnansweredError
from cure.hub.partitions.asking import Asked, Asker
from cure.hub.partitions.view import Part
from cure.hub.partitions.wire import Wire

MOST_S = 12.0
"""So long it is tried to have a question answered."""
_BESIDES_S = (0.5, 1.0, 2.0)
"""After so long all are asked who hold it, then one again, and so on; the last again and again."""
_ALONE_S = 3.0
"""So long it is waited for the servers to answer again."""
_AGAIN_S = 0.02
_NOBODY_S = 0.1
_THREADS = 2
_MORE, _LAST, _BEHIND, _FAILED = (bytes([one]) for one in range(4))
_NO_RESPONDERS = "503"
_HELD_BY_NOBODY = "nobody holds it"
_log = logging.getLogger(__name__)


class Questions:
    """Asks other nodes, and answers them for the partitions that are here."""

    def __init__(self, messages: Messages, parts: int) -> None:
        """Be ready to ask.

        Raises:
            LogError: If the servers do not answer.
        """
        self._messages = messages
        self._subject = f"cure.part.{parts}."
        self._subject_of_all = f"cure.parts.{parts}."
        self._wire = Wire()
        self._own = threading.local()  # tables of watches are used by one thread at a time
        self._inbox = messages.new_subject()
        self._numbers = count()
        self._waiting: dict[str, _Waiting] = {}
        self._answering: dict[int, tuple[Subscription, Subscription]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="answering")
        messages.subscribe(f"{self._inbox}.*", self._hear)

    # Asking -------------------------------------------------------------------------------

    def ask(self, asker: Asker, asked: Sequence[Asked]) -> list[Any]:
        """Return the answers to questions, in order; all are asked at once.

        Raises:
            UnansweredError: If one of them is not answered in time.
            MalformedError: If something that was asked for is malformed.
        """
        bodies = [self._wire.question(asker, one) for one in asked]
        longest = max(map(len, bodies), default=0)
        if longest > self._messages.most_bytes:
            raise UnansweredError(
                f"a question of {longest} bytes, such as one with very many watches, is larger "
                "than the servers take: raise their max_payload"
            )
        answers = self._messages.run(self._all(asked, bodies), MOST_S + 1)
        return [self._wire.told(one, said) for one, said in zip(asked, answers, strict=True)]

    async def _all(self, asked: Sequence[Asked], bodies: Sequence[bytes]) -> list[bytes]:
        tasks = [
            asyncio.ensure_future(self._one(one.part, body))
            for one, body in zip(asked, bodies, strict=True)
        ]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _one(self, part: int, body: bytes) -> bytes:
        clock = asyncio.get_running_loop().time
        end_s, waiting = clock() + MOST_S, _Waiting()
        mine: list[str] = []
        try:
            for wait_s in chain(_BESIDES_S, repeat(_BESIDES_S[-1])):
                name = f"{self._inbox}.{next(self._numbers)}"
                mine.append(name)
                self._waiting[name] = waiting
                to = self._subject if len(mine) % 2 else self._subject_of_all
                await self._messages.send(f"{to}{part}", body, name)
                said = await waiting.within(min(wait_s, end_s - clock()))
                if said is not None:
                    return said
                if clock() >= end_s or self._is_alone(end_s - clock()):
                    break
        except NatsError as error:
            raise UnansweredError(f"partition {part} cannot be asked: {error}") from error
        finally:
            for name in mine:
                del self._waiting[name]
        raise UnansweredError(
            f"no node answers for partition {part} of those it was asked of: {waiting.why}"
        )

    def _is_alone(self, left_s: float) -> bool:
        return not self._messages.is_connected and left_s < MOST_S - _ALONE_S

    async def _hear(self, message: Msg) -> None:
        waiting = self._waiting.get(message.subject)
        if waiting is not None:
            waiting.hear(message)

    # Answering ----------------------------------------------------------------------------

    def answer(self, parts: Iterable[int], part_of: Callable[[Asker, int], Part]) -> None:
        """Answer for these partitions from now on, and for no others.

        Args:
            parts: Which.
            part_of: Gives what a partition answers to an asker.

        Raises:
            LogError: If the servers do not answer.
        """
        wanted = set(parts)

        async def heard(message: Msg) -> None:
            task = asyncio.create_task(self._reply(message, part_of))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await asyncio.sleep(0)

        for part in wanted - self._answering.keys():
            self._answering[part] = (
                self._messages.subscribe(f"{self._subject}{part}", heard, "nodes"),
                self._messages.subscribe(f"{self._subject_of_all}{part}", heard),
            )
        if left := self._answering.keys() - wanted:
            self._messages.unsubscribe(*(one for part in left for one in self._answering.pop(part)))

    async def _reply(self, message: Msg, part_of: Callable[[Asker, int], Part]) -> None:
        loop = asyncio.get_running_loop()
        try:
            kind, said = (
                _LAST,
                await loop.run_in_executor(self._threads, self._answered, message.data, part_of),
            )
        except BehindError as error:
            kind, said = _BEHIND, str(error).encode()
        except MalformedError as error:  # of another version
            kind, said = _FAILED, str(error).encode()
        size = self._messages.most_bytes
        try:
            while len(said) > size:
                await self._messages.send(message.reply, _MORE + said[:size])
                said = said[size:]
            await self._messages.send(message.reply, kind + said)
        except NatsError as error:  # another one is asked
            _log.debug("%s", error)

    def _answered(self, question: bytes, part_of: Callable[[Asker, int], Part]) -> bytes:
        if not hasattr(self._own, "wire"):
            self._own.wire = Wire()
        return self._own.wire.answer(question, part_of)

    def close(self) -> None:
        """Answer no more, once what was asked is answered."""
        try:
            self.answer((), _nobody)
        except LogError as error:  # nobody can ask, either
            _log.debug("%s", error)
        self._threads.shutdown()


class _Waiting:
    """An answer that is waited for; several nodes may give it, each in pieces.

    Attributes:
        why: What was heard instead of it.
    """

    def __init__(self) -> None:
        self.why = "nothing was heard"
        self._pieces: dict[str, list[bytes]] = {}
        self._said: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._refused = asyncio.Event()

    def hear(self, message: Msg) -> None:
        """Take in a piece, or why there is none."""
        if self._said.done():
            return
        if (message.headers or {}).get("Status") == _NO_RESPONDERS:
            self._refuse(_HELD_BY_NOBODY)
            return
        kind, rest = message.data[:1], message.data[1:]
        if kind in {_BEHIND, _FAILED}:
            self._refuse(rest.decode())
            return
        pieces = self._pieces.setdefault(message.subject, [])
        pieces.append(rest)
        if kind == _LAST:
            self._said.set_result(b"".join(pieces))

    def _refuse(self, why: str) -> None:
        self.why = why
        self._refused.set()

    async def within(self, wait_s: float) -> bytes | None:
        """Return the answer; None: it did not come in time, or somebody who has none said so."""
        refused = asyncio.ensure_future(self._refused.wait())
        try:
            await asyncio.wait(
                {self._said, refused}, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            refused.cancel()
        if self._said.done():
            return self._said.result()
        if self._refused.is_set():
            self._refused.clear()
            await asyncio.sleep(_NOBODY_S if self.why == _HELD_BY_NOBODY else _AGAIN_S)
        return None


def _nobody(_: Asker, part: int) -> Part:
    raise BehindError(f"partition {part} is not here")
