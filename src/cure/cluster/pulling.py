"""Entries of the stream as they come, each once and in order.

What the servers hold for us while we read, a consumer, goes with the server that holds it; then
another one is made that goes on behind the last entry that was had.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RawStreamMsg

from cure.cluster.entries import Message

_BATCH = 256
_BATCH_BYTES = 32 << 20
_HEARTBEAT_S = 0.5
_SILENCE_S = 2.0
_EXPIRES_S = 30.0
_KEPT_S = 30.0
_ANSWER_S = 10.0
_STILL_HERE, _EXPIRED = "100", "408"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STREAM_SEQ, _CONSUMER_SEQ, _AT = -4, -3, -2
"""Where the address by which a message could be acknowledged tells what, from its end."""
Ask = Callable[..., Any]


class Pull:
    """Reads on; one thread uses it."""

    def __init__(self, client: Client, ask: Ask, stream: str, subject: str, after: int) -> None:
        """Read the entries of a subject behind another one."""
        self._client = client
        self._ask = ask
        self._stream = stream
        self._subject = subject
        self._after = after
        self._had = 0
        self._asked = 0
        self._subscription: Subscription | None = None
        self._next = ""
        self._heard_s = 0.0

    def take(self, wait_s: float) -> list[Message]:
        """Return what came, waiting so long for the first; nothing came: an empty list.

        Raises:
            LogError: If the servers do not answer; then it begins anew with the next call.
        """
        try:
            return self._ask(self._take(wait_s), wait_s + _ANSWER_S)
        except BaseException:
            self._subscription = None
            raise

    async def _take(self, wait_s: float) -> list[Message]:
        subscription = self._subscription or await self._begin()
        clock = asyncio.get_running_loop().time
        end_s = clock() + wait_s
        found: list[Message] = []
        while not found and clock() < end_s:
            if not self._asked:
                await self._ask_for_more(subscription)
            try:
                one = await subscription.next_msg(min(_HEARTBEAT_S, wait_s))
                fits = self._note(one, found)
                self._heard_s = clock()
            except NatsTimeoutError:
                fits = clock() - self._heard_s < _SILENCE_S
            while fits and subscription.pending_msgs and len(found) < _BATCH:
                fits = self._note(await subscription.next_msg(_HEARTBEAT_S), found)
            if not fits:  # whoever held it for us is gone, or something was lost on the way
                self._subscription = None
                await subscription.unsubscribe()
                break
        return found

    def _note(self, one: Msg, found: list[Message]) -> bool:
        """Take a message in; false: the servers' side has to be made anew."""
        status = (one.headers or {}).get("Status")
        if status is not None:
            if status == _STILL_HERE:
                return True
            self._asked = 0  # what was asked for is over
            return status == _EXPIRED or "MaxBytes" in (one.headers or {}).get("Description", "")
        numbers = one.reply.split(".")
        if int(numbers[_CONSUMER_SEQ]) != self._had + 1:  # something was lost on the way
            return False
        self._had += 1
        self._asked -= 1
        self._after = int(numbers[_STREAM_SEQ])
        found.append(
            Message(
                self._after,
                _EPOCH + timedelta(microseconds=int(numbers[_AT]) // 1000),
                one.subject,
                (one.headers or {}).get("Nats-Msg-Id", ""),
                one.data,
            )
        )
        return True

    async def _begin(self) -> Subscription:
        stream = self._client.jetstream(timeout=2)
        made = await stream.add_consumer(
            self._stream,
            ConsumerConfig(
                filter_subject=self._subject,
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=self._after + 1,
                ack_policy=AckPolicy.NONE,
                inactive_threshold=_KEPT_S,
                mem_storage=True,
                num_replicas=1,
            ),
        )
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{made.name}"
        self._had = self._asked = 0
        self._subscription = await self._client.subscribe(self._client.new_inbox())
        return self._subscription

    async def _ask_for_more(self, subscription: Subscription) -> None:
        wanted = {
            "batch": _BATCH,
            "max_bytes": _BATCH_BYTES,
            "expires": int(_EXPIRES_S * 1e9),
            "idle_heartbeat": int(_HEARTBEAT_S * 1e9),
        }
        body = json.dumps(wanted).encode()
        await self._client.publish(self._next, body, reply=subscription.subject)
        self._asked = _BATCH
        self._heard_s = asyncio.get_running_loop().time()


def message_of(found: RawStreamMsg) -> Message:
    """Return an entry that was asked for by its number."""
    return Message(
        found.seq or 0,
        _EPOCH,
        found.subject or "",
        (found.headers or {}).get("Nats-Msg-Id", ""),
        found.data or b"",
    )
