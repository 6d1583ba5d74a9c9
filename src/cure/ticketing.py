"""Tickets made here: a form, read by the publisher of tickets and kept as its records are.

A ticket is one record whose key is its id; a change is a new version of it. A tag, ``ticket:ID``,
leads to it, so that tickets are found through the gate like all that is known.
"""

import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from cure.errors import MalformedError, NotKnownError
from cure.extract.apart import apart
from cure.feeding import IntakeOf
from cure.formats.own_ticket import ROLE, OwnTicket, Status, Tags, Text, Title, Values, tag_of
from cure.hub.intake import Intake
from cure.hub.view import View
from cure.interfaces import Input, Log, Publisher, Setting
from cure.model import Audience, Label, Record, Tlp, Topic, recognise
from cure.model.label import NOBODY
from cure.showing import LabelShown, RecordShown

SOURCE = "tickets"
MAX_SHOWN = 1000
_ID = re.compile(r"[0-9a-f]{10}")
_TLP = {tlp.title: tlp for tlp in Tlp}


class TicketForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new ticket.

    Attributes:
        title: What it is about.
        text: What there is to say; values and names in it are found.
        values: The values that it is about, defanged or not.
        tags: Tags as people write them, such as ``#Emotet`` or ``T1566``.
        tlp: How far it may travel, such as ``TLP:AMBER``; none: as the publisher says.
    """

    title: Title
    text: Text = ""
    values: Values = []
    tags: Tags = []
    tlp: str | None = None


class TicketChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be changed of a ticket; what is left out stays.

    Attributes:
        title: As in a new ticket, like the others.
        text: Likewise.
        values: Likewise: all of them.
        tags: Likewise: all of them.
        status: ``open`` or ``closed``.
    """

    title: Title | None = None
    text: Text | None = None
    values: Values | None = None
    tags: Tags | None = None
    status: Status | None = None


class TicketShown(msgspec.Struct, frozen=True):
    """A ticket.

    Attributes:
        id: Its id.
        status: ``open`` or ``closed``.
        title: What it is about.
        text: What there is to say.
        values: The values that were given, then those that were found in the text.
        tags: Its tags in canonical form, those that were found in the text, too.
        labels: The tags as they were given.
        opened_at: When it was made.
        changed_at: When it was changed last.
        source: Whose it is.
        label: How far it may travel.
    """

    id: str
    status: str
    title: str
    text: str
    values: list[str]
    tags: list[str]
    labels: list[str]
    opened_at: datetime | None
    changed_at: datetime | None
    source: str
    label: LabelShown

    @classmethod
    def of(cls, record: Record, audience: Audience) -> "TicketShown":
        """Show the record of a ticket that a view of this audience released."""
        said = RecordShown.of(record, audience)
        named = [one for one in said.observables if one.role != ROLE]
        return cls(
            said.key or "",
            said.attributes["status"],
            said.attributes["title"],
            said.attributes.get("text", ""),
            [one.value for one in named if one.topic is not Topic.TAG],
            [one.value for one in named if one.topic is Topic.TAG],
            said.attributes.get("labels", []),
            said.first_seen,
            said.last_seen,
            said.source,
            said.label,
        )


class Desk(NamedTuple):
    """Where tickets are made.

    Attributes:
        publisher: The publisher of tickets.
        source: As which they are kept.
        label: How far they travel, unless a form says otherwise.
        now: What time it is.
        intake: Makes the intake.
    """

    publisher: Publisher
    source: str
    label: Label
    now: datetime
    intake: IntakeOf = Intake

    def opened(self, form: TicketForm) -> list[Record]:
        """Return the records of a new ticket: one, or also what others see of it.

        Raises:
            MalformedError: If a value is none, or the marking.
        """
        if form.tlp is not None and form.tlp not in _TLP:
            raise MalformedError("tlp", form.tlp, f"want one of {', '.join(_TLP)}")
        label = self.label
        if form.tlp is not None:
            label = msgspec.structs.replace(label, tlp=_TLP[form.tlp])
        said = OwnTicket(
            ticket=secrets.token_hex(5),
            title=form.title,
            text=form.text,
            values=form.values,
            tags=form.tags,
            opened_at=self.now,
            changed_at=self.now,
        )
        return self._records(said, label)

    def changed(self, record: Record, change: TicketChange) -> list[Record]:
        """Return the records of the next version of a ticket, with the label that it has.

        Raises:
            MalformedError: If a value is none.
        """
        shown, finding = TicketShown.of(record, Audience(record.label.owner)), record.finding
        given = finding.observables[1 : 1 + finding.attributes.get("given", 0)]
        before = OwnTicket(
            ticket=shown.id,
            title=shown.title,
            text=shown.text,
            values=[one.value for one in given],
            tags=shown.labels,
            status=shown.status,
            opened_at=shown.opened_at or self.now,
            changed_at=self.now,
        )
        wanted = {
            name: value
            for name, value in msgspec.structs.asdict(change).items()
            if value is not None
        }
        label = record.label
        if label.releasable == NOBODY:  # the whole of what is cut for others
            label = msgspec.structs.replace(label, releasable=self.label.releasable)
        return self._records(msgspec.structs.replace(before, **wanted), label)

    def _records(self, said: OwnTicket, label: Label) -> list[Record]:
        for value in said.values:
            recognise(value)  # its own reason is a better one than that of the whole ticket
        document = msgspec.json.encode(said)
        data = Input(
            name=f"ticket {said.ticket}",
            as_of=self.now,
            lines=iter(()),
            blocks=(document,),
            head=document[:4096],
        )
        publisher = apart(self.publisher)
        intake = self.intake(publisher, self.source, label, self.now, Setting())
        records: list[Record] = []
        for part in intake.take_in(data):
            for line in part.quarantined:
                raise MalformedError("ticket", said.title, line.why)
            records += part.records
        return records


def tickets_in(
    view: View, log: Log, audience: Audience, status: str | None = None
) -> list[TicketShown]:
    """Return the tickets that a view shows, the one that was changed last first.

    Args:
        view: The view.
        log: The log.
        audience: Whose view it is.
        status: Only those with this status.
    """
    found = view.search(f"{ROLE}:*", limit=MAX_SHOWN).results
    shown = [
        TicketShown.of(record, audience)
        for one in found
        for record in _records_called(view, log, one.value.removeprefix(f"{ROLE}:"))
    ]
    wanted = [one for one in shown if status in {None, one.status}]
    return sorted(wanted, key=lambda one: (one.changed_at, one.id), reverse=True)


def ticket_in(view: View, log: Log, ticket_id: str) -> Record:
    """Return the latest version of a ticket that a view shows.

    Raises:
        NotKnownError: If there is none.
    """
    for record in _records_called(view, log, ticket_id):
        return record
    raise NotKnownError(f"there is no ticket {ticket_id[:80]!r}")


def _records_called(view: View, log: Log, ticket_id: str) -> Iterator[Record]:
    if not _ID.fullmatch(ticket_id):
        return
    released, _ = view.records(tag_of(ticket_id))
    for record in log.fetch(released):
        is_ours = record.source.partition("@")[0] == SOURCE
        if is_ours and record.finding.key == ticket_id and "status" in record.finding.attributes:
            yield record
