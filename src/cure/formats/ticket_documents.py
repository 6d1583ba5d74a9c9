"""Documents with tickets in JSON: how they are wrapped, and which form each of them has."""

from collections.abc import Iterator

import msgspec

from cure.errors import MalformedError
from cure.formats.misp_event import misp_elements
from cure.formats.plain import BOM
from cure.formats.ticket_json import FORMS
from cure.formats.tickets import Element

_WRAPPINGS = ("response", "data", "Event", "items", "cases")
_MEMBERS_OF_EVENT = {"Attribute", "Object"}
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def tickets(document: bytes) -> Iterator[bytes]:
    """Yield the tickets in a document, each still in JSON.

    Raises:
        msgspec.DecodeError: If it is not JSON.
    """
    clean = document.removeprefix(BOM).strip()
    if clean.startswith(b"["):
        for raw in _list(clean):
            yield from tickets(bytes(raw))
        return
    members = _members(clean)
    inner = next((bytes(members[name]) for name in _WRAPPINGS if name in members), b"")
    if inner.startswith((b"{", b"[")):
        yield from tickets(inner)
    else:
        yield clean


def elements(ticket: bytes) -> Iterator[Element]:
    """Take a ticket apart.

    Raises:
        MalformedError: If it has none of the forms that we know.
        msgspec.DecodeError: If it is not JSON, or a member is of another kind.
    """
    members = _members(ticket)
    if "info" in members and _MEMBERS_OF_EVENT & members.keys():
        yield from misp_elements(ticket)
    elif _is_manifest(members):
        yield Element(ticket, lambda: None)  # it only lists the events that lie beside it
    else:
        for marks, read in FORMS:
            if marks <= members.keys():
                yield from read(ticket)
                return
        raise MalformedError("ticket", ", ".join(members)[:200], "of no form that we know")


def _is_manifest(members: dict[str, msgspec.Raw]) -> bool:
    """Whether it is the table of contents of a MISP feed: summaries of events by their id."""
    return bool(members) and all(
        len(name) == len("00000000-0000-0000-0000-000000000000") and b'"info"' in bytes(raw)
        for name, raw in members.items()
    )
