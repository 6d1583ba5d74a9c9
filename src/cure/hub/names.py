"""The numbers that records count in: of sources, labels, roles, and stamps."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cure.hub.batch import Batch
from cure.hub.links import Stamp
from cure.model import Label

OTHER_ROLE = 255
"""Role number of all roles after the first 255 different ones."""


class Stamped(Protocol):
    """A moment of which stamps are known."""

    @property
    def sources(self) -> Sequence[str]:
        """Names of the sources, by number."""
        ...

    @property
    def labels(self) -> Sequence[Label]:
        """Labels, by number."""
        ...

    @property
    def stamps(self) -> Sequence[Stamp]:
        """Stamps, by number."""
        ...


class Names:
    """The writer's side: gives each its number, in order of appearance.

    Attributes:
        sources: Name of a source → its number.
        labels: Label → its number.
        roles: Name of a role → its number.
        stamps: Stamps, by number.
        relabelled: How many times labels were exchanged.
    """

    def __init__(self) -> None:
        """Know none."""
        self.sources: dict[str, int] = {}
        self.labels: dict[Label, int] = {}
        self.roles: dict[str, int] = {}
        self.stamps: list[Stamp] = []
        self.relabelled = 0
        self._stamp_numbers: dict[Stamp, int] = {}

    def stamp(self, batch: Batch) -> NDArray[np.uint16]:
        """Return the stamp number of each record."""
        sources = [self.sources.setdefault(name, len(self.sources)) for name in batch.sources]
        labels = [self.labels.setdefault(label, len(self.labels)) for label in batch.labels]
        distinct, first, inverse = np.unique(_pairs(batch), return_index=True, return_inverse=True)
        numbers = np.empty(len(distinct), np.uint16)
        for at in np.argsort(first).tolist():
            pair = int(distinct[at])
            stamp = Stamp(sources[pair >> 16], labels[pair & 0xFFFF])
            if stamp not in self._stamp_numbers:
                self._stamp_numbers[stamp] = len(self.stamps)
                self.stamps.append(stamp)
            numbers[at] = self._stamp_numbers[stamp]
        return numbers[inverse]

    def role(self, batch: Batch) -> NDArray[np.uint8]:
        """Return the role number of each mention."""
        numbers = np.empty(len(batch.role_names), np.uint8)
        for at, name in enumerate(batch.role_names):
            if name not in self.roles and len(self.roles) < OTHER_ROLE:
                self.roles[name] = len(self.roles)
            numbers[at] = self.roles.get(name, OTHER_ROLE)
        return numbers[batch.roles]

    def relabel(self, source: str, old: Label, new: Label) -> None:
        """Give another label to all records that a source has under one."""
        self.relabelled += 1
        if source in self.sources and old in self.labels:
            before = Stamp(self.sources[source], self.labels[old])
            after = Stamp(before.source, self.labels.setdefault(new, len(self.labels)))
            self.stamps = [after if stamp == before else stamp for stamp in self.stamps]
            self._number_stamps()

    def _number_stamps(self) -> None:
        """Let new records take, of equal stamps, the first."""
        self._stamp_numbers = {}
        for number, stamp in enumerate(self.stamps):
            self._stamp_numbers.setdefault(stamp, number)

    def restore(
        self, sources: list[str], labels: list[Label], roles: list[str], stamps: list[Stamp]
    ) -> None:
        """Take the names of a snapshot, each in order of its number."""
        self.sources = {name: number for number, name in enumerate(sources)}
        self.labels = {label: number for number, label in enumerate(labels)}
        self.roles = {name: number for number, name in enumerate(roles)}
        self.stamps = stamps
        self._number_stamps()

    def copy(self) -> "Names":
        """Return the same names, to go on with apart."""
        other = Names()
        other.restore(list(self.sources), list(self.labels), list(self.roles), list(self.stamps))
        other.relabelled = self.relabelled
        return other


def stamped_first(batch: Batch) -> NDArray[np.int64]:
    """Return which records of a batch are the first of their source and label, in order."""
    return np.sort(np.unique(_pairs(batch), return_index=True)[1])


def _pairs(batch: Batch) -> NDArray[np.uint32]:
    return batch.source.astype(np.uint32) << np.uint32(16) | batch.label
