"""The stream, and the thread in which its client lives: a narrow door without asyncio.

What was published is on the disks of a majority of the servers when `publish` returns. It is
tried again under the same id while no server answers, so it is there once.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar
from uuid import uuid4

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import StorageType, StreamConfig, StreamInfo
from nats.js.errors import APIError, NotFoundError
from nats.js.kv import KeyValue
from nats.js.object_store import ObjectStore

from cure.cluster.address import Address
from cure.cluster.entries import FILE, LOG, Message
from cure.cluster.messages import Messages
from cure.cluster.pulling import Pull, message_of, tell_published
from cure.errors import ChangedMeanwhileError, ConfigError, LogError

NAME = "CURE"
DEDUPLICATION_S = 120.0
PUBLISH_S = 25.0
"""So long it is tried to publish something: servers that elect a leader take up to 8 s."""
_TRY_S = 1.0
_LONGEST_S = 30.0
_ANSWER_S = 10.0
_AGAIN_S = 0.1
_CONNECT_S = 20.0
_WRONG_LAST_SEQUENCE = 10071
_SPARE_BYTES = 4096
"""Of the largest message, for its headers."""
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Stream:
    """A connection to the servers. Any thread may use it."""

    def __init__(self, address: Address) -> None:
        """Connect.

        Raises:
            LogError: If no server answers.
        """
        self._address = address
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="stream", daemon=True)
        self._thread.start()
        self._closed = False
        credentials = address.credentials
        try:
            self._client = self._ask(
                connected(address, credentials.user, credentials.password), _CONNECT_S
            )
        except BaseException:
            self._end()
            raise
        self._stream = self._client.jetstream(timeout=_TRY_S)

    @property
    def most_bytes(self) -> int:
        """How large an entry may be."""
        return self._client.max_payload - _SPARE_BYTES

    @property
    def is_connected(self) -> bool:
        """Whether a server answers now."""
        return self._client.is_connected

    def found(self, replicas: int) -> StreamConfig:
        """Return the settings of the stream, which is made if it is not there.

        Raises:
            LogError: If the servers do not agree in time.
        """
        wanted = StreamConfig(
            name=NAME,
            subjects=[LOG, f"{FILE}*"],
            num_replicas=replicas,
            storage=StorageType.FILE,
            duplicate_window=DEDUPLICATION_S,
            allow_direct=True,
        )

        async def found() -> StreamConfig:
            try:
                return (await self._stream.stream_info(NAME)).config
            except NotFoundError:
                return (await self._stream.add_stream(wanted)).config

        return self._ask(_until(found, _CONNECT_S), _LONGEST_S)

    def last(self, subject: str | None = None) -> int:
        """Return the number of the last entry, of all or of a subject; 0: there is none."""

        async def last() -> int:
            if subject is None:
                return (await self._stream.stream_info(NAME)).state.last_seq
            try:
                return (await self._stream.get_last_msg(NAME, subject)).seq or 0
            except NotFoundError:
                return 0

        return self._ask(_until(last, _ANSWER_S), _LONGEST_S)

    def bounds(self) -> tuple[int, int]:
        """Return the numbers of the first and the last entry that the stream has."""
        state = self._info().state
        return state.first_seq, state.last_seq

    def leader(self) -> str:
        """Return the name of the server that leads the stream; empty: none does now."""
        found = self._info().cluster
        return (found.leader if found else None) or ""

    def is_whole(self) -> bool:
        """Tell whether all servers have all that is kept: then any one of them may fail."""
        found = self._info().cluster
        return found is not None and all(
            one.current and not one.offline for one in found.replicas or ()
        )

    def publish(self, subject: str, body: bytes, entry_id: str, after: int | None = None) -> int:
        """Put an entry into the stream, once, and return its number.

        Args:
            subject: What it belongs to.
            body: It, packed.
            entry_id: What it is known by, if it comes again.
            after: The last entry of the subject that was known when it was made; None: any.

        Raises:
            ChangedMeanwhileError: If there is another entry of the subject after that.
            LogError: If no majority of the servers keeps it in time. It may come later.
        """
        return self._ask(self._publish(subject, body, entry_id, after), _LONGEST_S)

    def next(self, subject: str, after: int) -> Message | None:
        """Return the first entry of a subject behind another; None: there is none."""
        return self._ask(_until(lambda: self._next(subject, after), _ANSWER_S), _LONGEST_S)

    def pull(self, subject: str) -> Pull:
        """Return what gives the entries of a subject as they come."""
        return Pull(self._client, self._ask, NAME, subject)

    def messages(self) -> Messages:
        """Return what nodes tell each other by, beside the stream; nothing of it is kept."""
        return Messages(self._client, self._ask, self.most_bytes)

    async def objects(self, name: str, replicas: int) -> ObjectStore:
        """Return a bucket of large objects, made if it is not there; to be used through `ask`."""
        try:
            return await self._stream.object_store(name)
        except NotFoundError:
            return await self._stream.create_object_store(name, replicas=replicas)

    def bucket(self, name: str, replicas: int, ttl_s: float | None = None) -> KeyValue:
        """Return a key-value bucket, made if it is not there; to be used through `ask`."""

        async def bucket() -> KeyValue:
            try:
                return await self._stream.key_value(name)
            except NotFoundError:
                return await self._stream.create_key_value(
                    bucket=name, replicas=replicas, ttl=ttl_s, history=1
                )

        return self._ask(_until(bucket, _CONNECT_S), _LONGEST_S)

    def ask(self, question: Callable[[], Coroutine[Any, Any, T]], most_s: float = _ANSWER_S) -> T:
        """Return what the servers answer; they may be asked several times.

        Raises:
            LogError: If they do not, in time.
        """
        return self._ask(_until(question, most_s), most_s + _TRY_S)

    def close(self) -> None:
        """Let go of the servers."""
        if not self._closed:
            try:
                self._ask(self._client.close(), _TRY_S)
            except LogError as error:
                _log.debug("%s", error)
            self._end()

    def _info(self) -> StreamInfo:
        return self._ask(_until(lambda: self._stream.stream_info(NAME), _ANSWER_S), _LONGEST_S)

    def _end(self) -> None:
        self._closed = True
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(_ended(), self._loop).result(_TRY_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _ask(self, question: Coroutine[Any, Any, T], most_s: float) -> T:
        if self._closed:
            question.close()
            raise LogError("the connection to the stream is closed")
        asked: Future[T] = asyncio.run_coroutine_threadsafe(
            asyncio.wait_for(question, most_s), self._loop
        )
        try:
            return asked.result(most_s + _TRY_S)
        except (APIError, NatsError, TimeoutError, OSError) as error:
            servers = ", ".join(self._address.servers)
            raise LogError(
                f"the stream on {servers} does not answer: {error or 'too late'}"
            ) from error

    async def _publish(self, subject: str, body: bytes, entry_id: str, after: int | None) -> int:
        headers = {"Nats-Msg-Id": entry_id}
        if after is not None:
            headers["Nats-Expected-Last-Subject-Sequence"] = str(after)

        async def kept() -> int:
            try:
                done = await self._stream.publish(subject, body, stream=NAME, headers=dict(headers))
            except APIError as error:
                if error.err_code != _WRONG_LAST_SEQUENCE or after is None:
                    raise
                found = await self._next(subject, after)  # ours, if it was kept and not told
                if found is None or found.entry_id != entry_id:
                    raise ChangedMeanwhileError from error
                return found.seq
            return done.seq

        seq = await _until(kept, PUBLISH_S)
        await tell_published(self._client, subject, seq)
        return seq

    async def _next(self, subject: str, after: int) -> Message | None:
        try:
            found = await self._stream.get_msg(NAME, after + 1, subject, next=True)
        except NotFoundError:
            return None
        return message_of(found)


async def _until(ask: Callable[[], Coroutine[Any, Any, T]], most_s: float) -> T:
    """Return an answer, asked for again while servers elect a leader or come back."""
    clock = asyncio.get_running_loop().time
    end_s = clock() + most_s
    while True:
        try:
            return await ask()
        except (APIError, NatsError, TimeoutError) as error:
            if clock() > end_s:
                raise
            _log.debug("the stream: %s", error)
        await asyncio.sleep(_AGAIN_S)


async def connected(address: Address, user: str, password: str) -> Client:
    """Return a client that comes back by itself whenever a server can be reached.

    Raises:
        ConfigError: If they do not let us in.
        NatsError: If none can be reached now.
    """
    is_in = False

    async def noted(error: Exception) -> None:
        if not is_in and "authorization" in str(error).lower():
            raise ConfigError(f"{', '.join(address.servers)} let no {user} in: {error}")
        _log.debug("the stream: %s", error)

    client = Client()
    try:
        await client.connect(
            list(address.servers),
            user=user,
            password=password,
            tls=address.tls(),
            name=f"cure {uuid4().hex[:8]}",
            error_cb=noted,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.1,  # pyright: ignore[reportArgumentType] - fractions will do
            connect_timeout=1,
            ping_interval=1,
            max_outstanding_pings=2,
        )
    except BaseException:
        await client.close()
        raise
    is_in = True
    return client


async def _ended() -> None:
    """End what still runs in the loop, and let it close what it has opened."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)
