"""What records are the first to say, of all that come to an audience in the same order.

Whoever writes records out tells with it what several have in common once: a value, a source.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from cure.hub.arrived import Followed, chosen
from cure.hub.names import Stamped
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


class Mentioned(NamedTuple):
    """What some records mention.

    Attributes:
        rows: For each mention the position of its record.
        ids: Likewise the value, as a number.
        roles: Likewise the number of the role.
        stamps: For each record its stamp.
    """

    rows: Numbers
    ids: Numbers
    roles: NDArray[np.uint8]
    stamps: NDArray[np.uint16]


class Saying(Protocol):
    """What has to be known of records to tell what they are the first to say."""

    voices: Numbers
    levels: Numbers

    def mentioned(self, numbers: Numbers) -> Mentioned:
        """Return what records mention."""
        ...

    def earliest(self, ids: Numbers, followed: Followed) -> Numbers:
        """Return for each value the number of the earliest record that is followed, or -1."""
        ...

    def first_named(
        self, own: Numbers, ids: Numbers, roles: frozenset[str], followed: Followed | None
    ) -> Numbers:
        """Return for each value the number of the record that first names it so, or -1.

        Args:
            own: Whose records matter for each value: a voice.
            ids: The values.
            roles: The roles that matter.
            followed: Which records matter at all; None: all that are visible.
        """
        ...

    def heard(
        self, before: int, kind: str, classes: Numbers, followed: Followed
    ) -> NDArray[np.bool_]:
        """Tell of which classes, voices or levels, records came before one."""
        ...


class Here:
    """The saying of one hub."""

    def __init__(self, sight: Visible) -> None:
        """Take what may be seen."""
        self._sight = sight
        self.voices, self.levels = classes(sight.moment, sight.stamp_sources)

    def mentioned(self, numbers: Numbers) -> Mentioned:
        """Return what records mention."""
        columns = self._sight.moment.records
        rows, at = columns.mentions(numbers)
        ids = columns.values[at].astype(np.int64)
        return Mentioned(rows, ids, columns.roles[at], columns.stamps[numbers])

    def earliest(self, ids: Numbers, followed: Followed) -> Numbers:
        """Return for each value the number of the earliest record that is followed, or -1."""
        return _earliest(self._sight, ids, self._comes(followed))

    def _comes(self, followed: Followed | None) -> Test:
        sight = self._sight

        def comes(_: Numbers, records: Numbers) -> NDArray[np.bool_]:
            if followed is None:
                return sight.is_visible(records)
            shown = chosen(sight, np.unique(records[sight.is_visible(records)]), followed)
            return np.isin(records, shown)

        return comes

    def first_named(
        self, own: Numbers, ids: Numbers, roles: frozenset[str], followed: Followed | None
    ) -> Numbers:
        """Return for each value the number of the record that first names it so, or -1."""
        sight, voices, comes = self._sight, self.voices, self._comes(followed)
        columns = sight.moment.records
        asked = np.array([name in roles for name in sight.moment.roles] + [False] * 256, bool)
        (voice, value), which = np.unique(np.stack((own, ids)), axis=1, return_inverse=True)

        def names(row: Numbers, records: Numbers) -> NDArray[np.bool_]:
            keep = voices[columns.stamps[records]] == voice[row]
            keep[keep] = comes(row[keep], records[keep])
            some = np.flatnonzero(keep)
            where, spoken = columns.mentions(records[some])
            hits = asked[columns.roles[spoken]] & (
                columns.values[spoken] == value[row[some]][where]
            )
            keep[:] = False
            keep[some[where[hits]]] = True
            return keep

        return _earliest(sight, value, names)[which.ravel()]

    def heard(
        self, before: int, kind: str, classes: Numbers, followed: Followed
    ) -> NDArray[np.bool_]:
        """Tell of which classes, voices or levels, records came before one."""
        sight, of_stamp = self._sight, self.voices if kind == "voices" else self.levels
        stamps = sight.moment.records.stamps
        waiting, high, size = classes, before, _BACK
        while high > 0 and len(waiting):
            low = max(0, high - size)
            records = low + np.flatnonzero(np.isin(of_stamp[stamps[low:high]], waiting))
            shown = chosen(sight, sight.visible(records), followed)
            waiting = np.setdiff1d(waiting, of_stamp[stamps[shown]])
            high, size = low, min(size * 8, _MOST_BACK)
        return ~np.isin(classes, waiting)


def firsts(
    saying: Saying,
    numbers: Numbers,
    followed: Followed,
    roles: frozenset[str],
    role_names: Sequence[str],
) -> list[First]:
    """Return what each of some records is the first to say.

    Args:
        saying: Knows the records.
        numbers: Numbers of visible records that follow each other in what is followed.
        followed: Which records come; others are as if they were not.
        roles: The roles that matter.
        role_names: Names of the roles, by number.

    Cost: about 10 µs a value; more for values and sources of which much was hidden before.
    """
    if not len(numbers):
        return []
    rows, ids, role, stamps = saying.mentioned(numbers)
    asked = np.array([name in roles for name in role_names] + [False] * 256, bool)
    own = saying.voices[stamps]
    distinct, inverse = np.unique(ids, return_inverse=True)
    new = saying.earliest(distinct, followed)[inverse] == numbers[rows]
    new &= _is_first(rows, ids)

    matters = np.flatnonzero(asked[role])
    earliest = saying.first_named(own[rows[matters]], ids[matters], roles, followed)
    named = np.zeros(len(ids), bool)
    named[matters] = (earliest == numbers[rows[matters]]) & _is_first(rows[matters], ids[matters])
    source = _opens(saying, int(numbers[0]), "voices", own, followed)
    marking = _opens(saying, int(numbers[0]), "levels", saying.levels[stamps], followed)
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
    saying: Saying, numbers: Numbers, roles: frozenset[str]
) -> list[NDArray[np.bool_]]:
    """Tell of each mention of some records whether the value is named so no longer.

    Args:
        saying: Knows the records.
        numbers: Numbers of records that the audience could read; they may be gone.
        roles: The roles that matter.

    Returns:
        For each record and mention, whether no visible record of its source and owner names the
        value in one of the roles.
    """
    rows, ids, _, stamps = saying.mentioned(numbers)
    gone = saying.first_named(saying.voices[stamps][rows], ids, roles, None) < 0
    return np.split(gone, np.searchsorted(rows, np.arange(1, len(numbers))))


def _is_first(rows: Numbers, ids: Numbers) -> NDArray[np.bool_]:
    """Tell which pairs had not been there before."""
    _, first = np.unique(np.stack((rows, ids)), axis=1, return_index=True)
    is_first = np.zeros(len(ids), bool)
    is_first[first] = True
    return is_first


def classes(moment: Stamped, stamp_sources: Numbers) -> tuple[Numbers, Numbers]:
    """Return for each stamp who speaks, source and owner as far as they are told, and its TLP."""
    numbers: dict[tuple[int, str], int] = {}
    voices: list[int] = []
    for source, stamp in zip(stamp_sources.tolist(), moment.stamps, strict=True):
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
    saying: Saying, before: int, kind: str, classes: Numbers, followed: Followed
) -> NDArray[np.bool_]:
    """Tell which records are the first of their class."""
    found, first = np.unique(classes, return_index=True)
    opens = np.zeros(len(classes), bool)
    opens[first[~saying.heard(before, kind, found, followed)]] = True
    return opens
