"""Views of a hub in partitions, and the answers of one partition that these are made of."""

from collections.abc import Callable

import numpy as np

from cure.hub.partitions.asking import Asker, FrontMoment
from cure.hub.partitions.lists import InLists
from cure.hub.partitions.numbers import ByNumber
from cure.hub.partitions.pictures import InPictures
from cure.hub.partitions.streams import InStreams
from cure.hub.partitions.sums import InSum
from cure.hub.partitions.values import OfValues
from cure.hub.partitions.walks import AskingForWalks, InWalks
from cure.hub.partitions.watching import InWatches
from cure.hub.view import View
from cure.hub.visible import Clearance
from cure.model import Label


class Part(OfValues, InSum, InLists, ByNumber, InStreams, InWatches, InPictures, InWalks):
    """All that one partition answers: its public methods are the questions."""


class PartedView(AskingForWalks, View):
    """One moment of all partitions, as one audience may see it."""

    def __init__(self, front: FrontMoment, clearance: Clearance) -> None:
        """Take what is known of all, and what the audience may read of it."""
        self.clearance = clearance
        self.front = front
        self.asker = Asker.of(clearance, len(front.sources), front.upto, front.told)
        self._sums = {}

    def narrowed(self, fit: Callable[[Label], bool]) -> View:
        """Return a view of only those of its records whose label fits."""
        front = self.front
        fits = {at: fit(label) for at, label in enumerate(front.labels)}
        sees = self.clearance.sees & np.array([fits[one.label] for one in front.stamps], bool)
        return PartedView(front, Clearance(sees, bool(sees.all()), self.clearance.sources))

    def rights(self) -> bytes:
        """Return what stands for what this audience may see; never to be told."""
        stamps = np.flatnonzero(self.clearance.sees)
        unnamed = self.clearance.sources[stamps] == len(self.front.sources)
        return np.stack((stamps, unnamed)).tobytes()
