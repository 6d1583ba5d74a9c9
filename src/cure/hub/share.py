"""Shares: which values belong to a hub that holds only a part of all."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_HIGH = np.uint64(32)  # the table of values uses the low bits


def part_of(hashes: NDArray[np.uint64], count: int) -> NDArray[np.int64]:
    """Return for the hash of each value which of so many partitions it belongs to."""
    return ((hashes >> _HIGH) % np.uint64(count)).astype(np.int64)


def part_of_one(hashed: int, count: int) -> int:
    """Return the partition of one value, by its hash."""
    return (hashed >> 32) % count


class Share(NamedTuple):
    """One of so many equal parts of all values, by their hash.

    Attributes:
        part: Which one, from 0.
        whole: How many there are.
    """

    part: int = 0
    whole: int = 1

    def is_own(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Tell which values belong to it, by their hash."""
        return part_of(hashes, self.whole) == self.part

    def own(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_] | slice:
        """Return an index of those that belong to it: without work, if all do."""
        return slice(None) if self.whole == 1 else self.is_own(hashes)


WHOLE = Share()
"""Of a hub that holds all."""
