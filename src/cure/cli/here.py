"""Answers from a data directory, as its operator may see it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from cure.app import operator
from cure.asking import card_of, known_subject, known_value, moment
from cure.hub.view import Campaign, Card, Match, Matrix, Pivot, SearchAnswer, SourceSummary
from cure.installation import Installation
from cure.interfaces import Line
from cure.matching import match_lines
from cure.model import Topic, recognise
from cure.showing import RecordShown

_LINES_AT_ONCE = 20_000
_RECORDS_AT_ONCE = 1000


class Here:
    """`Answers` of an installation that is open."""

    def __init__(self, installation: Installation, organisation: str) -> None:
        """Answer as of now."""
        self._log = installation.log
        self._now = datetime.now(UTC)
        self._audience = operator(organisation)
        self._view = installation.gate.view(self._audience, self._now)

    def card(self, value: str) -> Card:
        """Return all that is known of a value."""
        return card_of(self._view, recognise(value))

    def match(self, lines: Iterable[Line]) -> Iterator[Match]:
        """Yield what is known of the value in each line, in order."""
        rest, number = iter(lines), 1
        while some := list(islice(rest, _LINES_AT_ONCE)):
            yield from match_lines(self._view, some, number)
            number += len(some)

    def records(
        self, value: str, source: str | None, before: str | None, after: str | None
    ) -> Iterator[RecordShown]:
        """Yield the records that mention a value, the latest first."""
        one, skip, more = known_value(self._view, value), 0, True
        while more:
            released, more = self._view.records(
                one,
                source=source,
                before=self._moment(before),
                after=self._moment(after),
                limit=_RECORDS_AT_ONCE,
                skip=skip,
            )
            skip += len(released)
            for record in self._log.fetch(released):
                yield RecordShown.of(record, self._audience)

    def pivot(self, value: str, hops: int, limit: int) -> Pivot:
        """Return what is connected with a value."""
        return self._view.pivot(known_value(self._view, value), hops, limit)

    def links(self, topic: Topic | None, since: str | None) -> Matrix:
        """Return how many values each pair of sources has in common."""
        return self._view.links(topic, self._moment(since))

    def campaign(self, subject: str, limit: int) -> Campaign:
        """Return the story around a value, a tag or a name."""
        return self._view.campaign(known_subject(self._view, subject), limit)

    def search(
        self, pattern: str, since: str | None, until: str | None, limit: int
    ) -> SearchAnswer:
        """Return the values that fit a pattern."""
        return self._view.search(pattern, self._moment(since), self._moment(until), limit)

    def sources(self) -> list[SourceSummary]:
        """Return what each source has said, in sum."""
        return self._view.sources()

    def _moment(self, text: str | None) -> datetime | None:
        return None if text is None else moment(text, self._now)
