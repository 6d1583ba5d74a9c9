"""What a hub takes of memory, part by part."""

from typing import Any

import numpy as np
from pyroaring import BitMap

from cure.hub.moment import Moment

_CONTAINERS = ("array", "run", "bitset")


def memory_of(moment: Moment) -> dict[str, int]:
    """Return how many bytes each part of a hub holds. Cost: 1 µs a bitmap.

    What Python itself takes is not in it, nor what columns have in reserve.
    """
    gone = (moment.replaced, moment.replacing, moment.instead_of, moment.horizons)
    return {
        "values": _size_bytes(moment.values),
        "postings": _size_bytes(moment.postings),
        "records": _size_bytes(moment.records) + _size_bytes(gone),
        "ordered": _size_bytes(moment.ordered),
        "spoken": _size_bytes((moment.spoken, moment.united)),
    }


def _size_bytes(part: Any) -> int:  # noqa: ANN401 - whatever the parts of a moment are made of
    match part:
        case np.ndarray():
            return part.nbytes
        case BitMap():
            told: dict[str, Any] = dict(part.get_statistics())
            return sum(told[f"n_bytes_{kind}_containers"] for kind in _CONTAINERS)
        case tuple():
            return sum(map(_size_bytes, part))
        case dict():
            return sum(map(_size_bytes, part.values()))
        case _:
            return 0
