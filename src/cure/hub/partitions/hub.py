"""The hub in partitions: takes batches in as one hub does, and holds those that are its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cure.errors import BehindError
from cure.hub.batch import Batch
from cure.hub.hashing import HashKey
from cure.hub.index import Changes, State
from cure.hub.names import Names
from cure.hub.packing import Form
from cure.hub.partitions.asking import Ask, Asked, Asker, FrontMoment
from cure.hub.partitions.cutting import cut
from cure.hub.partitions.partition import Partition, PartMoment
from cure.hub.partitions.view import Part
from cure.hub.share import Share
from cure.model import Label
from cure.model.networks import Networks

_NONE = Networks(())
_MOMENTS = 4  # that nodes may be apart; each may hold on to memory that was outgrown since
_ASKERS = 32  # whose views of its moment a partition remembers


class PartedHub:
    """The writer's side of a hub in partitions.

    All nodes of a cluster are told all batches in the same order. Each keeps what records count
    in, which is small, and the partitions that it holds; it asks other nodes for the rest.
    """

    def __init__(
        self,
        key: HashKey,
        unlinked: Networks = _NONE,
        count: int = 1,
        held: Iterable[int] | None = None,
        ask: Ask | None = None,
    ) -> None:
        """Make an empty one.

        Args:
            key: The secret of the installation, the same on all nodes.
            unlinked: Networks whose addresses link nothing.
            count: How many partitions there are.
            held: Which of them are here; None: all.
            ask: Asks those that are elsewhere.
        """
        self._key, self._unlinked, self._count, self._far = key, unlinked, count, ask
        self._names = Names()
        self._networks: frozenset[tuple[Form, int]] = frozenset()
        self._upto = 0
        self._recent: dict[tuple[int, int], Answers] = {}
        self._horizons: dict[str, int] = {}
        own = range(count) if held is None else held
        self.partitions = {at: Partition(key, unlinked, Share(at, count)) for at in own}
        self.moment = self._moment()

    def _moment(self) -> FrontMoment:
        parts = {at: one.moment for at, one in self.partitions.items()}
        names, told = self._names, self._names.relabelled + sum(self._horizons.values())
        self._answers = Answers(parts, self._far, self._upto, told)
        self._recent[self._upto, told] = self._answers
        if len(self._recent) > _MOMENTS:
            del self._recent[next(iter(self._recent))]
        return FrontMoment(
            tuple(names.sources),
            tuple(names.labels),
            tuple(names.roles),
            tuple(names.stamps),
            names.relabelled,
            self._upto,
            told,
            self._count,
            self._key,
            self._unlinked,
            self._networks,
            self._answers,
        )

    def __len__(self) -> int:
        return self._upto

    @property
    def relabelled(self) -> int:
        """How many times labels were exchanged."""
        return self._names.relabelled

    @property
    def horizons(self) -> Mapping[str, int]:
        """Source → up to which record what it said was dropped."""
        return self._horizons

    def accept(self, batch: Batch) -> Changes:
        """Take in the records that follow; what is new by it is asked of a view."""
        whole = cut(batch, self._upto, self._key, self._count)
        self._networks |= whole.networks
        self._names.stamp(whole.heads)
        self._names.role(whole.heads)
        for one in self.partitions.values():
            one.accept(whole)
        self._upto += len(batch)
        self.moment = self._moment()
        return Changes({}, whole.first, len(batch))

    def relabel(self, source: str, old: Label, new: Label) -> None:
        """Give another label to all records that a source has under one."""
        self._names.relabel(source, old, new)
        for one in self.partitions.values():
            one.relabel(source, old, new)
        self.moment = self._moment()

    def drop(self, source: str, upto: int) -> None:
        """Let a source's records up to a number say nothing; also those still to come."""
        self._horizons[source] = max(upto, self._horizons.get(source, 0))
        for one in self.partitions.values():
            one.drop(source, upto)
        self.moment = self._moment()

    def states(self) -> dict[int, State]:
        """Return, of each partition that is here, all that has to be kept to be it again."""
        return {at: one.state() for at, one in self.partitions.items()}

    @classmethod
    def restore(
        cls,
        states: Mapping[int, State],
        key: HashKey,
        unlinked: Networks = _NONE,
        ask: Ask | None = None,
    ) -> "PartedHub":
        """Make the hub again that gave these states, one or more; the key has to be the same.

        Raises:
            ValueError: If they are not of one moment.
        """
        parts = [Partition.restore(one, key, unlinked) for one in states.values()]
        known = parts[0]
        if len({(len(one), one.names.relabelled) for one in parts}) > 1:
            raise ValueError("states of different moments")
        hub = cls(key, unlinked, known.share.whole, (), ask)
        hub._names, hub._networks, hub._upto = known.names.copy(), known.networks, len(known)
        hub._horizons = dict(known.horizons)
        hub.partitions = {one.share.part: one for one in parts}
        hub.moment = hub._moment()
        return hub

    def part(self, asker: Asker, part: int) -> Part:
        """Return what a partition that is here answers to an asker of another node.

        It answers as of the asker's moment, where that is among the latest, else as of now.

        Raises:
            BehindError: If the asker knows of more than this node, or the partition is not here.
        """
        latest = self._answers
        if asker.upto > latest.upto or asker.told > latest.told:
            raise BehindError(f"what came up to record {asker.upto} is not all here yet")
        for answers in (self._recent.get((asker.upto, asker.told)), latest):
            if answers is not None and answers.holds(part):
                return answers.part(asker, part)
        raise BehindError(f"partition {part} is not here")

    def hold(self, one: Partition) -> None:
        """Hold a partition that was elsewhere and has taken in all that is known here.

        Raises:
            ValueError: If it has not.
        """
        if (len(one), one.names.relabelled) != (self._upto, self.relabelled):
            raise ValueError("a partition of another moment")
        self.partitions[one.share.part] = one
        self.moment = self._moment()

    def release(self, part: int) -> None:
        """Hold a partition no longer."""
        del self.partitions[part]
        self.moment = self._moment()


class Answers:
    """Answers from the partitions that are here, and asks for the others.

    Attributes:
        upto: How many records there are.
        told: What else the hub was told of.
    """

    def __init__(
        self, parts: Mapping[int, PartMoment], far: Ask | None, upto: int, told: int
    ) -> None:
        """Take the moments of the partitions that are here."""
        self._parts = parts
        self._far = far
        self.upto, self.told = upto, told
        self._views: dict[tuple[int, bytes], Part] = {}

    def __call__(self, asker: Asker, asked: Sequence[Asked]) -> list[Any]:
        """Return the answers, in order.

        Raises:
            ValueError: If others would have to be asked, and there is no way to.
        """
        away = [one for one in asked if one.part not in self._parts]
        if away and self._far is None:
            raise ValueError("nobody to ask for other partitions")
        answers = iter(self._far(asker, away) if away and self._far else ())
        return [
            self._here(asker, one) if one.part in self._parts else next(answers) for one in asked
        ]

    def _here(self, asker: Asker, one: Asked) -> Any:  # noqa: ANN401 - each question has its own
        return getattr(self.part(asker, one.part), one.name)(*one.arguments)

    def holds(self, part: int) -> bool:
        """Tell whether a partition is here."""
        return part in self._parts

    def part(self, asker: Asker, part: int) -> Part:
        """Return what a partition that is here answers to an asker."""
        key = (part, asker.name)
        known = self._views.get(key)
        if known is None:
            if len(self._views) >= _ASKERS * len(self._parts):
                self._views.clear()
            known = self._views[key] = Part(self._parts[part], asker)
        return known
