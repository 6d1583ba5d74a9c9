"""What can be asked of a data directory here, or of a server."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Protocol

from cure.enrichers.alike.answers import Asked, Compared, Similar
from cure.enrichers.groups.shown import GroupMembers, GroupsShown, Order
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
from cure.interfaces import Line
from cure.model import Topic
from cure.showing import RecordShown


class Answers(Protocol):
    """What can be asked.

    Times are ISO 8601 or how long ago, as `cure.asking.moment` reads them. Every method raises
    `MalformedError` for a question that cannot be read, and those about one thing
    `NotKnownError` where nothing is known of it; a card is returned in any case.
    """

    def card(self, value: str) -> Card:
        """Return all that is known of a value."""
        ...

    def match(self, lines: Iterable[Line]) -> Iterator[Match]:
        """Yield what is known of the value in each line, in order."""
        ...

    def records(
        self, value: str, source: str | None, before: str | None, after: str | None
    ) -> Iterator[RecordShown]:
        """Yield the records that mention a value, the latest first."""
        ...

    def pivot(self, value: str, hops: int, limit: int) -> Pivot:
        """Return what is connected with a value."""
        ...

    def links(self, topic: Topic | None, since: str | None) -> Matrix:
        """Return how many values each pair of sources has in common."""
        ...

    def campaign(self, subject: str, limit: int) -> Campaign:
        """Return the story around a value, a tag or a name."""
        ...

    def search(
        self, pattern: str, since: str | None, until: str | None, limit: int
    ) -> SearchAnswer:
        """Return the values that fit a pattern."""
        ...

    def sources(self) -> list[SourceSummary]:
        """Return what each source has said, in sum."""
        ...

    def timeline(
        self, bucket_s: int, since: str | None, until: str | None, value: str | None
    ) -> Timeline:
        """Return how many records of each source began when."""
        ...

    def similar(self, ip: str, asked: Asked) -> Similar:
        """Return the addresses that behave like one."""
        ...

    def compare(self, ip: str, other: str, window: timedelta) -> Compared:
        """Tell how alike two addresses behave."""
        ...

    def groups(self, order: Order, limit: int) -> GroupsShown:
        """Return the groups of addresses that behave alike."""
        ...

    def group(self, name: str) -> GroupMembers:
        """Return a group with its members."""
        ...
