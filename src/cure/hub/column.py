"""A column that grows: the one kind of memory that the index is made of."""

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


class Column(Generic[Scalar]):
    """An append-only array.

    A view taken by `now` never changes: rows are only added behind it. The buffer grows by
    half, and pages that were never written take no memory.
    """

    def __init__(self, dtype: type[Scalar], rows: NDArray[Scalar] | None = None) -> None:
        """Start empty, or with the rows of a snapshot and room for a tenth more."""
        self._buffer: NDArray[Scalar] = np.empty(0, dtype)
        self._length = 0
        if rows is not None and len(rows):
            self._buffer = np.empty(len(rows) * 11 // 10 + 1, dtype)
            self._buffer[: len(rows)] = rows
            self._length = len(rows)

    def __len__(self) -> int:
        return self._length

    @property
    def now(self) -> NDArray[Scalar]:
        """The rows of this moment."""
        return self._buffer[: self._length]

    def extend(self, rows: NDArray[Scalar]) -> None:
        """Add rows. Cost: amortised 3 copies of a row."""
        needed = self._length + len(rows)
        if needed > len(self._buffer):
            grown = np.empty(max(needed, 1024, len(self._buffer) * 3 // 2), self._buffer.dtype)
            grown[: self._length] = self.now
            self._buffer = grown
        self._buffer[self._length : needed] = rows
        self._length = needed
