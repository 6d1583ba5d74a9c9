"""The lease: which node does what is to be done once, such as pushes and gathering.

Whoever has it renews it; if he does not for a while, another node takes it. It is held for a
shorter time than it is kept, so at no moment two nodes think that they hold it, as long as their
clocks run at the same speed.
"""

import logging
import threading
import time
from collections.abc import Callable

from nats.errors import Error as NatsError
from nats.js.errors import APIError, KeyWrongLastSequenceError

from cure.cluster.stream import Stream
from cure.errors import LogError

BUCKET = "CURE-lease"
KEPT_S = 6.0
"""So long the servers keep it for who does not renew it."""
_HELD_S = 4.0
_RENEW_S = 1.0
_KEY = "first"
_log = logging.getLogger(__name__)


class Lease:
    """The lease of a cluster, as one node sees it."""

    def __init__(
        self, stream: Stream, replicas: int, node: str, gained: Callable[[], object]
    ) -> None:
        """Try for it, once started.

        Args:
            stream: The way to the servers.
            replicas: How many of them keep it.
            node: What this node is called.
            gained: Called whenever this node gets it, before it counts as held.

        Raises:
            LogError: If the servers do not answer.
        """
        self._stream = stream
        self._bucket = stream.bucket(BUCKET, replicas, KEPT_S)
        self._node = node.encode()
        self._gained = gained
        self._revision = 0
        self._until_s = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    @property
    def is_held(self) -> bool:
        """Whether this node has it."""
        return time.monotonic() < self._until_s

    def start(self) -> None:
        """Begin to try for it."""
        self._thread.start()

    def stop(self) -> None:
        """Give it back."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            now_s = time.monotonic()  # before it is asked for: it is kept from later on
            try:
                self._revision = self._stream.ask(self._renewed, _RENEW_S)
            except LogError as error:
                _log.debug("%s", error)
            else:
                if self._revision and not self.is_held:
                    self._take()
                self._until_s = now_s + _HELD_S if self._revision else 0.0
            self._stopping.wait(_RENEW_S)
        self._until_s = 0.0
        if self._revision:
            try:
                self._stream.ask(self._given_back, _RENEW_S)
            except LogError as error:  # it ends by itself
                _log.debug("%s", error)

    def _take(self) -> None:
        try:
            self._gained()
        except LogError as error:
            _log.debug("%s", error)
            self._revision = 0

    async def _renewed(self) -> int:
        """Return the revision under which this node has it; 0: another one has."""
        try:
            if self._revision:
                return await self._bucket.update(_KEY, self._node, last=self._revision)
            return await self._bucket.create(_KEY, self._node)
        except KeyWrongLastSequenceError:
            return 0

    async def _given_back(self) -> None:
        try:
            await self._bucket.delete(_KEY, last=self._revision)
        except (APIError, NatsError) as error:
            _log.debug("%s", error)
