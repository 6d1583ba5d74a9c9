"""Pairs of a value and an entry that it fits, as two arrays of one length."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.postings import spread

Numbers = NDArray[np.int64]


class Pairs(NamedTuple):
    """Which value fits which entry.

    Attributes:
        ids: Value ids.
        entries: The number of the entry that each fits.
    """

    ids: Numbers
    entries: Numbers

    @classmethod
    def of(cls, parts: Sequence["Pairs"]) -> "Pairs":
        """Put pairs together."""
        if not parts:
            return cls(np.empty(0, np.int64), np.empty(0, np.int64))
        return cls(
            np.concatenate([one.ids for one in parts]),
            np.concatenate([one.entries for one in parts]),
        )


class SortedKeys(NamedTuple):
    """Keys in order, each with the number of an entry; a key may stand several times.

    Attributes:
        keys: The keys, ascending.
        entries: The entry of each.
    """

    keys: NDArray[np.generic]
    entries: Numbers

    @classmethod
    def of(cls, keys: NDArray[np.generic], entries: Numbers) -> "SortedKeys":
        """Put keys in order."""
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], entries[order])

    def equal(self, asked: NDArray[np.generic]) -> tuple[Numbers, Numbers]:
        """Return which of the asked keys are there.

        Returns:
            Two arrays of one length: positions in `asked`, and the entries found.
        """
        low = self.keys.searchsorted(asked, "left")
        near = np.minimum(low, len(self.keys) - 1)
        met = np.flatnonzero(self.keys[near] == asked) if len(self.keys) else np.empty(0, np.int64)
        high = self.keys.searchsorted(asked[met], "right")
        rows, at = spread(low[met].astype(np.int64), high.astype(np.int64))
        return met[rows].astype(np.int64), self.entries[at]
