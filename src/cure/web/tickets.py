"""Tickets over HTTP: a small form for what an incident team worked on."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal

from litestar import Router, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from cure.access.in_force import rated_intake
from cure.errors import ForbiddenError, NotKnownError
from cure.model import Audience, Label, Record
from cure.ticketing import (
    SOURCE,
    Desk,
    TicketChange,
    TicketForm,
    TicketShown,
    ticket_in,
    tickets_in,
)
from cure.web.asker import Asker, AskerHere
from cure.web.errors import told
from cure.web.records import check_publish

_MAX_FORM_BYTES = 1 << 20
_REFUSES = told(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


@post("", responses=_REFUSES, sync_to_thread=True)
def add_ticket(asker: AskerHere, data: JSONBody[TicketForm]) -> TicketShown:
    """Make a ticket; the answer comes once it is durable.

    It belongs to the organisation of whoever makes it. Names and values in its text are found.
    """
    return _keep(asker, _desk(asker).opened(data))


@get("", responses=_REFUSES, sync_to_thread=True)
def tickets(
    asker: AskerHere,
    status: Annotated[
        Literal["open", "closed"] | None, QueryParameter(description="Only those.")
    ] = None,
) -> list[TicketShown]:
    """Return the tickets that one may see, the one that was changed last first."""
    log = asker.serving.installation.log
    found = tickets_in(asker.view(), log, asker.audience(), status)
    asker.note("tickets", sources={one.source for one in found}, count=len(found))
    return found


@get("/{ticket_id:str}", responses=_REFUSES, sync_to_thread=True)
def ticket(asker: AskerHere, ticket_id: FromPath[str]) -> TicketShown:
    """Return a ticket."""
    return TicketShown.of(_seen(asker, ticket_id), asker.audience())


@patch("/{ticket_id:str}", responses=_REFUSES, sync_to_thread=True)
def change_ticket(
    asker: AskerHere, ticket_id: FromPath[str], data: JSONBody[TicketChange]
) -> TicketShown:
    """Change a ticket of the own organisation, or close it; what is left out stays."""
    desk, record = _desk(asker), _seen(asker, ticket_id)
    if (record.source, record.label.owner) != (desk.source, desk.label.owner):
        raise ForbiddenError("it belongs to another organisation")
    return _keep(asker, desk.changed(record, data))


def _desk(asker: Asker) -> Desk:
    """Return where somebody makes tickets: each organisation keeps its own.

    Raises:
        ForbiddenError: If he may not.
    """
    serving, who = asker.serving, asker.principal
    source = SOURCE if who.operates else f"{SOURCE}@{who.organisation}"
    check_publish(asker, source)
    publisher = serving.publishers.get(SOURCE)
    if publisher is None:
        raise NotKnownError(f"there is no publisher {SOURCE!r} here")
    intake = partial(rated_intake, serving.ratings)
    label = Label(publisher.tlp, who.organisation)
    return Desk(publisher, source, label, serving.clock(), intake)


def _seen(asker: Asker, ticket_id: str) -> Record:
    record = ticket_in(asker.view(), asker.serving.installation.log, ticket_id)
    asker.note("ticket", ticket_id, sources={record.source}, count=1)
    return record


def _keep(asker: Asker, records: list[Record]) -> TicketShown:
    asker.serving.writer.submit(records).result()
    return TicketShown.of(records[0], Audience(asker.owner))


ROUTER = Router(
    "/api/v1/tickets",
    route_handlers=[add_ticket, tickets, ticket, change_ticket],
    request_max_body_size=_MAX_FORM_BYTES,
)
