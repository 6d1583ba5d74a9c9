"""Strict groups: rows that hardly differ in what they ask for and how."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NEAR_IDENTICAL = 0.92
"""The lowest cosine, in each of the views, at which two rows are joined."""
_BLOCK = 100_000  # edges compared at a time


def near_identical(
    views: Sequence[NDArray[np.float32]], both_ways: "csr_matrix", broad: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Find the components of rows that chose each other, stand in one group and hardly differ.

    Args:
        views: What is compared: each float32 [n, d], rows of length 1.
        both_ways: The edges between rows, symmetric.
        broad: int32 [n], the broad group of each row; no component leaves its group.

    Returns:
        int32 [n]: the number of each row's component, from 0.
    """
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - takes 0.3 s; only who groups needs it
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - as above

    edges = both_ways.tocoo()
    inside = (edges.row < edges.col) & (broad[edges.row] == broad[edges.col])
    one, other = edges.row[inside], edges.col[inside]
    strong = np.ones(len(one), np.bool_)
    for start in range(0, len(one), _BLOCK):
        block = slice(start, start + _BLOCK)
        for view in views:
            cosines = np.einsum("ij,ij->i", view[one[block]], view[other[block]])
            strong[block] &= cosines >= NEAR_IDENTICAL
    one, other = one[strong], other[strong]
    joined = coo_matrix((np.ones(len(one), np.int8), (one, other)), shape=both_ways.shape)
    return connected_components(joined.tocsr(), directed=False)[1].astype(np.int32)
