"""Candidates from more than a million rows at once: an inverted file of faiss, where installed.

faiss (MIT; Johnson, Douze, Jégou 2017) is the optional extra `faiss`. It only proposes; the
score of what it proposes is computed exactly. Rows that it misses are not found.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.behaviour.tallies import Rows

BEYOND = 1_000_000
"""Up to so many rows the exact scan is fast enough."""
_PROBED = 0.05
"""The share of cells that are searched."""
_TRAINED_ON = 64
"""Rows per cell that the centres are made of."""


def is_installed() -> bool:
    """Tell whether faiss is there."""
    return find_spec("faiss") is not None


class Index:
    """Rows in cells around centres, a byte per number. Cost: minutes for ten million rows."""

    def __init__(self, rows: Rows) -> None:
        faiss: Any = import_module("faiss")
        cells = max(int(len(rows) ** 0.5), 1)
        width = rows.shape[1]
        kind = (faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
        self._faiss = faiss
        self._index: Any = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(width), width, cells, *kind
        )
        step = max(len(rows) // (cells * _TRAINED_ON), 1)
        self._index.train(np.ascontiguousarray(rows[::step]))
        self._index.add(rows)
        self._probed = max(int(cells * _PROBED), 1)

    def near(self, row: Rows, many: int, may: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the numbers of the rows that seem nearest, among those that may be named."""
        bits = np.packbits(may, bitorder="little")
        chosen = self._faiss.IDSelectorBitmap(bits)
        asked = self._faiss.SearchParametersIVF(sel=chosen, nprobe=self._probed)
        _, numbers = self._index.search(row[None, :], many, params=asked)
        return numbers[0][numbers[0] >= 0]
