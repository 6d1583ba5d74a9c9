"""Documents with tickets in JSON: how they are wrapped, and which form each of them has."""

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from cure.errors import MalformedError
from cure.formats import iris, own_ticket, request_tracker, thehive
from cure.formats.lines import UNREADABLE
from cure.formats.misp_event import misp_attribute, misp_event
from cure.formats.plain import BOM
from cure.formats.tickets import Element, Ticket

Reader = Callable[[bytes], Iterator[Element]]

_FORMS: tuple[tuple[set[str], Reader], ...] = (
    ({"info", "Attribute"}, misp_event),
    ({"info", "Object"}, misp_event),
    ({"info", "date"}, misp_event),
    ({"type", "value", "to_ids"}, misp_attribute),
    ({"title", "observables"}, thehive.case),
    ({"title", "artifacts"}, thehive.case),
    ({"title", "severity"}, thehive.case),
    ({"dataType"}, thehive.observable),
    ({"case", "iocs"}, iris.export),
    ({"alert_title"}, iris.alert),
    ({"ioc_value"}, iris.ioc),
    ({"case_id", "case_name"}, iris.case),
    ({"id", "Subject"}, request_tracker.ticket),
    ({"ticket", "title", "opened_at"}, own_ticket.ticket),
)
"""What members a ticket has in each form, and what reads it."""
_WRAPPINGS = (
    *("response", "data", "items", "Event", "Object", "Attribute"),
    *("cases", "alerts", "observables", "ioc", "iocs"),
)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def each_element(document: bytes) -> Iterator[Element]:
    """Yield the elements of all tickets in a document.

    A ticket that cannot be read is an element too, whose `read` raises the reason.

    Raises:
        msgspec.DecodeError: If it is not JSON.
    """
    for raw in list(_tickets(document)):
        try:
            yield from list(_elements(raw))
        except UNREADABLE as error:
            yield Element(raw, partial(_fail, error))


def _fail(error: Exception) -> Ticket | None:
    raise error


def _tickets(document: bytes) -> Iterator[bytes]:
    """Yield the tickets in a document, each still in JSON."""
    clean = document.removeprefix(BOM).strip()
    if clean.startswith(b"["):
        for raw in _list(clean):
            yield from _tickets(bytes(raw))
        return
    members = _members(clean)
    inner = next((bytes(members[name]) for name in _WRAPPINGS if name in members), b"")
    if _reader(members) is None and inner.startswith((b"{", b"[")):
        yield from _tickets(inner)
    else:
        yield clean


def _elements(ticket: bytes) -> Iterator[Element]:
    """Take a ticket apart.

    Raises:
        MalformedError: If it has none of the forms that we know.
        msgspec.DecodeError: If it is not JSON, or a member is of another kind.
    """
    members = _members(ticket)
    read = _reader(members)
    if read is None:
        raise MalformedError("ticket", ", ".join(members)[:200], "of no form that we know")
    return read(ticket)


def _reader(members: dict[str, msgspec.Raw]) -> Reader | None:
    for marks, read in _FORMS:
        if marks <= members.keys():
            return read
    return _manifest if _is_manifest(members) else None


def _manifest(document: bytes) -> Iterator[Element]:
    """Yield one element that says nothing: it only lists the events that lie beside it."""
    yield Element(document, lambda: None)


def _is_manifest(members: dict[str, msgspec.Raw]) -> bool:
    """Whether it is the table of contents of a MISP feed: summaries of events by their id."""
    return bool(members) and all(
        len(name) == len("00000000-0000-0000-0000-000000000000") and b'"info"' in bytes(raw)
        for name, raw in members.items()
    )
