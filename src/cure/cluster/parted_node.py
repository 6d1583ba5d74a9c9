"""A node that holds some partitions of the hub, and asks other nodes for the rest.

Its log and its kept files are whole, as those of every node; only what the hub has in memory is
divided. Which partitions it holds follows from who is there.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cure.cluster.address import Address
from cure.cluster.members import Members
from cure.cluster.moving import Mover
from cure.cluster.node import Node
from cure.cluster.questions import Questions
from cure.cluster.safety import replicas_of
from cure.cluster.shared_snapshots import SharedSnapshots
from cure.data_directory import hash_key, node_name
from cure.hub.hashing import HashKey
from cure.hub.memory import memory_of
from cure.hub.partitions.asking import Asked, Asker
from cure.hub.partitions.assignment import held_by
from cure.hub.partitions.hub import PartedHub
from cure.hub.visible import Clearance
from cure.log.snapshots import Snapshot, State
from cure.replay import Replayed, dropped_of, has_dropped_more, replay


class PartedNode(Node):
    """A data directory opened for writing, as that of a node with partitions.

    Attributes:
        look_s: So long it waits at its start for other nodes to say that they are there.
    """

    look_s = 1.0

    def __init__(  # noqa: PLR0913 - each is one thing of its own
        self,
        directory: Path,
        address: Address,
        partitions: int,
        *,
        serves: bool = True,
        replayed: Replayed = lambda _done, _all: None,
        link_reserved: bool = False,
    ) -> None:
        """Join the cluster, with an empty directory or that of a node.

        Args:
            directory: The data directory.
            address: The servers.
            partitions: How many partitions there are; nodes with another number divide theirs
                apart.
            serves: Whether to hold some of them; else it asks others, if there are any.
            replayed: Told how far the replay is.
            link_reserved: Whether private and documentation addresses link sources, too.

        Raises:
            ConfigError: If the servers could lose something, or the directory is of others.
            LogError: If the servers do not answer.
        """
        self._count_parts = partitions
        self._serves = serves
        self._replayed = replayed
        super().__init__(directory, address, replayed=replayed, link_reserved=link_reserved)

    @property
    def hub(self) -> PartedHub:
        """The hub, of which some partitions are here."""
        assert isinstance(self._hub, PartedHub)  # noqa: S101 - `_load` has made it
        return self._hub

    # Opening ------------------------------------------------------------------------------

    def _load(self, key: HashKey) -> tuple[PartedHub, int]:
        messages, replicas = self.stream.messages(), replicas_of(self._address)
        self._questions = Questions(messages, self._count_parts)
        self._parts.append(self._questions.close)
        self._members = Members(messages, self._count_parts)
        self._parts.append(self._members.leave)
        if self._serves:
            self._members.join(node_name(self.directory))
        self._members.look(self.look_s)
        if not self._serves and not self._members.holders():
            self._members.join(node_name(self.directory))  # alone, it answers itself
        self._shared = SharedSnapshots(self.stream, replicas, self.directory, self.log.log_id)
        own = held_by(self._members.node, self._members.assignment())
        computed = list(self._computed(own, key, self._replayed))
        hub, *others = [one for _, one in computed]
        for other in others:
            for one in other.partitions.values():
                hub.hold(one)
        return hub, min(begun for begun, _ in computed)

    def _join(self, replayed: Replayed) -> None:
        super()._join(replayed)
        self._mover = Mover(
            self._members, lambda: self.stream.is_connected, self._take_parts, self._release
        )
        self._parts.append(self._mover.stop)
        self._hold()
        self._mover.start()

    def _computed(
        self, parts: Collection[int], key: HashKey, replayed: Replayed
    ) -> Iterator[tuple[int, PartedHub]]:
        """Yield hubs of these partitions that know what the log has, and where each began.

        Each begins with snapshots of one moment, the last one without any.
        """
        states: dict[tuple[int, int], dict[int, State]] = {}
        for part in parts:
            kept = self._shared.take(part, self._count_parts)
            if kept is not None and kept.seq <= self.log.last():
                hub = PartedHub.restore({part: kept.state}, key, self._unlinked)
                if self._is_of_this_log(hub):
                    states.setdefault((len(hub), hub.relabelled), {})[part] = kept.state
        found = {part for some in states.values() for part in some}
        ask = self._questions.ask
        hubs = [PartedHub.restore(some, key, self._unlinked, ask) for some in states.values()]
        rest = [part for part in parts if part not in found]
        if rest or not hubs:
            hubs.append(PartedHub(key, self._unlinked, self._count_parts, rest, ask))
        for hub in hubs:
            begun = len(hub)
            replay(self.log, hub, replayed)
            yield begun, hub

    def _is_of_this_log(self, hub: PartedHub) -> bool:
        return hub.relabelled <= len(self.log.relabellings()) and not has_dropped_more(
            hub, dropped_of(self.log)
        )

    # Moving -------------------------------------------------------------------------------

    def _hold(self) -> None:
        """Answer for the partitions that are here, and say so."""
        parts = frozenset(self.hub.partitions) if self._members.node else frozenset[int]()
        self._questions.answer(parts, self.hub.part)
        self._members.hold(parts)

    def _take_parts(self, parts: Collection[int]) -> None:
        key, unless_stopping = hash_key(self.directory), self._mover.unless_stopping
        for _, hub in self._computed(parts, key, unless_stopping):
            with self._between, self._appending:
                replay(self.log, hub, unless_stopping)  # what came meanwhile
                for one in hub.partitions.values():
                    self.hub.hold(one)
        self._hold()

    def _release(self, parts: Collection[int]) -> None:
        left = frozenset(self.hub.partitions) - frozenset(parts)
        self._members.hold(left)
        self._questions.answer(left, self.hub.part)
        with self._between, self._appending:
            for part in parts:
                self.hub.release(part)

    # Standing -----------------------------------------------------------------------------

    @property
    def is_answered(self) -> bool:
        """Whether each partition is held by some node."""
        held = frozenset[int]().union(*self._members.holders().values())
        return len(held) == self._count_parts

    def snapshot(self, *, at_least: int = 1) -> bool:
        """Give the servers snapshots of partitions, if so many records came since the last ones.

        Of each partition one node does; the others do not need to.

        Returns:
            Whether it was time for them.
        """
        if self.behind_snapshot() < at_least:
            return False
        own = {
            part
            for part, nodes in enumerate(self._members.assignment())
            if nodes and nodes[0] == self._members.node
        }
        with self._appending:
            seq, states = len(self.hub), self.hub.states()
        for part in own & states.keys():
            self._shared.give(part, self._count_parts, Snapshot(seq, states[part]))
        self.log.checkpoint()
        self._snapshot_seq = seq
        return True

    def state_hash(self) -> str:
        """Return the hash of what one hub of all would know, computed from the log."""
        return self.replayed_hash(lambda _done, _all: None)

    def memory(self) -> dict[str, int]:
        """Return how many bytes each part of the hub holds, of the partitions that are here."""
        told = [memory_of(one.moment.hub) for one in list(self.hub.partitions.values())]
        return {name: sum(one[name] for one in told) for name in (told[0] if told else ())}

    def _count(self, stamps: NDArray[np.bool_], after: int, upto: int) -> int:
        front = self.hub.moment
        sees = Clearance(stamps, bool(stamps.all()), np.zeros(len(stamps), np.int64))
        asker = Asker.of(sees, len(front.sources), front.upto, front.told)
        asked = [Asked(part, "readable", (after, upto)) for part in range(front.parts)]
        return sum(map(len, front.ask(asker, asked)))
