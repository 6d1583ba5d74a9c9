"""Cases and alerts of TheHive, of all versions since 3, and observables that stand alone.

Source: https://docs.strangebee.com/thehive/api-docs/
"""

from collections.abc import Iterator
from functools import partial

import msgspec

from cure.formats.entries import MAX_TEXT
from cure.formats.stamps import optional_stamp
from cure.formats.ticket_values import of_case, typed_value
from cure.formats.tickets import Element, Ticket
from cure.model import filehash, mention


class _File(msgspec.Struct):
    name: str = ""
    hashes: list[str] = []


class _Observable(msgspec.Struct, rename="camel"):
    data_type: str
    data: str | None = None
    attachment: _File | None = None
    ioc: bool = True
    tags: list[str] = []
    message: str | None = None
    start_date: int | None = None
    identity: str = msgspec.field(name="_id", default="")


class _Case(msgspec.Struct, rename="camel"):
    title: str
    description: str | None = None
    number: int | None = None
    case_id: int | str | None = None  # of the case that an alert went into
    tags: list[str] = []
    observables: list[msgspec.Raw] = []
    artifacts: list[msgspec.Raw] = []  # as older versions call them
    start_date: int | None = None
    date: int | None = None  # of an alert
    identity: str = msgspec.field(name="_id", default="")


_decode_case = msgspec.json.Decoder(_Case).decode
_decode_observable = msgspec.json.Decoder(_Observable).decode


def case(document: bytes) -> Iterator[Element]:
    """Yield a case or an alert, then each of its observables.

    Raises:
        msgspec.DecodeError: If it has another form.
    """
    said = _decode_case(document)
    whole = Ticket(
        (),
        optional_stamp(str(said.start_date or said.date or "")),
        said.tags,
        {"title": said.title[:MAX_TEXT], "case": said.number or said.case_id},
        said.identity,
        f"{said.title}\n\n{said.description or ''}",
    )
    yield Element(document, lambda: whole)
    for raw in (*said.observables, *said.artifacts):
        yield Element(bytes(raw), partial(_observable, bytes(raw), whole))


def observable(document: bytes) -> Iterator[Element]:
    """Yield an observable whose case is not told."""
    yield Element(document, partial(_observable, document, Ticket((), None, (), {})))


def _observable(raw: bytes, case: Ticket) -> Ticket | None:
    one = _decode_observable(raw)
    role = "subject" if one.ioc else "context"
    value = typed_value(one.data_type, one.data, role) if one.data else ([], {})
    if one.attachment:
        files = [
            mention(filehash(text), "sample" if one.ioc else role) for text in one.attachment.hashes
        ]
        value = files, {"filename": one.attachment.name[:MAX_TEXT]}
    ticket = of_case(case, value, one.tags, one.message or "")
    seen = case.seen or optional_stamp(str(one.start_date or ""))
    return ticket and ticket._replace(key=one.identity, seen=seen)
