"""Questions about watched values and own alerts: each partition compares its own values."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cure.hub import alerts
from cure.hub.alerts import Alerts, AlertsOf, News
from cure.hub.card import Spoken
from cure.hub.partitions.asking import Answering, Asking
from cure.hub.partitions.streams import AskingForStreams
from cure.hub.visible import Clearance, Numbers
from cure.hub.watched import touched
from cure.hub.watched.table import Watched
from cure.hub.watched.touched import Met, Touch, WatchedValues, WouldBe
from cure.model import Observable


class InWatches(Answering):
    """What a partition says of watched values and of alerts."""

    def touched(self, table: Watched, after: int, wanted: NDArray[np.bool_]) -> list[Touch]:
        """Return which of its values the records behind a number touch."""
        return self._told(self._watched(table).touched(self.row(after), wanted)[0])

    def held(
        self, table: Watched, wanted: NDArray[np.bool_], opened_since: Clearance | None
    ) -> list[Touch]:
        """Return which of its values any record touches."""
        return self._told(self._watched(table).held(wanted, opened_since))

    def met(self, table: Watched, wanted: NDArray[np.bool_], since: datetime, every_s: int) -> Met:
        """Return what entries would have met."""
        found = self._watched(table).met(wanted, since, every_s)
        return found._replace(records=self.moment.numbers[found.records])

    def _watched(self, table: Watched) -> WatchedValues:
        return WatchedValues(self.sight, self.moment.table_of(table))

    def _told(self, touches: list[Touch]) -> list[Touch]:
        own = self.moment.numbers
        return [
            one._replace(after=int(own[one.after]), upto=int(own[one.upto - 1]) + 1)
            for one in touches
        ]

    def alerts(
        self, publisher: str, since: datetime | None, after: int, news: list[News]
    ) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Return the alerts here, and what is known of those of their values that are its own."""
        here = [one._replace(after=self.row(one.after)) for one in news]
        found = AlertsOf(self.sight, publisher).found(since, self.row(after), here)
        return self.moment.numbers[found[0]], *found[1:]

    def alert_news(self, publisher: str, after: int) -> list[News]:
        """Return what is new of its values that past alerts name."""
        found, _ = AlertsOf(self.sight, publisher).news(self.row(after))
        return [one._replace(after=int(self.moment.numbers[one.after])) for one in found]

    def elsewhere(self, publisher: str, observable: Observable) -> Spoken:
        """Return what all other sources say of a value."""
        return AlertsOf(self.sight, publisher).elsewhere(observable)

    def said_first_behind(self, publisher: str, news: News) -> list[str]:
        """Return who speaks of a value behind the place of its news and not before."""
        here = news._replace(after=self.row(news.after))
        return AlertsOf(self.sight, publisher).said_first_behind(here)


class WatchedThere(WatchedValues):
    """What the records of all partitions say of watched values."""

    def __init__(self, asking: Asking, table: Watched) -> None:
        """Ask partitions; each has a table of its own with the same entries."""
        self._asking = asking
        self._table = table

    def touched(self, after: int, wanted: NDArray[np.bool_]) -> tuple[list[Touch], int]:
        """Return which values the records behind a number touch, and the number of the last."""
        upto = self._asking.front.upto
        if after >= upto:
            return [], upto
        return self._in_order(self._asking.each("touched", self._table, after, wanted)), upto

    def held(self, wanted: NDArray[np.bool_], opened_since: Clearance | None = None) -> list[Touch]:
        """Return which values any record touches."""
        return self._in_order(self._asking.each("held", self._table, wanted, opened_since))

    @staticmethod
    def _in_order(answers: list[list[Touch]]) -> list[Touch]:
        return touched.in_order(one for some in answers for one in some)

    def would_be(self, wanted: NDArray[np.bool_], since: datetime, every_s: int) -> WouldBe:
        """Return how often entries would have met something."""
        return touched.would_be_of(self._asking.each("met", self._table, wanted, since, every_s))


class AlertsThere(AlertsOf):
    """The alerts of one publisher in all partitions."""

    def __init__(self, asking: Asking, publisher: str) -> None:
        """Ask partitions."""
        self._asking = asking
        self._publisher = publisher

    @property
    def upto(self) -> int:
        """How many records there are; it stays inside."""
        return self._asking.front.upto

    def alerts(self, since: datetime | None, after: int, news: Sequence[News]) -> Alerts:
        """Return the alerts, and which of them anything else is known of."""
        answers = self._asking.each("alerts", self._publisher, since, after, list(news))
        every, last, known, told = (np.concatenate([one[at] for one in answers]) for at in range(4))
        numbers, first, at = np.unique(every, return_index=True, return_inverse=True)
        elsewhere, concerns = np.zeros(len(numbers), np.int64), np.full(len(numbers), -1)
        np.maximum.at(elsewhere, at, known)
        np.maximum.at(concerns, at, told)
        return alerts.in_order(numbers, last[first], elsewhere, concerns)

    def news(self, after: int) -> tuple[list[News], int]:
        """Return what records behind a number tell that is new of values of past alerts."""
        answers = self._asking.each("alert_news", self._publisher, after)
        return sorted(one for some in answers for one in some), self.upto

    def elsewhere(self, observable: Observable) -> Spoken:
        """Return what all other sources say of a value."""
        return self._asking.one(observable, "elsewhere", self._publisher, observable)

    def said_first_behind(self, news: News) -> list[str]:
        """Return, by name, who speaks of a value behind the place of its news and not before."""
        return self._asking.one(news.observable, "said_first_behind", self._publisher, news)


class AskingForWatches(AskingForStreams, Asking):
    """The part of a view that answers for watches and alerts."""

    def watched(self, table: Watched) -> WatchedThere:
        """Return what the records say of the values that a table watches."""
        return WatchedThere(self, table)

    def alerts_of(self, publisher: str) -> AlertsThere:
        """Return the alerts of a publisher, and what else is known of their outside values."""
        return AlertsThere(self, publisher)
