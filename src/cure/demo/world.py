"""The world that all generated files speak of: its days, its chance, and its campaigns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import NamedTuple

from cure.demo.campaigns import Campaign, Campaigns, invented

DAYS = 14
"""How long the campaigns take as they are told; a world of other length tells them slower or
faster."""
DAY_S = 86_400


class Delivery(NamedTuple):
    """Files of one source, and who reads them."""

    publisher: str
    instance: str | None
    path: Path


def happens(dice: Random, share: float) -> bool:
    """Tell whether something happens that happens in this share of cases."""
    return dice.random() < share


@dataclass(frozen=True)
class World:
    """All that the generated files have in common.

    Attributes:
        seed: The same seed gives the same files.
        start: The first day.
        days: How many days there are.
        rate: How many times the usual number of observations a day.
    """

    seed: int
    start: date
    days: int = DAYS
    rate: float = 1.0

    @cached_property
    def campaigns(self) -> Campaigns:
        """The campaigns, each with addresses of its own."""
        return invented(self.dice("campaigns"), self.seed)

    def dice(self, name: str) -> Random:
        """Return the chance of one file, which no other file disturbs."""
        return Random(f"{self.seed} {name}")  # noqa: S311 - a story, not a secret

    def at(self, day: float, second: float = 0) -> datetime:
        """Return a moment of one of the days."""
        midnight = datetime.combine(self.start, time(tzinfo=UTC))
        return midnight + timedelta(days=day, seconds=second)

    @property
    def end(self) -> datetime:
        """The last second."""
        return self.at(self.days, -1)

    def told(self, campaign: Campaign, day: float) -> datetime:
        """Return the moment so many days of its story after a campaign has begun."""
        return min(self.at((campaign.from_day + day) * self.days / DAYS), self.end)

    def has_come(self, campaign: Campaign, day: float, moment: datetime) -> bool:
        """Tell whether this day of a campaign's story has come by a moment."""
        return moment >= self.told(campaign, day)

    def many(self, usual: float) -> int:
        """Return how many there are of what there is usually so often; at least one."""
        return max(1, round(usual * self.rate))

    def moments(self, dice: Random, usual_a_day: float) -> Iterator[datetime]:
        """Yield the moments at which something happens that belongs to no campaign, in order."""
        for day in range(self.days):
            for second in sorted(dice.uniform(0, DAY_S - 1) for _ in range(self.many(usual_a_day))):
                yield self.at(day, second)
