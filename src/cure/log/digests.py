"""Which digests the log has: a hash table of 32-bit prints, in two arrays.

An index of random digests on the disk would be written all over at every batch: with 4 M
records that costs 15 µs a record, and it grows. Here a record costs 11 to 16 bytes of memory,
and what it finds are candidates: the log compares the digests themselves.
"""

import numpy as np
from numpy.typing import NDArray

Prints = NDArray[np.uint32]
_FULL = 0.7
_GROWTH = 1.5


def prints_of(digests: list[bytes]) -> Prints:
    """Return the first 32 bits of each digest of 16 bytes."""
    return np.frombuffer(b"".join(digests), np.uint32).reshape(-1, 4)[:, 0]


class Digests:
    """Record numbers by the print of their digest; a print may have several."""

    def __init__(
        self, prints: Prints | None = None, numbers: NDArray[np.uint32] | None = None
    ) -> None:
        """Start empty, or with the arrays of `kept`."""
        self._prints = np.zeros(1024, np.uint32) if prints is None else prints
        self._numbers = np.zeros(1024, np.uint32) if numbers is None else numbers
        self._count = int(np.count_nonzero(self._numbers))
        if self._count > _FULL * len(self._numbers) * 0.9:  # now, and not with the first record
            self._grow()

    @property
    def kept(self) -> dict[str, NDArray[np.uint32]]:
        """The table, to be kept for the next start."""
        return {"prints": self._prints, "numbers": self._numbers}

    def copy(self) -> "Digests":
        """Return a table of its own with the same, to be kept while this one grows."""
        return Digests(self._prints.copy(), self._numbers.copy())

    def candidates(self, prints: Prints) -> NDArray[np.uint32]:
        """Return the numbers of all records whose print is among these. Cost: 20 ns each."""
        found: list[NDArray[np.uint32]] = [np.empty(0, np.uint32)]
        slots = self._slots(prints)
        while len(prints):
            numbers = self._numbers[slots]
            taken = numbers != 0
            prints, slots, numbers = prints[taken], slots[taken], numbers[taken]
            found.append(numbers[self._prints[slots] == prints])
            slots = (slots + 1) % len(self._numbers)
        return np.concatenate(found)

    def add(self, prints: Prints, numbers: NDArray[np.uint32]) -> None:
        """Add records; none of them is there yet. Cost: about 50 ns each."""
        self._count += len(prints)
        if self._count > _FULL * len(self._numbers):
            self._grow()
        self._insert(prints, numbers)

    def _grow(self) -> None:
        held = self._numbers != 0
        prints, numbers = self._prints[held], self._numbers[held]
        size = int(max(self._count / _FULL, len(self._numbers) * _GROWTH)) + 1
        self._prints, self._numbers = np.zeros(size, np.uint32), np.zeros(size, np.uint32)
        self._insert(prints, numbers)

    def _insert(self, prints: Prints, numbers: NDArray[np.uint32]) -> None:
        slots = self._slots(prints)
        while len(prints):
            free = self._numbers[slots] == 0
            self._numbers[slots[free]] = numbers[free]  # of several that want one slot, one wins
            lost = self._numbers[slots] != numbers
            won = ~lost
            self._prints[slots[won]] = prints[won]
            prints, numbers = prints[lost], numbers[lost]
            slots = (slots[lost] + 1) % len(self._numbers)

    def _slots(self, prints: Prints) -> NDArray[np.int64]:
        return (prints.astype(np.uint64) * np.uint64(len(self._numbers)) >> np.uint64(32)).astype(
            np.int64
        )
