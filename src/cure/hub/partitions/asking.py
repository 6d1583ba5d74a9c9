"""Asking partitions: what a view of all of them and the answers of one of them have in common."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from cure.hub.hashing import HashKey, hash_all, hash_one
from cure.hub.packing import Form, Packed, pack, pack_all
from cure.hub.partitions.partition import PartMoment
from cure.hub.share import part_of, part_of_one
from cure.hub.visible import Clearance, Numbers, Visible
from cure.model import Label, Observable
from cure.model.networks import Networks

T = TypeVar("T")


class Asked(NamedTuple):
    """A question to a partition.

    Attributes:
        part: Which one.
        name: What is asked: the name of a method of `Part`.
        arguments: Its arguments.
    """

    part: int
    name: str
    arguments: tuple[Any, ...]


class Asker(NamedTuple):
    """On whose behalf is asked.

    Attributes:
        clearance: What they may read.
        source_count: The number of a source that stays unnamed.
        upto: How many records the asker knows of: later ones are not told.
        told: What else he was told of, as one number that grows: exchanges of labels, and drops.
        name: A hash of all that: what was computed for one can be kept under it.
    """

    clearance: Clearance
    source_count: int
    upto: int
    told: int
    name: bytes

    @classmethod
    def of(cls, clearance: Clearance, source_count: int, upto: int, told: int) -> "Asker":
        """Name an asker."""
        named = blake2b(digest_size=16)
        named.update(b"%d %d %d " % (source_count, upto, told))
        named.update(clearance.sees.tobytes())
        named.update(clearance.sources.tobytes())
        return cls(clearance, source_count, upto, told, named.digest())


Ask: TypeAlias = Callable[[Asker, Sequence[Asked]], list[Any]]
"""Returns the answers to questions, in order; each partition may be on another machine."""


class FrontMoment(NamedTuple):
    """What whoever asks partitions knows himself at one moment.

    Attributes:
        sources: Names of the sources, by number.
        labels: Labels, by number.
        roles: Names of the roles, by number.
        stamps: Stamps, by number.
        relabelled: How many times labels were exchanged.
        upto: How many records there are.
        told: What else it was told of, as one number that grows: exchanges of labels, and drops.
        parts: How many partitions there are.
        key: The key of the hash of values.
        unlinked: Networks whose addresses link nothing.
        networks: Form and prefix length of all networks that were ever mentioned.
        ask: Asks them.
    """

    sources: tuple[str, ...]
    labels: tuple[Label, ...]
    roles: tuple[str, ...]
    stamps: tuple[Any, ...]
    relabelled: int
    upto: int
    told: int
    parts: int
    key: HashKey
    unlinked: Networks
    networks: frozenset[tuple[Form, int]]
    ask: Ask


class Answering:
    """What a partition answers to one asker: the base of its answers."""

    def __init__(self, moment: PartMoment, asker: Asker) -> None:
        """Take a moment and who asks; what came since the asker's moment he may not see."""
        self.moment = moment
        sees, _, sources = asker.clearance
        stamps, unnamed = len(moment.hub.stamps), len(moment.hub.sources)
        if len(sees) != stamps or unnamed != asker.source_count:
            more = np.zeros(max(stamps - len(sees), 0), np.int64)
            sources = np.where(sources >= asker.source_count, unnamed, sources)
            sees = np.concatenate((sees, more.astype(bool)))[:stamps]
            sources = np.concatenate((sources, more))[:stamps]
        self.sight = Visible(moment.hub, Clearance(sees, bool(sees.all()), sources))
        self._upto, self.unnamed = asker.upto, asker.source_count

    def rows(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return which of some records are here, and their rows."""
        own = self.moment.numbers
        at = own.searchsorted(numbers)
        held = np.flatnonzero(at < len(own))
        held = held[own[at[held]] == numbers[held]]
        return held, at[held]

    def row(self, number: int) -> int:
        """Return the row of the first record with this number or a higher one."""
        return int(self.moment.numbers.searchsorted(number))

    def numbers(self, rows: Numbers) -> Numbers:
        """Return the numbers of records by their rows, but for those yet to come."""
        found = self.moment.numbers[rows]
        return found[found < self._upto]


class Asking:
    """What asks all partitions for one audience: the base of its views."""

    front: FrontMoment
    asker: Asker

    def each(self, name: str, *arguments: object) -> list[Any]:
        """Ask each partition the same."""
        asked = [Asked(part, name, arguments) for part in range(self.front.parts)]
        return self.front.ask(self.asker, asked)

    def one(self, observable: Observable, name: str, *arguments: object) -> Any:  # noqa: ANN401
        """Ask the partition of a value."""
        part = part_of_one(hash_one(pack(observable), self.front.key), self.front.parts)
        [answer] = self.front.ask(self.asker, [Asked(part, name, arguments)])
        return answer

    def routed(
        self, observables: Sequence[Observable], name: str, *arguments: object
    ) -> list[tuple[NDArray[np.intp], Any]]:
        """Ask for each value its partition; the values are the first argument.

        Returns:
            Which of the values, and the answer that tells of these.
        """
        if not len(observables):
            return []
        parts = self.parts_of(pack_all(observables))
        return self.split(parts, list(observables), name, *arguments)

    def split(
        self, parts: Numbers, some: Sequence[object], name: str, *arguments: object
    ) -> list[tuple[NDArray[np.intp], Any]]:
        """Ask each partition for those of some things that are its own."""
        which = by_part(parts)
        asked = [
            Asked(part, name, ([some[at] for at in rows.tolist()], *arguments))
            for part, rows in which
        ]
        answers = self.front.ask(self.asker, asked)
        return [(rows, answer) for (_, rows), answer in zip(which, answers, strict=True)]

    def parts_of(self, packed: Packed) -> Numbers:
        """Return the partition of each value."""
        return part_of(hash_all(packed, self.front.key), self.front.parts)


def by_part(parts: Numbers) -> list[tuple[int, NDArray[np.intp]]]:
    """Return for each partition which of some things are its own."""
    return [(part, np.flatnonzero(parts == part)) for part in np.unique(parts).tolist()]


def placed(count: int, answers: Iterable[tuple[NDArray[np.intp], Sequence[T]]]) -> list[T]:
    """Put answers that were routed back in order."""
    whole: list[Any] = [None] * count
    for rows, some in answers:
        for row, one in zip(rows.tolist(), some, strict=True):
            whole[row] = one
    return whole
