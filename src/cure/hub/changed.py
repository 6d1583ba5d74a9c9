"""What batches changed, as an audience may see it: new links, and how many records came."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import msgspec
import numpy as np
from pyroaring import BitMap

from cure.hub.index import Changes
from cure.hub.links import SpokenOf
from cure.hub.packing import TOPICS
from cure.hub.visible import Visible, union
from cure.model import Topic


class NewLink(msgspec.Struct, frozen=True, order=True):
    """Two sources share more values than before.

    Attributes:
        a: The source whose name comes first.
        b: The other.
        topic: Topic of the values.
        count: How many values more.
    """

    a: str
    b: str
    topic: Topic
    count: int


def new_links(sight: Visible, changes: Sequence[Changes]) -> list[NewLink]:
    """Return which pairs of visible sources share more values than before the changes."""
    new: SpokenOf = {}
    for change in changes:
        for key, ids in change.new.items():
            if sight.sees(key[0]):
                new[key] = new[key] | ids if key in new else ids
    found: list[NewLink] = []
    for number, topic in enumerate(TOPICS):
        fresh = _new_to_sources(sight, new, number)
        if not fresh:
            continue
        for a, b in combinations(sight.source_numbers(), 2):
            if a not in fresh and b not in fresh:
                continue
            new_a, new_b = fresh.get(a, BitMap()), fresh.get(b, BitMap())
            shared = (new_a & sight.values_of(b, topic)) | (new_b & sight.values_of(a, topic))
            shared -= sight.moment.unlinked
            if shared:
                names = sight.source_name(a), sight.source_name(b)
                found.append(NewLink(*names, topic, len(shared)))
    return sorted(found)


def _new_to_sources(sight: Visible, new: SpokenOf, topic: int) -> dict[int, BitMap]:
    """Return for each source the values new to it, and not only to one of its labels."""
    fresh: dict[int, BitMap] = {}
    for source in {sight.source_of(stamp) for stamp, its_topic in new if its_topic == topic}:
        own = [(stamp, topic) for stamp in sight.stamps_of[source]]
        spoken = [(key, sight.moment.spoken[key]) for key in own if key in sight.moment.spoken]
        before = union(ids - new[key] if key in new else ids for key, ids in spoken)
        fresh[source] = union(new[key] for key in own if key in new) - before
    return fresh


def record_counts(sight: Visible, changes: Sequence[Changes]) -> dict[str, int]:
    """Return how many visible records each source added, by name."""
    counts: Counter[str] = Counter()
    for change in changes:
        rows = np.arange(change.first_record, change.first_record + change.record_count)
        numbers, times = np.unique(sight.sources_of(sight.visible(rows)), return_counts=True)
        for number, count in zip(numbers.tolist(), times.tolist(), strict=True):
            counts[sight.source_name(number)] += count
    return dict(sorted(counts.items()))
