"""Lanes: which publishers spoke of a topic's values when, those in most of them first.

The picture of one topic: a lane for each publisher, a dot for each record's mention of a value.
"""

from datetime import datetime
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from cure.hub.batch import instant, microseconds
from cure.hub.packing import TOPICS
from cure.hub.visible import Numbers, Visible
from cure.model import Topic


class Lane(msgspec.Struct, frozen=True):
    """A publisher that speaks of the topic.

    Attributes:
        publisher: Its name.
        values: Of how many values of the topic it speaks in the window.
        dots: In how many mentions.
    """

    publisher: str
    values: int
    dots: int


class Dots(msgspec.Struct, frozen=True):
    """Mentions of values, as columns of one row each; those of the first value first.

    Attributes:
        value: Which of the values.
        source: Which of the sources.
        at_ms: When the record begins, in milliseconds after the start.
    """

    value: list[int]
    source: list[int]
    at_ms: list[int]


class Lanes(msgspec.Struct, frozen=True):
    """Who spoke of a topic's values when.

    Attributes:
        topic: The topic.
        start: When the earliest dot is; None: there is none.
        lanes: The publishers, by name.
        sources: Names that the dots count in.
        values: The values that are drawn: those in most publishers first, then the latest.
        publishers: In how many publishers each of these is; what links nothing is in one.
        mentions: How many mentions of each there are, drawn or not.
        total: How many values there are, drawn or not.
        by_publishers: How many values are in one publisher, in two, and so on.
        dots: Mentions of the values that are drawn; the first and the last of each publisher are
            among them.
        dots_total: How many mentions there are, drawn or not.
    """

    topic: Topic
    start: datetime | None
    lanes: list[Lane]
    sources: list[str]
    values: list[str]
    publishers: list[int]
    mentions: list[int]
    total: int
    by_publishers: list[int]
    dots: Dots
    dots_total: int


class _Mentions(NamedTuple):
    """Mentions of a topic's values, as columns; in the order in which they came."""

    ids: Numbers
    first: Numbers
    source: Numbers
    lane: Numbers


def lanes(
    sight: Visible,
    topic: Topic,
    window: tuple[datetime | None, datetime | None],
    limit: int,
    most_dots: int,
) -> Lanes:
    """Return who spoke of which values when.

    Args:
        sight: What may be seen.
        topic: Of which values.
        window: Only records that begin from its start on and before its end; None: without one.
        limit: How many values at most.
        most_dots: How many dots at most; there are no more values than their firsts and lasts
            find room in it, but one.

    Cost: a sort of the mentions in the window, about 0.6 µs each: 43 ms for 70,000.
    """
    publishers, lane_of = _publishers(sight)
    said = _mentions(sight, topic, window, lane_of)
    ids, rows = np.unique(said.ids, return_inverse=True)
    pairs = np.unique(rows * max(len(publishers), 1) + said.lane)
    spread = np.bincount(pairs // max(len(publishers), 1), minlength=len(ids))
    ends = np.minimum(2 * spread, np.bincount(rows, minlength=len(ids)))
    spread[np.isin(ids, np.array(sight.moment.unlinked.to_array(), np.int64))] = 1
    # Ids tell of what is hidden, and may decide nothing: of equals, what came last is first.
    latest, came = np.full(len(ids), -(2**62)), np.zeros(len(ids), np.int64)
    np.maximum.at(latest, rows, said.first)
    np.maximum.at(came, rows, np.arange(len(rows)))
    chosen = np.lexsort((-came, -latest, -spread))[:limit]
    chosen = chosen[: max(1, int(ends[chosen].cumsum().searchsorted(most_dots, "right")))]
    place = np.full(len(ids), -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    drawn = _thinned(said, place[rows], most_dots)
    start = int(said.first[drawn].min(initial=2**62))
    names, source = _named(sight, said.source[drawn])
    values = np.bincount(pairs % max(len(publishers), 1), minlength=len(publishers)).tolist()
    dots = np.bincount(said.lane, minlength=len(publishers)).tolist()
    return Lanes(
        topic,
        instant(start) if len(drawn) else None,
        [Lane(*one) for one in zip(publishers, values, dots, strict=True) if one[2]],
        names,
        [one.value for one in sight.observables(ids[chosen])],
        spread[chosen].tolist(),
        np.bincount(rows, minlength=len(ids))[chosen].tolist(),
        len(ids),
        np.bincount(spread)[1:].tolist(),
        Dots(
            place[rows[drawn]].tolist(),
            source.tolist(),
            ((said.first[drawn] - start) // 1000).tolist(),
        ),
        len(rows),
    )


def _publishers(sight: Visible) -> tuple[list[str], Numbers]:
    """Return the names of visible publishers in order, and the place of each source's."""
    own = {number: _publisher(sight, number) for number in sight.source_numbers()}
    names = sorted(set(own.values()))
    lane_of = np.zeros(len(sight.source_names), np.int64)
    for number, name in own.items():
        lane_of[number] = names.index(name)
    return names, lane_of


def _publisher(sight: Visible, source: int) -> str:
    return sight.source_name(source).partition("@")[0]


def _mentions(
    sight: Visible,
    topic: Topic,
    window: tuple[datetime | None, datetime | None],
    lane_of: Numbers,
) -> _Mentions:
    """Return each record's mentions of a topic's values, each value once."""
    columns = sight.moment.records
    records = sight.all_records()
    since, until = window
    if since is not None:
        records = records[columns.first[records] >= microseconds(since)]
    if until is not None:
        records = records[columns.first[records] < microseconds(until)]
    rows, at = columns.mentions(records)
    ids = columns.values[at].astype(np.int64)
    fits = sight.moment.values.topics(ids) == TOPICS.index(topic)
    rows, ids = rows[fits], ids[fits]
    _, once = np.unique(rows << 32 | ids, return_index=True)
    once.sort()
    rows, ids = rows[once], ids[once]
    source = sight.sources_of(records[rows])
    return _Mentions(ids, columns.first[records[rows]], source, lane_of[source])


def _thinned(said: _Mentions, place: Numbers, most: int) -> NDArray[np.intp]:
    """Return which mentions are drawn: of each value and lane the first, the last, the others."""
    shown = np.flatnonzero(place >= 0)
    shown = shown[np.lexsort((shown, said.first[shown], said.lane[shown], place[shown]))]
    group = place[shown] << 16 | said.lane[shown]
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(begins, append=len(shown))
    turn = np.arange(len(shown)) - np.repeat(begins, sizes)
    turn[turn > 0] += 1
    turn[(begins + sizes - 1)[sizes > 1]] = 1
    kept = np.lexsort((place[shown], turn))[:most]
    kept.sort()
    return shown[kept]


def _named(sight: Visible, numbers: Numbers) -> tuple[list[str], Numbers]:
    """Return the names of some sources in order, and for each number its place among them."""
    distinct, inverse = np.unique(numbers, return_inverse=True)
    names = [sight.source_name(number) for number in distinct.tolist()]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    return [names[at] for at in order], rank[inverse]
