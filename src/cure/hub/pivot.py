"""Pivots: from a value to the records that mention it, to the values beside it, and on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import msgspec
import numpy as np

from cure.hub.visible import Numbers, Visible
from cure.model import Observable, Topic

RECORDS_PER_VALUE = 2_000
"""Of a value with more records, the latest so many are followed, and the answer says so."""


class Node(msgspec.Struct, frozen=True):
    """A value that was reached.

    Attributes:
        topic: Its topic.
        value: Its canonical form.
        hop: How many steps from the start.
        sources: Who speaks of it.
    """

    topic: Topic
    value: str
    hop: int
    sources: list[str]


class Together(msgspec.Struct, frozen=True):
    """Two values stand in the same records.

    Attributes:
        a: Position in `nodes` of the one nearer to the start.
        b: Position in `nodes` of the other.
        records: In how many of the records that were followed.
        sources: Who says so.
    """

    a: int
    b: int
    records: int
    sources: list[str] = []


class Pivot(msgspec.Struct, frozen=True):
    """What is connected with a value.

    Attributes:
        nodes: The values, the start first, then hop by hop, the most connected first.
        edges: Which of them stand together.
        truncated: Whether `limit` left values out.
        sampled: Whether some value had more records than are followed.
        left: Topic → how many values `limit` left out.
    """

    nodes: list[Node]
    edges: list[Together]
    truncated: bool
    sampled: bool
    left: dict[Topic, int] = {}


class Beside(NamedTuple):
    """Which values stand beside which, in arrays of one length.

    Attributes:
        near: The values that were asked for.
        far: Those beside them.
        counts: In how many records.
        said: Position of a pair << 16 | number of a source that names it; ascending.
        cut: Whether some value had more records than are followed.
    """

    near: Numbers
    far: Numbers
    counts: Numbers
    said: Numbers
    cut: bool


class Around(Protocol):
    """What a walk has to know of values, which have numbers in it."""

    def find(self, observables: Sequence[Observable]) -> Numbers:
        """Return the number of each value that is known, or -1."""
        ...

    def observables(self, ids: Sequence[int] | Numbers) -> list[Observable]:
        """Return the values with these numbers."""
        ...

    def beside(self, ids: Numbers) -> Beside:
        """Return which values stand beside which."""
        ...

    def source_name(self, number: int) -> str:
        """Return the name of a source."""
        ...

    def linking(self, ids: Sequence[int]) -> list[int]:
        """Return those of the values that link anything."""
        ...

    def said_by(self, ids: Numbers) -> list[list[str]]:
        """Return who speaks of each value, by name."""
        ...


class Here:
    """The surroundings of values in one hub."""

    def __init__(self, sight: Visible) -> None:
        """Take what may be seen."""
        self._sight = sight
        self.find, self.observables = sight.find, sight.observables
        self.source_name = sight.source_name

    def beside(self, ids: Numbers) -> Beside:
        """Return which values stand beside which."""
        return beside(self._sight, ids)

    def linking(self, ids: Sequence[int]) -> list[int]:
        """Return those of the values that link anything."""
        return [one for one in ids if one not in self._sight.moment.unlinked]

    def said_by(self, ids: Numbers) -> list[list[str]]:
        """Return who speaks of each value, by name."""
        return said_by(self._sight, ids)


def pivot(sight: Around, start: Observable, hops: int, limit: int) -> Pivot:
    """Walk from value to record to value.

    Args:
        sight: What may be seen of values.
        start: Where to begin.
        hops: How many steps to go, at least 1.
        limit: How many values to return at most, the start included.

    Returns:
        Nothing but an empty pivot if the start is not known.
    """
    start_id = int(sight.find([start])[0])
    if start_id < 0:
        return Pivot([], [], truncated=False, sampled=False)
    ids = [start_id]
    hop_of = {start_id: 0}
    steps: list[Beside] = []
    left: set[int] = set()
    frontier = [start_id]
    truncated = sampled = False
    for hop in range(1, hops + 1):
        step = sight.beside(np.array(frontier, np.int64))
        sampled |= step.cut
        strength: dict[int, int] = {}
        for there, count in zip(step.far.tolist(), step.counts.tolist(), strict=True):
            if there not in hop_of:
                strength[there] = strength.get(there, 0) + count
        found = sight.observables(list(strength))
        ranked = sorted(
            zip(strength.items(), found, strict=True), key=lambda pair: (-pair[0][1], pair[1])
        )
        room = limit - len(ids)
        truncated |= len(ranked) > room
        left.update(value_id for (value_id, _), _ in ranked[room:])
        reached = [value_id for (value_id, _), _ in ranked[:room]]
        hop_of.update(dict.fromkeys(reached, hop))
        ids += reached
        frontier = sight.linking(reached)
        steps.append(step)
        if not frontier:
            break
    topics = Counter(sorted(one.topic for one in sight.observables(list(left))))
    together = _together(sight, ids, steps)
    return Pivot(_nodes(sight, ids, hop_of), together, truncated, sampled, dict(topics))


def _together(sight: Around, ids: list[int], steps: list[Beside]) -> list[Together]:
    """Return which of the values stand together, as the steps found it."""
    position = {value_id: at for at, value_id in enumerate(ids)}
    edges: dict[tuple[int, int], tuple[int, set[str]]] = {}
    for step in steps:
        said_by = {
            pair: {sight.source_name(source) for source in sources}
            for pair, sources in _grouped(step.said, np.flatnonzero(np.isin(step.far, ids)))
        }
        for pair, names in said_by.items():
            here, there = int(step.near[pair]), int(step.far[pair])
            a, b = sorted((position[here], position[there]))
            count, before = edges.get((a, b), (0, set[str]()))
            edges[a, b] = max(count, int(step.counts[pair])), before | names
    return [
        Together(a, b, count, sorted(names)) for (a, b), (count, names) in sorted(edges.items())
    ]


def _grouped(said: Numbers, pairs: Numbers) -> Iterator[tuple[int, list[int]]]:
    """Yield of each of these pairs the numbers of the sources that name it."""
    bounds = said.searchsorted(np.stack((pairs << 16, (pairs + 1) << 16)))
    for pair, low, high in zip(pairs.tolist(), *bounds.tolist(), strict=True):
        yield pair, (said[low:high] & 0xFFFF).tolist()


def beside(sight: Visible, ids: Numbers) -> Beside:
    """Return which values stand beside which in visible records."""
    rows, records = sight.records_of_all(ids)
    rows, records, cut = _latest(sight, rows, records)
    columns = sight.moment.records
    which, at = columns.mentions(records)
    near, far = ids[rows[which]], columns.values[at].astype(np.int64)
    other = near != far
    pairs = near[other] << 32 | far[other]
    record = records[which][other]
    if len(pairs):
        pairs, record = np.unique(np.stack((pairs, record)), axis=1)
    pairs, at, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    said = np.unique(at.astype(np.int64) << 16 | sight.sources_of(record))
    return Beside(pairs >> 32, pairs & 0xFFFFFFFF, counts, said, cut)


def _latest(sight: Visible, rows: Numbers, records: Numbers) -> tuple[Numbers, Numbers, bool]:
    """Keep of each row the latest records."""
    per_row = np.bincount(rows) if len(rows) else np.zeros(1, np.int64)
    if per_row.max() <= RECORDS_PER_VALUE:
        return rows, records, False
    order = np.lexsort((records, sight.moment.records.last(records), rows))
    rows, records = rows[order], records[order]
    left = np.cumsum(per_row)[rows] - np.arange(len(rows))
    keep = left <= RECORDS_PER_VALUE
    return rows[keep], records[keep], True


def _nodes(sight: Around, ids: list[int], hop_of: dict[int, int]) -> list[Node]:
    wanted = np.array(ids, np.int64)
    return [
        Node(one.topic, one.value, hop_of[value_id], names)
        for one, value_id, names in zip(
            sight.observables(wanted), ids, sight.said_by(wanted), strict=True
        )
    ]


def said_by(sight: Visible, ids: Numbers) -> list[list[str]]:
    """Return who speaks of each value in visible records, by name."""
    rows, records = sight.records_of_all(ids)
    pairs = np.unique(rows << 16 | sight.sources_of(records))
    sources: list[list[str]] = [[] for _ in range(len(ids))]
    for row, source in zip((pairs >> 16).tolist(), (pairs & 0xFFFF).tolist(), strict=True):
        sources[row].append(sight.source_name(source))
    return [sorted(names) for names in sources]
