"""Answers from a server."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import msgspec

from cure.cli.answered import read_answer
from cure.client import Client, UnknownValueError
from cure.enrichers.alike.answers import Asked, Compared, Similar
from cure.enrichers.groups.shown import GroupMembers, GroupsShown, Order
from cure.formats.lines import reason
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
from cure.interfaces import Line, Unreadable
from cure.model import Topic
from cure.showing import RecordShown
from cure.ticketing import TicketChange, TicketForm, TicketShown


class There:
    """`Answers` of a server that is running."""

    def __init__(self, client: Client) -> None:
        """Ask through a client."""
        self._client = client

    def card(self, value: str) -> Card:
        """Return all that is known of a value."""
        try:
            return read_answer(self._client.card(value), Card)
        except UnknownValueError as error:
            return read_answer(error.card, Card)

    def match(self, lines: Iterable[Line]) -> Iterator[Match]:
        """Yield what is known of the value in each line, in order.

        A line that cannot be sent as text goes as a blank, and its answer is given here.
        """
        unread: dict[int, Unreadable] = {}

        def texts() -> Iterator[str]:
            for number, line in enumerate(lines, 1):
                if isinstance(line, bytes):
                    try:
                        yield line.decode()
                        continue
                    except UnicodeDecodeError as error:
                        unread[number] = Unreadable(line, reason(error))
                else:
                    unread[number] = line
                yield ""

        for told in self._client.match(texts()):
            found = read_answer(told, Match)
            bad = unread.pop(found.line, None)
            if bad is None:
                yield found
            else:
                shown = bad.head.decode("utf-8", "replace")
                yield Match(found.line, shown, None, None, "invalid", why=bad.why)

    def records(
        self, value: str, source: str | None, before: str | None, after: str | None
    ) -> Iterator[RecordShown]:
        """Yield the records that mention a value, the latest first."""
        for told in self._client.records(value, source=source, before=before, after=after):
            yield read_answer(told, RecordShown)

    def pivot(self, value: str, hops: int, limit: int) -> Pivot:
        """Return what is connected with a value."""
        return read_answer(self._client.pivot(value, hops=hops, limit=limit), Pivot)

    def links(self, topic: Topic | None, since: str | None) -> Matrix:
        """Return how many values each pair of sources has in common."""
        return read_answer(self._client.links(topic, since=since), Matrix)

    def campaign(self, subject: str, limit: int) -> Campaign:
        """Return the story around a value, a tag or a name."""
        return read_answer(self._client.campaign(subject, limit=limit), Campaign)

    def search(
        self, pattern: str, since: str | None, until: str | None, limit: int
    ) -> SearchAnswer:
        """Return the values that fit a pattern."""
        found = self._client.search(pattern, since=since, until=until, limit=limit)
        return read_answer(found, SearchAnswer)

    def sources(self) -> list[SourceSummary]:
        """Return what each source has said, in sum."""
        return read_answer(self._client.sources(), list[SourceSummary])

    def timeline(
        self, bucket_s: int, since: str | None, until: str | None, value: str | None
    ) -> Timeline:
        """Return how many records of each source began when."""
        found = self._client.timeline(bucket=bucket_s, since=since, until=until, value=value)
        return read_answer(found, Timeline)

    def similar(self, ip: str, asked: Asked) -> Similar:
        """Return the addresses that behave like one."""
        found = self._client.similar(
            ip,
            k=asked.k,
            min_score=asked.min_score,
            exclude=asked.exclude,
            window=_text(asked.window),
        )
        return read_answer(found, Similar)

    def compare(self, ip: str, other: str, window: timedelta) -> Compared:
        """Tell how alike two addresses behave."""
        return read_answer(self._client.compare(ip, other, window=_text(window)), Compared)

    def groups(self, order: Order, limit: int) -> GroupsShown:
        """Return the groups of addresses that behave alike."""
        return read_answer(self._client.groups(order=order, limit=limit), GroupsShown)

    def group(self, name: str) -> GroupMembers:
        """Return a group with its members."""
        return read_answer(self._client.group(name), GroupMembers)


def _text(length: timedelta) -> str:
    """Write a length of whole minutes as a question has it."""
    for unit, letter in ((timedelta(days=1), "d"), (timedelta(hours=1), "h")):
        if not length % unit:
            return f"{length // unit}{letter}"
    return f"{length // timedelta(minutes=1)}m"


class TicketsThere:
    """The `TicketBook` of a server that is running."""

    def __init__(self, client: Client) -> None:
        """Ask through a client."""
        self._client = client

    def add(self, form: TicketForm) -> TicketShown:
        """Make one."""
        return read_answer(self._client.add_ticket(msgspec.to_builtins(form)), TicketShown)

    def change(self, ticket_id: str, change: TicketChange) -> TicketShown:
        """Change one."""
        said = {
            name: one for name, one in msgspec.structs.asdict(change).items() if one is not None
        }
        return read_answer(self._client.change_ticket(ticket_id, said), TicketShown)

    def one(self, ticket_id: str) -> TicketShown:
        """Return one."""
        return read_answer(self._client.ticket(ticket_id), TicketShown)

    def all(self, status: str | None) -> list[TicketShown]:
        """Return all, or those with this status."""
        return read_answer(self._client.tickets(status=status), list[TicketShown])
