"""A state without what was dropped: the values that only dropped records had leave the disk."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from cure.hub.links import SpokenOf
from cure.hub.postings import spread

State: TypeAlias = dict[str, NDArray[Any]]


def compacted(state: State, spoken: SpokenOf, dropped: NDArray[np.bool_]) -> tuple[State, SpokenOf]:
    """Return the state of a hub that was never told what dropped records said.

    Their rows stay, since records are numbered; they mention nothing, at no time.

    Args:
        state: The columns of values, postings and records.
        spoken: Who speaks of which values.
        dropped: For each record whether it was dropped.

    Cost: about 30 ns a mention.
    """
    ends = state["record_ends"].astype(np.int64)
    counts = np.diff(ends, prepend=0)
    keep = np.repeat(~dropped, counts)
    counts[dropped] = 0
    ids = state["record_values"][keep]
    used = np.zeros(len(state["starts"]) - 1, bool)
    used[ids] = True
    renamed = np.cumsum(used) - 1
    ids = renamed[ids].astype(np.uint32)
    lengths = np.diff(state["starts"])
    rows, at = spread(state["posting_starts"][:-1], state["posting_starts"][1:])
    held = ~dropped[state["posting_records"][at]]
    posted = np.bincount(renamed[rows[held]], minlength=int(used.sum()))
    first = state["record_first"].copy()
    first[dropped] = 0
    long, often = (~dropped[state[f"record_{name}"]] for name in ("long", "often"))
    return state | {
        "words": state["words"][np.repeat(used, lengths)],
        "starts": _starts(lengths[used]),
        "posting_starts": _starts(posted),
        "posting_records": state["posting_records"][at[held]],
        "record_first": first,
        "record_ends": np.cumsum(counts).astype(np.uint32),
        "record_values": ids,
        "record_roles": state["record_roles"][keep],
        "record_long": state["record_long"][long],
        "record_long_last": state["record_long_last"][long],
        "record_often": state["record_often"][often],
        "record_often_counts": state["record_often_counts"][often],
    }, {key: BitMap(renamed[np.array(heard.to_array(), np.int64)]) for key, heard in spoken.items()}


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
