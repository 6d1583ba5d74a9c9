"""Answers from a data directory, as its operator or somebody else may see it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cure.app import operator, publishers
from cure.asking import card_of, known_subject, known_value, moment
from cure.cli.plain import warn
from cure.enrichers.alike.answers import Asked, Compared, Similar
from cure.enrichers.geography import Geography
from cure.enrichers.groups.shown import GroupMembers, GroupsShown, Order
from cure.errors import LogError
from cure.hub.view import (
    Campaign,
    Card,
    Match,
    Matrix,
    Pivot,
    SearchAnswer,
    SourceSummary,
    Timeline,
)
from cure.installation import Installation
from cure.interfaces import Line
from cure.matching import match_lines
from cure.model import Audience, Layer, Topic, recognise
from cure.showing import RecordShown

if TYPE_CHECKING:
    from cure.enrichers.alike.likeness import Likeness

_LINES_AT_ONCE = 20_000
_RECORDS_AT_ONCE = 1000


class Here:
    """`Answers` of an installation that is open."""

    def __init__(
        self,
        installation: Installation,
        organisation: str,
        asn_table: str | None = None,
        audience: Audience | None = None,
    ) -> None:
        """Answer as of now; with a table of autonomous systems, if there is one.

        Args:
            installation: Whose data.
            organisation: Who owns them.
            asn_table: A table of autonomous systems, if there is one.
            audience: Who asks; None: the owner.
        """
        self._installation = installation
        self._geography = Geography(None if asn_table is None else Path(asn_table))
        self._log = installation.log
        self._now = datetime.now(UTC)
        self._audience = audience or operator(organisation)
        self._view = installation.gate.view(self._audience, self._now)

    def card(self, value: str) -> Card:
        """Return all that is known of a value."""
        return self._geography.placed(card_of(self._view, recognise(value)))

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
                yield RecordShown.of(record, self._audience, self._installation.name_of)

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

    def timeline(
        self, bucket_s: int, since: str | None, until: str | None, value: str | None
    ) -> Timeline:
        """Return how many records of each source began when."""
        about = None if value is None else known_value(self._view, value)
        return self._view.timeline(bucket_s, self._moment(since), self._moment(until), about)

    def similar(self, ip: str, asked: Asked) -> Similar:
        """Return the addresses that behave like one."""
        return self._likeness(asked.window).similar(self._audience, ip, asked)

    def compare(self, ip: str, other: str, window: timedelta) -> Compared:
        """Tell how alike two addresses behave."""
        return self._likeness(window).compare(self._audience, (ip, other), window)

    def groups(self, order: Order, limit: int) -> GroupsShown:
        """Return the groups of addresses that behave alike."""
        return self._likeness().groups(self._audience, order, limit)

    def group(self, name: str) -> GroupMembers:
        """Return a group with its members."""
        return self._likeness().group(self._audience, name)

    def _likeness(self, window: timedelta = timedelta()) -> "Likeness":
        return likeness_here(self._installation, self._geography, self._now, window)

    def _moment(self, text: str | None) -> datetime | None:
        return None if text is None else moment(text, self._now)


def likeness_here(
    installation: Installation, geography: Geography, now: datetime, window: timedelta = timedelta()
) -> "Likeness":
    """Return what answers of behaviour, once it has read all that the log has.

    Args:
        installation: Whose behaviour.
        geography: Where addresses belong.
        now: What time it is.
        window: How far back it is to reach, if further than usual.
    """
    from cure.enrichers.alike.likeness import WINDOW  # noqa: PLC0415 - other questions need none of it
    from cure.enrichers.alike.opening import opened_over  # noqa: PLC0415 - as above

    known = publishers()

    def observes(source: str) -> bool:
        reader = known.get(source.partition("@")[0], known["findings"])
        return reader.layer is Layer.ARTIFACT

    columns, likeness = opened_over(
        installation, observes, lambda: now, geography=geography, keep=max(window, WINDOW)
    )
    columns.catch_up()
    try:
        columns.save()
    except LogError as error:  # the next question reads the log again
        warn(str(error))
    return likeness
