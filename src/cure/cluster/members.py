"""Which nodes are there, and which partitions each holds: each says so twice a second."""

import logging
import threading
import time
from typing import NamedTuple

import msgspec
from nats.aio.msg import Msg

from cure.cluster.messages import Messages
from cure.errors import LogError
from cure.hub.partitions.assignment import Assignment, assigned

REPLICAS = 2
"""So many nodes hold each partition, where there are so many."""
TELL_S = 0.5
GONE_S = 3.0
"""A node that was not heard for so long is not there."""
_log = logging.getLogger(__name__)


class _Said(msgspec.Struct, array_like=True):
    """What a node says of itself.

    Attributes:
        node: What it is called; empty: it only asks who is there.
        holds: Which partitions it answers for.
        stays: Whether it does not leave.
    """

    node: str
    holds: list[int]
    stays: bool = True


_read = msgspec.msgpack.Decoder(_Said).decode


class _Heard(NamedTuple):
    """When a node was heard, and what it said that it holds."""

    at_s: float
    holds: frozenset[int]


class Members:
    """The nodes that divide so many partitions among them, as one of them knows them."""

    def __init__(self, messages: Messages, count: int) -> None:
        """Hear who is there.

        Raises:
            LogError: If the servers do not answer.
        """
        self._messages = messages
        self._count = count
        self._subject = f"cure.nodes.{count}"
        self._node = ""
        self._holds: frozenset[int] = frozenset()
        self._heard: dict[str, _Heard] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._tell_often, name="members", daemon=True)
        self._subscription = messages.subscribe(self._subject, self._hear)

    @property
    def node(self) -> str:
        """What this node is called; empty: it is a guest."""
        return self._node

    def look(self, wait_s: float) -> None:
        """Wait for all who are there to say so, for so long; or until one does, as a guest."""
        end_s = time.monotonic() + wait_s
        self._tell()
        while time.monotonic() < end_s and (self._node or not self._heard):
            time.sleep(0.01)

    def join(self, node: str) -> None:
        """Be one of them, as yet without partitions."""
        self._node = node
        self._thread.start()

    def hold(self, parts: frozenset[int]) -> None:
        """Say from now on that this node holds these partitions."""
        self._holds = parts
        self._tell()

    def holders(self) -> dict[str, frozenset[int]]:
        """Return who is there, this node as well if it joined, and what each says it holds."""
        now_s = time.monotonic()
        heard = {
            node: one.holds for node, one in list(self._heard.items()) if now_s - one.at_s < GONE_S
        }
        return heard | ({self._node: self._holds} if self._node else {})

    def assignment(self) -> Assignment:
        """Return who of them is to hold which partition."""
        return assigned(sorted(self.holders()), self._count, REPLICAS)

    def leave(self) -> None:
        """Be there no longer."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._node:
            self._tell(stays=False)

    def _tell_often(self) -> None:
        while not self._stopping.wait(TELL_S):
            self._tell()

    def _tell(self, *, stays: bool = True) -> None:
        try:
            self._messages.tell(self._subject, self._said(stays=stays))
        except LogError as error:  # who is not heard is asked no more
            _log.debug("%s", error)

    def _said(self, *, stays: bool = True) -> bytes:
        return msgspec.msgpack.encode(_Said(self._node, sorted(self._holds), stays))

    async def _hear(self, message: Msg) -> None:
        said = _read(message.data)
        if said.node == self._node:
            return
        if not said.stays:
            self._heard.pop(said.node, None)
            return
        is_new = said.node not in self._heard
        if said.node:
            self._heard[said.node] = _Heard(time.monotonic(), frozenset(said.holds))
        if is_new and self._node:  # it need not wait until we would say it anyway
            await self._messages.send(self._subject, self._said())
