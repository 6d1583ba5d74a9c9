"""Records by their number in the log, for enrichers with columns of their own beside the hub."""

import numpy as np
from numpy.typing import NDArray

from cure.hub.visible import Clearance, Numbers, Visible
from cure.model import Label
from cure.model.label import join


def sees(sight: Visible, numbers: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Tell which records are visible; a replaced version, or one still to come, is not."""
    found = numbers <= upto(sight)
    found[found] = sight.is_visible(_rows(numbers[found]))
    return found


def unnamed(sight: Visible, numbers: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Tell which visible records have a source that stays unnamed."""
    return sight.sources_of(_rows(numbers)) == len(sight.moment.sources)


def label_of(sight: Visible, numbers: NDArray[np.uint32]) -> Label:
    """Return the join of the labels of visible records; at least one."""
    stamps = np.unique(sight.moment.records.stamps[_rows(numbers)])
    return join(sight.moment.labels[sight.moment.stamps[one].label] for one in stamps.tolist())


def upto(sight: Visible) -> int:
    """Return the number of the last record, visible or not."""
    return len(sight.moment.records.stamps)


def rights(sight: Visible, clearance: Clearance) -> bytes:
    """Return what stands for all that may be seen, and which of its sources stay unnamed."""
    stamps = np.flatnonzero(clearance.sees)
    unnamed = clearance.sources[stamps] == len(sight.moment.sources)
    return np.stack((stamps, unnamed)).tobytes()


def _rows(numbers: NDArray[np.uint32]) -> Numbers:
    return numbers.astype(np.int64) - 1


class ByNumber:
    """What a view tells of records by their number in the log.

    Attributes:
        clearance: What its audience may read.
    """

    clearance: Clearance
    _sight: Visible

    def sees(self, numbers: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Tell which records are visible, by their number in the log; the latest versions only."""
        return sees(self._sight, numbers)

    def unnamed(self, numbers: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Tell which visible records have a source that stays unnamed."""
        return unnamed(self._sight, numbers)

    def upto(self) -> int:
        """Return the number of the last record of its moment, visible or not; never to be told."""
        return upto(self._sight)

    def rights(self) -> bytes:
        """Return what stands for what this audience may see; never to be told.

        Where it is equal for two views of one moment, they let the same records through.
        """
        return rights(self._sight, self.clearance)

    def label_of(self, numbers: NDArray[np.uint32]) -> Label:
        """Return the label of what is derived from these visible records; at least one."""
        return label_of(self._sight, numbers)
