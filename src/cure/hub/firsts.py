"""What records are the first to say, of all that come to an audience in the same order.

Whoever writes records out tells with it what several have in common once: a value, a source.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.arrived import Followed, chosen
from cure.hub.visible import Numbers, Visible

_HEAD = 64  # most values are visible in one of their first records
_BACK = 1 << 12
_MOST_BACK = 1 << 20
Test = Callable[[Numbers, Numbers], NDArray[np.bool_]]
"""Tells of pairs, of a question's row and a record number, which are an answer."""


class First(NamedTuple):
    """What a record is the first to say.

    Attributes:
        values: For each of its mentions, whether it is the first to mention the value.
        named: Likewise, whether it is the first of its source and owner to name it in one of the
            roles that were asked for.
        source: Whether it is the first of its source and owner.
        marking: Whether it is the first with its TLP.
    """

    values: list[bool]
    named: list[bool]
    source: bool
    marking: bool


def firsts(
    sight: Visible, numbers: Numbers, followed: Followed, roles: frozenset[str]
) -> list[First]:
    """Return what each of some records is the first to say.

    Args:
        sight: What may be seen.
        numbers: Numbers of visible records that follow each other in what is followed.
        followed: Which records come; others are as if they were not.
        roles: The roles that matter.

    Cost: about 10 µs a value; more for values and sources of which much was hidden before.
    """
    if not len(numbers):
        return []
    columns = sight.moment.records
    rows, at = columns.mentions(numbers)
    ids = columns.values[at].astype(np.int64)
    asked = np.array([name in roles for name in sight.moment.roles] + [False] * 256, bool)
    voices, levels = _classes(sight)
    own = voices[columns.stamps[numbers]]

    def comes(_: Numbers, records: Numbers) -> NDArray[np.bool_]:
        shown = chosen(sight, np.unique(records[sight.is_visible(records)]), followed)
        return np.isin(records, shown)

    distinct, inverse = np.unique(ids, return_inverse=True)
    new = _earliest(sight, distinct, comes)[inverse] == numbers[rows]
    new &= _is_first(rows, ids)

    matters = np.flatnonzero(asked[columns.roles[at]])
    earliest = _first_named(sight, own[rows[matters]], ids[matters], asked, comes)
    named = np.zeros(len(ids), bool)
    named[matters] = (earliest == numbers[rows[matters]]) & _is_first(rows[matters], ids[matters])
    source = _opens(sight, numbers, followed, voices)
    marking = _opens(sight, numbers, followed, levels)
    bounds = np.searchsorted(rows, np.arange(1, len(numbers)))
    return [
        First(*one)
        for one in zip(
            [part.tolist() for part in np.split(new, bounds)],
            [part.tolist() for part in np.split(named, bounds)],
            source.tolist(),
            marking.tolist(),
            strict=True,
        )
    ]


def no_longer_named(
    sight: Visible, numbers: Numbers, roles: frozenset[str]
) -> list[NDArray[np.bool_]]:
    """Tell of each mention of some records whether the value is named so no longer.

    Args:
        sight: What may be seen.
        numbers: Numbers of records that the audience could read; they may be gone.
        roles: The roles that matter.

    Returns:
        For each record and mention, whether no visible record of its source and owner names the
        value in one of the roles.
    """
    columns = sight.moment.records
    rows, at = columns.mentions(numbers)
    asked = np.array([name in roles for name in sight.moment.roles] + [False] * 256, bool)
    own = _classes(sight)[0][columns.stamps[numbers]]

    def comes(_: Numbers, records: Numbers) -> NDArray[np.bool_]:
        return sight.is_visible(records)

    ids = columns.values[at].astype(np.int64)
    gone = _first_named(sight, own[rows], ids, asked, comes) < 0
    return np.split(gone, np.searchsorted(rows, np.arange(1, len(numbers))))


def _first_named(
    sight: Visible, own: Numbers, ids: Numbers, asked: NDArray[np.bool_], comes: Test
) -> Numbers:
    """Return the number of the record that first names each value so, or -1.

    Args:
        sight: What may be seen.
        own: Whose records matter for each value.
        ids: The values.
        asked: For each role number whether it matters.
        comes: Tells which records matter at all.
    """
    columns, voices = sight.moment.records, _classes(sight)[0]
    pairs = np.stack((own, ids))
    (voice, value), which = np.unique(pairs, axis=1, return_inverse=True)

    def names(row: Numbers, records: Numbers) -> NDArray[np.bool_]:
        keep = voices[columns.stamps[records]] == voice[row]
        keep[keep] = comes(row[keep], records[keep])
        some = np.flatnonzero(keep)
        where, spoken = columns.mentions(records[some])
        hits = asked[columns.roles[spoken]] & (columns.values[spoken] == value[row[some]][where])
        keep[:] = False
        keep[some[where[hits]]] = True
        return keep

    return _earliest(sight, value, names)[which.ravel()]


def _is_first(rows: Numbers, ids: Numbers) -> NDArray[np.bool_]:
    """Tell which pairs had not been there before."""
    _, first = np.unique(np.stack((rows, ids)), axis=1, return_index=True)
    is_first = np.zeros(len(ids), bool)
    is_first[first] = True
    return is_first


def _classes(sight: Visible) -> tuple[Numbers, Numbers]:
    """Return for each stamp who speaks, source and owner as far as they are told, and its TLP."""
    moment = sight.moment
    numbers: dict[tuple[int, str], int] = {}
    voices: list[int] = []
    for at, stamp in enumerate(moment.stamps):
        source = sight.source_of(at)
        is_named = source < len(moment.sources)
        voice = (source, moment.labels[stamp.label].owner if is_named else "")
        voices.append(numbers.setdefault(voice, len(numbers)))
    levels = [int(moment.labels[stamp.label].tlp) for stamp in moment.stamps]
    return np.array(voices, np.int64), np.array(levels, np.int64)


def _earliest(sight: Visible, ids: Numbers, test: Test) -> Numbers:
    """Return for each value the number of its earliest record that passes a test, or -1."""
    found = np.full(len(ids), -1, np.int64)
    postings = sight.moment.postings
    waiting = [(row, postings.parts(one)) for row, one in enumerate(ids.tolist())]
    size = _HEAD
    while waiting:
        rows = np.repeat([row for row, _ in waiting], [len(of[0][:size]) for _, of in waiting])
        records = np.concatenate([of[0][:size] for _, of in waiting]).astype(np.int64)
        keep = np.flatnonzero(test(rows, records))
        answered, first = np.unique(rows[keep], return_index=True)
        found[answered] = records[keep[first]]
        waiting = [
            (row, rest) for row, of in waiting if found[row] < 0 and (rest := _after(of, size))
        ]
        size *= 16
    return found


def _after(parts: Sequence[NDArray[np.uint32]], size: int) -> list[NDArray[np.uint32]]:
    head, *rest = parts
    return [head[size:], *rest] if len(head) > size else rest


def _opens(
    sight: Visible, numbers: Numbers, followed: Followed, classes: Numbers
) -> NDArray[np.bool_]:
    """Tell which records are the first of the class of their stamp."""
    stamps = sight.moment.records.stamps
    found, first = np.unique(classes[stamps[numbers]], return_index=True)
    high, size = int(numbers[0]), _BACK
    while high > 0 and len(found):
        low = max(0, high - size)
        records = low + np.flatnonzero(np.isin(classes[stamps[low:high]], found))
        shown = chosen(sight, sight.visible(records), followed)
        unheard = ~np.isin(found, classes[stamps[shown]])
        found, first = found[unheard], first[unheard]
        high, size = low, min(size * 8, _MOST_BACK)
    opens = np.zeros(len(numbers), bool)
    opens[first] = True
    return opens
