"""Questions about what came, and what was taken back: each partition gives its own, in order."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from cure.hub import arrived, firsts, taken_back
from cure.hub.arrived import Followed
from cure.hub.firsts import First, Mentioned
from cure.hub.packing import pack_all
from cure.hub.partitions.asking import Answering, Asking
from cure.hub.partitions.numbers import AskingByNumber
from cure.hub.taken_back import News
from cure.hub.view import released, told
from cure.hub.visible import Numbers
from cure.hub.watched import withdrawn
from cure.interfaces import Released
from cure.model import Observable


class InStreams(Answering):
    """What came to a partition."""

    def arrived(self, low: int, high: int, most: int, followed: Followed) -> Numbers:
        """Return the numbers of the first records of a stretch that are followed."""
        here, whole = self._followed_here(followed), self.sight.moment.share.whole
        at, end = self.row(low), self.row(min(high, self._upto))
        found = np.empty(0, np.int64)
        while at < end and len(found) < most:
            upto = min(at + arrived.AT_ONCE // whole + 1, end)
            rows = self.sight.at_home(self.sight.visible(np.arange(at, upto)))
            found = np.concatenate((found, arrived.chosen(self.sight, rows, here)))
            at = upto
        return self.moment.numbers[found[:most]]

    def taken_back(self, after: int, upto: int, followed: Followed) -> tuple[Numbers, Numbers]:
        """Return which records of a stretch took one back that is told of here, and which."""
        low, high = self.row(after), self.row(upto)
        new, old = taken_back.taken_back(self.sight, low, high, self._followed_here(followed))
        here = np.isin(old, self.sight.at_home(old))
        return self.moment.numbers[new[here]], self.moment.numbers[old[here]]

    def _followed_here(self, followed: Followed) -> Followed:
        watched = followed.watched
        return followed._replace(watched=None if watched is None else self.moment.table_of(watched))

    def no_longer_said(self, after: int) -> list[tuple[Observable, Numbers]]:
        """Return its values of records that were done away with behind a record."""
        low, high = self.row(after), len(self.moment.numbers)
        found = withdrawn.no_longer_said(self.sight, low, high)
        return [(one, self.moment.numbers[rows]) for one, rows in found]

    def spoken_in(
        self, numbers: Numbers
    ) -> tuple[Numbers, list[list[Observable]], list[list[int]], NDArray[np.uint16]]:
        """Return those of some records that are told of here, their values, roles and stamps."""
        sight = self.sight
        columns = sight.moment.records
        _, rows = self.rows(numbers)
        rows = rows[taken_back.says(sight, rows)]
        rows = sight.at_home(rows)
        which, at = columns.mentions(rows)
        bounds = np.searchsorted(which, np.arange(1, len(rows)))
        values = [sight.observables(some) for some in np.split(columns.values[at], bounds)]
        roles = [some.tolist() for some in np.split(columns.roles[at], bounds)]
        count = len(rows)
        return self.moment.numbers[rows], values[:count], roles[:count], columns.stamps[rows]

    def earliest(self, values: list[Observable], followed: Followed) -> Numbers:
        """Return the earliest record of each value that is followed, or -1."""
        ids = self.moment.hub.values.find(pack_all(values))
        found = firsts.Here(self.sight).earliest(ids, self._followed_here(followed))
        return self._numbers_or_none(found)

    def first_named(
        self, pairs: list[tuple[int, Observable]], roles: frozenset[str], followed: Followed | None
    ) -> Numbers:
        """Return the record in which a voice first names each value so, or -1."""
        own = np.array([voice for voice, _ in pairs], np.int64)
        ids = self.moment.hub.values.find(pack_all([one for _, one in pairs]))
        here = None if followed is None else self._followed_here(followed)
        found = firsts.Here(self.sight).first_named(own, ids, roles, here)
        return self._numbers_or_none(found)

    def heard(
        self, before: int, kind: str, classes: Numbers, followed: Followed
    ) -> NDArray[np.bool_]:
        """Tell of which classes records came before one."""
        saying, followed = firsts.Here(self.sight), self._followed_here(followed)
        return saying.heard(self.row(before), kind, classes, followed)

    def _numbers_or_none(self, rows: Numbers) -> Numbers:
        """Return the numbers of records; -1 stands for none."""
        return np.append(self.moment.numbers, -1)[rows]


class AskingForStreams(AskingByNumber, Asking):
    """The part of a view that merges what came to partitions."""

    def arrived(self, after: int, limit: int, followed: Followed) -> tuple[Released, int, bool]:
        """Return the records that came after a position, the oldest first; see `View.arrived`."""
        numbers, position, is_all = self._arrived(after, limit, followed)
        return released(numbers), position, is_all

    def _arrived(self, after: int, limit: int, followed: Followed) -> tuple[Numbers, int, bool]:
        stop = arrived.stop_of(after, self.front.upto)
        some = self.each("arrived", after, stop, limit + 1, followed) if after < stop else []
        every = np.sort(np.concatenate([np.empty(0, np.int64), *some]))

        def fitting(low: int, high: int) -> Numbers:
            return every[every.searchsorted(low) : every.searchsorted(high)]

        return arrived.collected(fitting, after, limit, self.front.upto)

    def news(self, after: int, limit: int, followed: Followed) -> News:
        """Return the records that came after a position, and those that were taken back since."""
        came = self._arrived(after, limit, followed)
        pairs = self.each("taken_back", after, came[1], followed)
        new, old = (np.concatenate([one[at] for one in pairs]) for at in (0, 1))
        order = np.argsort(new)
        return told(*taken_back.merged(came, (new[order], old[order]), limit))

    def firsts(self, released: Released, followed: Followed, roles: frozenset[str]) -> list[First]:
        """Return what each of some records, as they arrived, is the first to say."""
        numbers, there = np.array(released, np.int64) - 1, _There(self)
        return firsts.firsts(there, numbers, followed, roles, self.front.roles)

    def no_longer_named(self, released: Released, roles: frozenset[str]) -> list[list[bool]]:
        """Tell of each mention of records that are gone whether it is named so no longer."""
        numbers = np.array(released, np.int64) - 1
        return [one.tolist() for one in firsts.no_longer_named(_There(self), numbers, roles)]

    def no_longer_said(self, after: int) -> list[tuple[Observable, Numbers]]:
        """Return the values of records that were done away with behind a record."""
        found = sorted(
            (pair for some in self.each("no_longer_said", after) for pair in some),
            key=itemgetter(0),
        )
        grouped = groupby(found, key=itemgetter(0))
        return [(one, np.sort(np.concatenate([n for _, n in some]))) for one, some in grouped]


class _There:
    """The saying of all partitions: values have the numbers in which they come."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._ids: dict[Observable, int] = {}
        self._values: list[Observable] = []
        self.voices, self.levels = firsts.classes(asking.front, asking.asker.clearance.sources)

    def mentioned(self, numbers: Numbers) -> Mentioned:
        said = {
            number: (values, roles, stamp)
            for told in self._asking.each("spoken_in", numbers)
            for number, values, roles, stamp in zip(told[0].tolist(), *told[1:], strict=True)
        }
        nothing = (list[Observable](), list[int](), 0)
        in_order = [said.get(number, nothing) for number in numbers.tolist()]
        lengths = [len(values) for values, _, _ in in_order]
        return Mentioned(
            np.repeat(np.arange(len(numbers)), lengths),
            np.array([self._id(one) for some, _, _ in in_order for one in some], np.int64),
            np.array([role for _, some, _ in in_order for role in some], np.uint8),
            np.array([stamp for _, _, stamp in in_order], np.uint16),
        )

    def _id(self, one: Observable) -> int:
        if one not in self._ids:
            self._ids[one] = len(self._values)
            self._values.append(one)
        return self._ids[one]

    def earliest(self, ids: Numbers, followed: Followed) -> Numbers:
        values = [self._values[one] for one in ids.tolist()]
        return self._placed(len(ids), self._asking.routed(values, "earliest", followed))

    def first_named(
        self, own: Numbers, ids: Numbers, roles: frozenset[str], followed: Followed | None
    ) -> Numbers:
        values = [self._values[one] for one in ids.tolist()]
        pairs = list(zip(own.tolist(), values, strict=True))
        if not pairs:
            return np.empty(0, np.int64)
        parts = self._asking.parts_of(pack_all(values))
        answers = self._asking.split(parts, pairs, "first_named", roles, followed)
        return self._placed(len(ids), answers)

    @staticmethod
    def _placed(count: int, answers: Sequence[tuple[NDArray[np.intp], Numbers]]) -> Numbers:
        whole = np.full(count, -1, np.int64)
        for rows, some in answers:
            whole[rows] = some
        return whole

    def heard(
        self, before: int, kind: str, classes: Numbers, followed: Followed
    ) -> NDArray[np.bool_]:
        answers = self._asking.each("heard", before, kind, classes, followed)
        return np.logical_or.reduce(answers)
