"""All that the hub knows at one moment: it never changes under those who read it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from cure.hub.links import SpokenOf, Stamp, United
from cure.hub.ordered import Ordered
from cure.hub.postings import Postings
from cure.hub.records import Records
from cure.hub.share import WHOLE, Share
from cure.hub.values import Values
from cure.model import Label


class Moment(NamedTuple):
    """All that the hub knows at one moment.

    Attributes:
        sources: Names of the sources, by number.
        labels: Labels, by number.
        roles: Names of the roles, by number.
        stamps: Stamps, by number.
        values: All values.
        postings: Value id → records.
        records: Record columns.
        ordered: Values in order.
        spoken: (Stamp, topic) → values in records that were not replaced.
        united: Stamp → the same values, of whatever topic.
        replaced: Numbers of records that a newer version replaced, and of those that only took
            another one back, ascending; those that were dropped are not among them.
        replacing: Numbers of records that replaced another or took it back, ascending.
        instead_of: Which record each of these did away with.
        horizons: For each stamp the number of the first record that was not dropped for its age;
            empty: none ever was.
        unlinked: Values that link nothing, whoever speaks of them.
        relabelled: How many times labels were exchanged.
        share: Which of the values are its own: the others only stand in its records.
    """

    sources: tuple[str, ...]
    labels: tuple[Label, ...]
    roles: tuple[str, ...]
    stamps: tuple[Stamp, ...]
    values: Values
    postings: Postings
    records: Records
    ordered: Ordered
    spoken: SpokenOf
    united: United
    replaced: NDArray[np.int64]
    replacing: NDArray[np.int64]
    instead_of: NDArray[np.int64]
    horizons: NDArray[np.int64]
    unlinked: BitMap
    relabelled: int
    share: Share = WHOLE
