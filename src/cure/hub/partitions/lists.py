"""Questions whose answers are lists: each partition names its own values, and they are merged."""

from collections.abc import Callable
from datetime import datetime

import numpy as np

from cure.hub import campaign, daily, evidence, first_times, named, search
from cure.hub.daily import Asked as AskedByDay
from cure.hub.daily import DayNamed, DayOf, NamedOn
from cure.hub.first_times import FirstTimes
from cure.hub.named import Named, Wanted
from cure.hub.partitions.asking import Answering, Asking
from cure.hub.partitions.sums import AskingForSums
from cure.hub.search import SearchAnswer
from cure.hub.view import released
from cure.hub.visible import Numbers
from cure.interfaces import Released
from cure.model import Observable


class InLists(Answering):
    """Which of its values a partition names."""

    def search(
        self, pattern: str, since: datetime | None, until: datetime | None, limit: int
    ) -> SearchAnswer:
        """Return its values that fit a pattern."""
        return search.search(self.sight, pattern, since, until, limit)

    def tags_called(self, name: str) -> list[Observable]:
        """Return its tags with this term."""
        return campaign.tags_called(self.sight, name)

    def spoken_by(self, names: frozenset[str]) -> list[Observable]:
        """Return its values of which these sources speak."""
        return evidence.spoken_by(self.sight, names.__contains__)

    def named(self, wanted: Wanted, limit: int) -> list[Named]:
        """Return its values that were named in certain roles, the latest first."""
        return named.named(self.sight, wanted, limit)

    def named_by_day(self, asked: AskedByDay, most: int) -> list[DayNamed]:
        """Return what was named on which days, as it came, and where that stands."""
        here = asked._replace(after=self.row(asked.after))
        return [
            one._replace(record=int(self.moment.numbers[one.record]))
            for one in daily.named_days(self.sight, here, 0, most)
        ]

    def days(self, asked: AskedByDay) -> tuple[list[DayOf], Numbers]:
        """Return who named anything on which days, and the number of each day's newest record."""
        found, newest = daily.days(self.sight, asked._replace(after=self.row(asked.after)))
        return found, self.moment.numbers[newest]

    def count(self) -> int:
        """Return how many visible records are counted here."""
        return len(self.sight.home_records())

    def newest(self, most: int) -> Numbers:
        """Return the numbers of so many of these, the newest."""
        return self.numbers(self.sight.home_records())[-most:]

    def first_times(self, passed_over: frozenset[str], since: int, sample: int) -> FirstTimes:
        """Return when each source first spoke of each value, in records from a number on."""
        records = self.sight.all_records()
        records = records[records >= self.row(since)]
        return first_times.told(self.sight, records, passed_over, sample)


class AskingForLists(AskingForSums, Asking):
    """The part of a view that merges what partitions list."""

    def search(
        self,
        pattern: str,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 1000,
    ) -> SearchAnswer:
        """Return the values that fit a pattern."""
        return search.together(self.each("search", pattern, since, until, limit), limit)

    def tags_called(self, name: str) -> list[Observable]:
        """Return the tags of any vocabulary with this term."""
        return sorted(one for some in self.each("tags_called", name) for one in some)

    def spoken_by(self, is_wanted: Callable[[str], bool]) -> list[Observable]:
        """Return the values of which certain sources, by name, speak."""
        names = frozenset(name for name in self.spoken() if is_wanted(name))
        return sorted(one for some in self.each("spoken_by", names) for one in some)

    def named(self, wanted: Wanted, limit: int) -> list[Named]:
        """Return the values that were named in certain roles, the latest first."""
        found = [one for some in self.each("named", wanted, limit) for one in some]
        return named.latest_of(found, limit)

    def named_by_day(
        self, asked: AskedByDay, skip: int, limit: int
    ) -> tuple[list[NamedOn], Released, bool]:
        """Return what sources named on which days, as it came; see `View.named_by_day`."""
        most = skip + limit + 1
        found = [one for some in self.each("named_by_day", asked, most) for one in some]
        found.sort(key=lambda one: (one.record, one.place))
        told = found[skip : skip + limit]
        newest = released(np.array([one.record for one in told], np.int64))
        return [one.named for one in told], newest, len(found) > skip + limit

    def days(self, asked: AskedByDay) -> tuple[list[DayOf], Released]:
        """Return which sources named anything on which days, and of each the newest record."""
        sums: dict[tuple[int, DayOf], tuple[int, int]] = {}
        numbers = {name: number for number, name in enumerate(self.front.sources)}
        for found, newest in self.each("days", asked):
            for one, number in zip(found, newest.tolist(), strict=True):
                source = numbers.get(one.source, len(numbers))
                key = (source, one._replace(values=0))
                count, before = sums.get(key, (0, 0))
                sums[key] = (count + one.values, max(before, number))
        in_order = sorted(sums.items())
        days = [one._replace(values=count) for (_, one), (count, _) in in_order]
        return days, released(np.array([newest for _, (_, newest) in in_order], np.int64))

    def first_times(self, passed_over: frozenset[str], latest: int, sample: int) -> FirstTimes:
        """Return when each source first spoke of each of its values, but for some roles."""
        since = 0
        if sum(self.each("count")) > latest:
            newest = np.sort(np.concatenate(self.each("newest", latest)))
            since = int(newest[-latest])
        parts = self.each("first_times", passed_over, since, sample)
        return first_times.together(parts, sample, self.front.key)
