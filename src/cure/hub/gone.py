"""Which records are gone: replaced by a newer version, taken back, or dropped for their age."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def is_among(records: NDArray[np.uint32] | Numbers, some: Numbers) -> NDArray[np.bool_]:
    """Tell which record numbers are among some, which are ascending."""
    if not len(some):
        return np.zeros(len(records), bool)
    at = some.searchsorted(records)
    at[at == len(some)] = 0
    return some[at] == records


def is_live(
    records: NDArray[np.uint32] | Numbers,
    stamps: NDArray[np.uint16],
    replaced: Numbers,
    horizons: Numbers,
) -> NDArray[np.bool_] | None:
    """Tell which records are not gone; None: none of them is.

    Args:
        records: Their numbers.
        stamps: The stamp of every record.
        replaced: Records that were replaced or taken back, ascending.
        horizons: For each stamp the number of the first record that is still there; empty: no
            record was ever dropped.

    Cost: about 3 ns a record, and 20 ns more where many were replaced.
    """
    live = ~is_among(records, replaced) if len(replaced) else None
    if len(horizons):
        held = records >= horizons.take(stamps.take(records))
        live = held if live is None else live & held
    return live
