"""The thread that takes partitions and lets them go as nodes come and go.

What nobody holds is taken soon. What only lacks a replica is taken once the nodes have been the
same for a while: a node that is upgraded comes back meanwhile. Nothing is let go before all who
are to hold it do.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection

from cure.cluster.members import Members
from cure.errors import LogError
from cure.hub.partitions.assignment import held_by

LOOK_S = 0.25
SOON_S = 1.0
SETTLED_S = 20.0
_log = logging.getLogger(__name__)
Parts = Callable[[Collection[int]], None]


class Mover:
    """Looks who is there, and has this node hold what it is to hold.

    Attributes:
        settled_s: So long nodes have to be the same before replicas are made.
    """

    settled_s = SETTLED_S

    def __init__(
        self, members: Members, is_connected: Callable[[], bool], take: Parts, release: Parts
    ) -> None:
        """Move, once started, as the members say."""
        self._members = members
        self._is_connected = is_connected
        self._take = take
        self._release = release
        self._nodes: frozenset[str] = frozenset()
        self._since_s = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="moving", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def unless_stopping(self, _done: int, _all: int) -> None:
        """Go on with what takes long.

        Raises:
            LogError: If it is to end.
        """
        if self._stopping.is_set():
            raise LogError("this node leaves")

    def stop(self) -> None:
        """End, also what is being taken."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            try:
                self._look()
            except LogError as error:  # it is tried again
                if not self._stopping.is_set():
                    _log.warning("partitions do not move: %s", error)

    def _look(self) -> None:
        now_s = time.monotonic()
        holders = self._members.holders()
        if holders.keys() != self._nodes or not self._is_connected():
            self._nodes, self._since_s = frozenset(holders), now_s
            return
        node = self._members.node
        assignment = self._members.assignment()
        own, wanted = holders.get(node, frozenset()), set(held_by(node, assignment))
        others = frozenset[int]().union(*(some for name, some in holders.items() if name != node))
        missing = wanted - own
        if now_s - self._since_s < self.settled_s:
            missing -= others
        if missing and now_s - self._since_s >= SOON_S:
            self._take(sorted(missing))
        left = {
            part for part in own - wanted if all(part in holders[name] for name in assignment[part])
        }
        if left:
            self._release(sorted(left))
