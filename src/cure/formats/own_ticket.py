"""Tickets of this program's own form, as `cure.ticketing` writes them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from cure.formats.tickets import Element, Ticket
from cure.model import Mention, Observable, Topic, mention, recognise, tag

ROLE = "ticket"
"""The role of the tag that names the ticket itself."""
MAX_TITLE_CHARS = 300
MAX_TEXT_CHARS = 20_000

Title = Annotated[str, Meta(min_length=1, max_length=MAX_TITLE_CHARS)]
Text = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
Values = Annotated[list[Annotated[str, Meta(max_length=4096)]], Meta(max_length=500)]
Tags = Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=100)]
Status = Annotated[str, Meta(pattern=r"^(?:open|closed)\Z")]


class OwnTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket.

    Attributes:
        ticket: Its id.
        title: What it is about.
        text: What there is to say.
        values: The values that it is about, defanged or not.
        tags: Tags as people write them.
        status: ``open`` or ``closed``.
        opened_at: When it was made.
        changed_at: When it was changed last.
    """

    ticket: str
    title: Title
    text: Text = ""
    values: Values = []
    tags: Tags = []
    status: Status = "open"
    opened_at: datetime
    changed_at: datetime


_decode = msgspec.json.Decoder(OwnTicket).decode


def ticket(document: bytes) -> Iterator[Element]:
    """Yield a ticket, as one element.

    Raises:
        msgspec.DecodeError: If it has another form.
    """
    said = _decode(document)
    yield Element(document, lambda: _read(said))


def _read(said: OwnTicket) -> Ticket:
    named = dict.fromkeys(recognise(value) for value in said.values)
    return Ticket(
        (mention(tag_of(said.ticket), ROLE), *(_named(one) for one in named)),
        said.opened_at,
        said.tags,
        {
            "title": said.title,
            "text": said.text,
            "status": said.status,
            "labels": said.tags,
            "given": len(named),
        },
        said.ticket,
        f"{said.title}\n\n{said.text}",
        said.changed_at,
    )


def _named(one: Observable) -> Mention:
    roles = {Topic.HASH: "sample", Topic.TAG: "tag"}
    return mention(one, roles.get(one.topic, "subject"))


def tag_of(ticket_id: str) -> Observable:
    """Return the tag that names a ticket."""
    return tag(f"{ROLE}:{ticket_id}")
