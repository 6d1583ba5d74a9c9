"""Broad groups: rows that choose each other as neighbours, and whom they stand among.

Sources: mutual k-nearest-neighbour graphs, Brito et al., Statistics & Probability Letters 35
(1997) 33-42; Louvain's method, Blondel et al., J. Stat. Mech. (2008) P10008.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.groups.neighbours import Neighbours

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ALIKE = 0.5
"""Rows with a lower cosine are not joined, however near."""


def mutual(near: Neighbours) -> "csr_matrix":
    """Join rows that are among each other's nearest: a symmetric matrix of their cosines."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - takes 0.3 s; only who groups needs it

    count = len(near.numbers)
    row, column = np.nonzero((near.numbers >= 0) & (near.cosines >= ALIKE))
    chosen = near.numbers[row, column]
    one_way = csr_matrix((near.cosines[row, column], (row, chosen)), shape=(count, count))
    return one_way.minimum(one_way.T).tocsr()


def communities(near: Neighbours, both_ways: "csr_matrix") -> NDArray[np.int32]:
    """Find broad groups by Louvain's method.

    A row that nobody chooses back does not shape a group: it joins that of its nearest
    neighbour afterwards. The same rows in the same order give the same groups; in another order,
    Louvain's method may give others.

    Args:
        near: The neighbours of each row.
        both_ways: What `mutual` made of them.

    Returns:
        int32 [n]: the number of each row's group; a row alone is a group of its own.

    Cost: about 30 s for a million rows, in one piece of Cython.
    """
    from sknetwork.clustering import Louvain  # noqa: PLC0415 - takes 1 s; only who groups needs it

    if both_ways.nnz == 0:
        labels = np.arange(len(near.numbers), dtype=np.int32)
    else:
        labels = Louvain(resolution=1, sort_clusters=False).fit_predict(both_ways).astype(np.int32)
    unchosen = np.diff(both_ways.indptr) == 0
    guests = np.flatnonzero(unchosen & (near.cosines[:, 0] >= ALIKE))
    hosts = near.numbers[:, 0]
    # The closest first: where a host is a guest as well, it has its group by then.
    for guest in guests[np.argsort(-near.cosines[guests, 0], kind="stable")].tolist():
        labels[guest] = labels[hosts[guest]]
    return labels
