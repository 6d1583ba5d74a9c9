"""Cases and alerts of DFIR-IRIS, as its API and its export give them, and IOCs that stand alone.

Source: https://docs.dfir-iris.org/operations/api/
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from cure.formats.entries import MAX_TEXT
from cure.formats.stamps import optional_stamp
from cure.formats.ticket_values import of_case, typed_value
from cure.formats.tickets import Element, Ticket

_AMERICAN = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)
"""How lists of cases have their day, and nothing else of IRIS."""


class _Kind(msgspec.Struct):
    type_name: str


class _Ioc(msgspec.Struct):
    ioc_value: str
    ioc_type: _Kind | str = ""
    type_name: str = ""  # so the export calls it
    ioc_tags: str | None = None
    ioc_description: str | None = None
    ioc_uuid: str = ""


class _Label(msgspec.Struct):
    tag_title: str


class _Case(msgspec.Struct):
    name: str = ""
    case_name: str = ""
    description: str | None = None
    case_description: str | None = None
    case_id: int | None = None
    open_date: str | None = None
    case_open_date: str | None = None
    case_uuid: str = ""
    tags: list[_Label] = []
    case_tags: str | None = None


class _Note(msgspec.Struct):
    """A note, or what happened at some time."""

    note_title: str = ""
    note_content: str | None = None
    note_lastupdate: str | None = None
    note_uuid: str = ""
    event_title: str = ""
    event_content: str | None = None
    event_date: str | None = None
    event_tags: str | None = None
    event_uuid: str = ""


class _Export(msgspec.Struct):
    case: msgspec.Raw
    iocs: list[msgspec.Raw] = []
    notes: list[msgspec.Raw] = []
    timeline: list[msgspec.Raw] = []


class _Alert(msgspec.Struct):
    alert_title: str
    alert_description: str | None = None
    alert_id: int | None = None
    alert_source_event_time: str | None = None
    alert_creation_time: str | None = None
    alert_tags: str | None = None
    alert_uuid: str = ""
    iocs: list[msgspec.Raw] = []


_decode_export = msgspec.json.Decoder(_Export).decode
_decode_alert = msgspec.json.Decoder(_Alert).decode
_decode_case = msgspec.json.Decoder(_Case).decode
_decode_ioc = msgspec.json.Decoder(_Ioc).decode
_decode_note = msgspec.json.Decoder(_Note).decode


def export(document: bytes) -> Iterator[Element]:
    """Yield a case, then each of its IOCs, notes, and what happened when.

    Raises:
        msgspec.DecodeError: If it has another form.
    """
    said = _decode_export(document)
    whole = _whole(bytes(said.case))
    yield Element(document, lambda: whole)
    yield from _each_ioc(said.iocs, whole)
    for raw in (*said.notes, *said.timeline):
        yield Element(bytes(raw), partial(_note, bytes(raw), whole))


def case(document: bytes) -> Iterator[Element]:
    """Yield a case by itself, as lists of cases have it."""
    yield Element(document, partial(_whole, document))


def alert(document: bytes) -> Iterator[Element]:
    """Yield an alert, then each of its IOCs.

    Raises:
        msgspec.DecodeError: If it has another form.
    """
    said = _decode_alert(document)
    whole = Ticket(
        (),
        optional_stamp(said.alert_source_event_time or said.alert_creation_time or ""),
        _parted(said.alert_tags),
        {"title": said.alert_title[:MAX_TEXT], "alert": said.alert_id},
        said.alert_uuid,
        f"{said.alert_title}\n\n{said.alert_description or ''}",
    )
    yield Element(document, lambda: whole)
    yield from _each_ioc(said.iocs, whole)


def ioc(document: bytes) -> Iterator[Element]:
    """Yield an IOC whose case is not told."""
    return _each_ioc([msgspec.Raw(document)], Ticket((), None, (), {}))


def _whole(raw: bytes) -> Ticket:
    said = _decode_case(raw)
    title = said.case_name or said.name
    return Ticket(
        (),
        optional_stamp(said.open_date or _AMERICAN.sub(r"\3-\1-\2", said.case_open_date or "")),
        (*(label.tag_title for label in said.tags), *_parted(said.case_tags)),
        {"title": title[:MAX_TEXT], "case": said.case_id},
        said.case_uuid,
        f"{title}\n\n{said.description or said.case_description or ''}",
    )


def _each_ioc(raws: Sequence[msgspec.Raw], whole: Ticket) -> Iterator[Element]:
    for raw in raws:
        yield Element(bytes(raw), partial(_ioc, bytes(raw), whole))


def _ioc(raw: bytes, case: Ticket) -> Ticket | None:
    one = _decode_ioc(raw)
    kind = one.ioc_type if isinstance(one.ioc_type, str) else one.ioc_type.type_name
    value = typed_value(kind or one.type_name, one.ioc_value)
    ticket = of_case(case, value, _parted(one.ioc_tags), one.ioc_description or "")
    return ticket and ticket._replace(key=one.ioc_uuid)


def _note(raw: bytes, case: Ticket) -> Ticket:
    one = _decode_note(raw)
    title, content = one.note_title or one.event_title, one.note_content or one.event_content
    seen = optional_stamp(one.event_date or one.note_lastupdate or "")
    return Ticket(
        (),
        seen or case.seen,
        _parted(one.event_tags),
        {**case.attributes, "note": title[:MAX_TEXT]},
        one.note_uuid or one.event_uuid,
        f"{title}\n\n{content or ''}",
    )


def _parted(labels: str | None) -> list[str]:
    return [label.strip() for label in (labels or "").split(",") if label.strip()]
