"""Who spoke of what first: what the metrics of feeds are made of."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.packing import TOPICS
from cure.hub.visible import Numbers, Visible
from cure.model import Observable, Topic


class FirstTimes(NamedTuple):
    """A row for each source and each value of which it speaks, by value and then by time.

    Attributes:
        sources: Names of the sources, in order.
        source: Position in `sources`.
        value: Number of the value, from 0; good for comparing only.
        first: When the source first saw it, in microseconds since 1970.
        samples: For each source some of its values, drawn by their hash.
    """

    sources: tuple[str, ...]
    source: NDArray[np.uint16]
    value: Numbers
    first: Numbers
    samples: dict[str, list[Observable]]


def first_times(
    sight: Visible, passed_over: frozenset[str], latest: int, sample: int
) -> FirstTimes:
    """Return when each source first spoke of each of its values but tags.

    Args:
        sight: What may be seen.
        passed_over: Roles in which a value is not spoken of, but only stands beside.
        latest: How many records to look at, those that came last.
        sample: How many values of each source to return.

    Cost: about 0.4 µs a mention.
    """
    columns = sight.moment.records
    records = sight.all_records()[-latest:]
    rows, at = columns.mentions(records)
    ids = columns.values[at].astype(np.int64)
    keep = sight.moment.values.topics(ids) != TOPICS.index(Topic.TAG)
    left_out = [n for n, role in enumerate(sight.moment.roles) if role in passed_over]
    if left_out:
        keep &= ~np.isin(columns.roles[at], left_out)
    rows, ids = rows[keep], ids[keep]
    number_of_names = np.argsort(np.argsort(np.array(sight.source_names)))
    sources = number_of_names[sight.sources_of(records)][rows]
    first = columns.first[records][rows]
    keys = ids << 16 | sources
    order = np.argsort(keys)
    keys = keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    first = np.minimum.reduceat(first[order], starts) if len(starts) else starts
    ids, sources = keys[starts] >> 16, keys[starts] & 0xFFFF
    speaking, source = np.unique(sources, return_inverse=True)
    names = sorted(sight.source_names)
    by_time = np.lexsort((source, first, ids))
    value = np.cumsum(np.diff(ids, prepend=-1) != 0) - 1
    return FirstTimes(
        tuple(names[one] for one in speaking.tolist()),
        source[by_time].astype(np.uint16),
        value[by_time],
        first[by_time],
        {
            names[one]: _drawn(sight, ids[source == position], sample)
            for position, one in enumerate(speaking.tolist())
        },
    )


def _drawn(sight: Visible, ids: Numbers, count: int) -> list[Observable]:
    """Draw values by their hash: the order of their ids tells of records that nobody may see."""
    if len(ids) > count:
        ids = ids[np.argpartition(sight.moment.values.hashes[ids], count)[:count]]
    return sorted(sight.observables(ids))
