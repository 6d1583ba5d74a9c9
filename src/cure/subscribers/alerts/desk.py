"""What somebody asks of the own alerts of his organisation, and says of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from cure.enrichers.maliciousness.score import scores
from cure.errors import NotKnownError
from cure.hub.view import View
from cure.interfaces import Log
from cure.model import Finding, Mention, Observable, Record
from cure.model.audience import UNDISCLOSED_NAME, Audience
from cure.subscribers.alerts.alert import (
    PUBLISHER,
    AlertShown,
    AlertState,
    Known,
    Mark,
    WhatWasNew,
)
from cure.subscribers.alerts.ids import AlertIds
from cure.subscribers.alerts.reasons import reasons
from cure.subscribers.alerts.store import AlertStore

_VICTIM = "victim"
_SHOWN_TAGS = 20


class Asked(NamedTuple):
    """Which alerts are asked for.

    Attributes:
        since: Only those that end at this moment or later; None: all.
        state: Only those in this state; None: any.
        matched: Only those of which another source knows something.
        skip: How many to pass over.
        limit: How many at most.
    """

    since: datetime | None = None
    state: AlertState | None = None
    matched: bool = False
    skip: int = 0
    limit: int = 100


class AlertPage(NamedTuple):
    """Some alerts.

    Attributes:
        alerts: They, those that anything else is known of in front, then the latest.
        total: How many fit.
    """

    alerts: list[AlertShown]
    total: int


class _State(NamedTuple):
    """What has become of an alert, with the place of the news that opened it again."""

    state: AlertState
    mark: Mark | None
    news: int


class AlertDesk:
    """The own alerts of one organisation, as somebody of it sees them."""

    def __init__(  # noqa: PLR0913 - each is one thing of its own
        self,
        store: AlertStore,
        log: Log,
        ids: AlertIds,
        *,
        audience: Audience,
        view: View,
        by: str,
        now: datetime,
    ) -> None:
        """Look at the alerts as of now.

        Args:
            store: Marks and news.
            log: Where the alerts are read.
            ids: Their ids.
            audience: Who asks.
            view: What he may see.
            by: Who he is, by name.
            now: What time it is.
        """
        self._store = store
        self._log = log
        self._ids = ids
        self._audience = audience
        self._organisation = audience.organisation
        self._view = view
        self._of = view.alerts_of(PUBLISHER)
        self._by = by
        self._now = now
        self._marks = store.marks(self._organisation)
        self._kept = store.news(self._organisation)
        self._news = [one.news for one in self._kept]

    @property
    def last_news(self) -> int:
        """The number of the latest news; it stays inside."""
        return self._kept[-1].number if self._kept else 0

    @property
    def upto(self) -> int:
        """The number of the last record that is looked at; it stays inside."""
        return self._of.upto

    def alerts(self, asked: Asked) -> AlertPage:
        """Return alerts, each answered with all that is known of its outside.

        Those that any other source knows something of come first, then the latest.
        Cost: about 1 µs an alert that there is, and 300 µs a value that those returned name.
        """
        found = self._of.alerts(asked.since, 0, self._news)
        order = np.argsort(found.elsewhere == 0, kind="stable")
        if asked.matched:
            order = order[found.elsewhere[order] > 0]
        numbers, news = found.numbers[order].tolist(), found.news[order].tolist()
        states = [self._state(number, place) for number, place in zip(numbers, news, strict=True)]
        fitting = [
            (number, state)
            for number, state in zip(numbers, states, strict=True)
            if asked.state is None or state.state is asked.state
        ]
        page = fitting[asked.skip : asked.skip + asked.limit]
        return AlertPage(self._shown(page), len(fitting))

    def behind(self, number: int, news: int, limit: int) -> list[AlertShown]:
        """Return the alerts that came behind a record number, and those opened again since.

        Args:
            number: The number.
            news: The number of the latest news that was told of before.
            limit: How many at most, the latest.
        """
        if news == self.last_news:
            found = self._of.alerts(None, number, ())
        else:
            found = self._of.alerts(None, 0, self._news)
        told = sum(one.number <= news for one in self._kept)
        fresh = (found.numbers > number) | (found.news >= told)
        numbers, places = found.numbers[fresh][:limit], found.news[fresh][:limit]
        return self._shown(
            [
                (one, self._state(one, place))
                for one, place in zip(numbers.tolist(), places.tolist(), strict=True)
            ]
        )

    def mark(self, alert_id: str, state: AlertState, note: str) -> AlertShown:
        """Say what has become of an alert.

        Raises:
            NotKnownError: If there is no such alert, or it may not be seen.
        """
        number = self._ids.number(alert_id, self._organisation)
        if not self._view.let_through([number]):
            raise NotKnownError(f"there is no alert {alert_id}")
        mark = Mark(state, note, self._by, self._now, self.last_news)
        self._store.mark(self._organisation, number, mark)
        self._marks[number] = mark
        [shown] = self._shown([(number, self._state(number, -1))])
        return shown

    def _state(self, number: int, place: int) -> _State:
        mark = self._marks.get(number)
        if place >= 0 and (mark is None or self._kept[place].number > mark.seen):
            return _State(AlertState.REOPENED, mark, place)
        return _State(AlertState.NEW if mark is None else mark.state, mark, -1)

    def _shown(self, some: Sequence[tuple[int, _State]]) -> list[AlertShown]:
        records = self._log.fetch(self._view.let_through([number for number, _ in some]))
        outside = dict.fromkeys(
            one for record in records for one in record.finding.observables if one.role != _VICTIM
        )
        values = list(dict.fromkeys(Observable(one.topic, one.value) for one in outside))
        found = scores(self._view, values, self._now) if values else ()
        score = dict(zip(values, found, strict=True))
        known = {one: self._known(one, score) for one in outside}  # many alerts name the same
        return [
            self._alert(number, state, record, known)
            for (number, state), record in zip(some, records, strict=True)
        ]

    def _alert(
        self, number: int, state: _State, record: Record, known: dict[Mention, Known]
    ) -> AlertShown:
        said, mark = record.finding, state.mark
        outside = [known[one] for one in said.observables if one.role != _VICTIM]
        is_named = self._audience.may_attribute(record.label)
        return AlertShown(
            self._ids.sealed(number, self._organisation),
            record.source if is_named else UNDISCLOSED_NAME,
            _text(said, "signature"),
            _text(said, "category"),
            _text(said, "direction"),
            said.first_seen,
            said.last_seen,
            said.count,
            [one for one in said.observables if one.role == _VICTIM],
            sorted(outside, key=lambda one: (-len(one.sources), one.value)),
            any(one.sources for one in outside),
            state.state,
            *(("", "", None) if mark is None else (mark.note, mark.by, mark.at)),
            self._what_was_new(state.news),
        )

    def _known(self, one: Mention, score: dict[Observable, float]) -> Known:
        observable = Observable(one.topic, one.value)
        said = self._of.elsewhere(observable)
        malicious = round(float(score[observable]), 1)
        tags, roles = list(said.tags)[:_SHOWN_TAGS], list(said.roles)
        return Known(
            one.topic,
            one.value,
            one.role,
            said.sources,
            roles,
            tags,
            self._view.card(observable).contained_in,
            malicious,
            list(reasons(said.sources, roles, tags, malicious)),
        )

    def _what_was_new(self, place: int) -> WhatWasNew | None:
        if place < 0:
            return None
        kept = self._kept[place]
        sources = self._of.said_first_behind(kept.news)
        return WhatWasNew(kept.news.observable.value, sources, kept.at)


def _text(said: Finding, name: str) -> str:
    return str(said.attributes.get(name, ""))
