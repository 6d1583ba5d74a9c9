"""Three nodes of a cluster in one process: what they ask each other travels as bytes."""

from collections.abc import Sequence
from typing import Any

from cure.hub.batch import Batch
from cure.hub.hashing import HashKey
from cure.hub.index import Changes
from cure.hub.partitions.asking import Asked, Asker
from cure.hub.partitions.assignment import assigned, held_by
from cure.hub.partitions.hub import PartedHub
from cure.hub.partitions.wire import Wire
from cure.model import Label
from cure.model.networks import Networks

NODES = ("a", "b", "c")


class Nodes(PartedHub):
    """A node that holds what is its own, and asks two others for the rest."""

    def __init__(self, key: HashKey, unlinked: Networks, parts: int) -> None:
        self._assignment = assigned(NODES, parts, 1)
        own, *others = (held_by(name, self._assignment) for name in NODES)
        self._others = {
            name: (PartedHub(key, unlinked, parts, held), Wire())
            for name, held in zip(NODES[1:], others, strict=True)
        }
        self._wire = Wire()
        super().__init__(key, unlinked, parts, own, self.ask)

    def ask(self, asker: Asker, asked: Sequence[Asked]) -> list[Any]:
        return [self._ask(asker, one) for one in asked]

    def _ask(self, asker: Asker, one: Asked) -> Any:  # noqa: ANN401 - each question has its own
        [name] = self._assignment[one.part]
        hub, wire = self._others[name]
        answer = wire.answer(self._wire.question(asker, one), hub.part)
        return self._wire.told(one, answer)

    def accept(self, batch: Batch) -> Changes:
        self.others_accept(batch)
        return super().accept(batch)

    def others_accept(self, batch: Batch) -> None:
        for hub, _ in self._others.values():
            hub.accept(batch)

    def relabel(self, source: str, old: Label, new: Label) -> None:
        for hub, _ in self._others.values():
            hub.relabel(source, old, new)
        super().relabel(source, old, new)

    def drop(self, source: str, upto: int) -> None:
        for hub, _ in self._others.values():
            hub.drop(source, upto)
        super().drop(source, upto)
