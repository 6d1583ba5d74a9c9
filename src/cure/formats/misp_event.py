"""MISP events as tickets: every attribute, with the tags that analysts put on it and its event.

Source: https://www.misp-standard.org/rfc/misp-standard-core.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from cure.formats.misp import Attribute, Event, attribute_of
from cure.formats.stamps import optional_stamp
from cure.formats.ticket_values import KINDS, parted
from cure.formats.tickets import MAX_LABELS, Element, Ticket
from cure.model import Mention, mention, tag, url
from cure.model.conversion import converter

_MAX_TEXT_CHARS = 1000


class _Report(msgspec.Struct):
    """What somebody wrote in Markdown."""

    name: str = ""
    content: str | None = None
    uuid: str = ""
    timestamp: str | int = ""
    deleted: bool = False


class _Event(Event):
    uuid: str = ""
    date: str = ""
    reports: list[_Report] = msgspec.field(name="EventReport", default_factory=list[_Report])


class _OfEvent(msgspec.Struct):
    event: _Event = msgspec.field(name="Event", default_factory=_Event)


_decode = msgspec.json.Decoder(_Event, strict=False).decode
_decode_members = msgspec.json.Decoder(dict[str, Any]).decode
_of_event = converter(_OfEvent, strict=False)


def misp_event(event: bytes) -> Iterator[Element]:
    """Yield the attributes of an event, those of its objects too, and its reports.

    Raises:
        msgspec.DecodeError: If the event has another form.
    """
    said = _decode(event)
    everything = (*said.attributes, *(one for thing in said.objects for one in thing.attributes))
    for one in everything:
        yield Element(msgspec.json.encode(one), partial(_read, one, said))
    for report in said.reports:
        yield Element(msgspec.json.encode(report), partial(_text, report, said))
    if not everything and not said.reports:
        yield Element(event, lambda: None)


def misp_attribute(attribute: bytes) -> Iterator[Element]:
    """Yield an attribute by itself, as searches for attributes find them, with their event.

    Raises:
        msgspec.DecodeError: If it has another form.
    """
    element = _decode_members(attribute)
    said = _of_event(element).event
    yield Element(attribute, partial(_read, element, said))


def _text(report: _Report, said: _Event) -> Ticket | None:
    if report.deleted:
        return None
    return Ticket(
        (),
        optional_stamp(str(report.timestamp)) or optional_stamp(said.date),
        tuple(label.name for label in said.tags)[:MAX_LABELS],
        {"title": report.name[:_MAX_TEXT_CHARS], "event": said.uuid},
        f"misp:{report.uuid}" if report.uuid else "",
        f"{report.name}\n\n{report.content or ''}",
    )


def _read(element: dict[str, Any], said: _Event) -> Ticket | None:
    one = attribute_of(element)
    mentions, attributes = _parts(one)
    if one.deleted or not mentions:
        return None
    stamps = (one.first_seen or "", str(one.timestamp), said.date)
    return Ticket(
        mentions,
        next(filter(None, map(optional_stamp, stamps)), None),
        tuple(label.name for label in (*one.tags, *said.tags))[:MAX_LABELS],
        {
            "title": said.info[:_MAX_TEXT_CHARS],
            "event": said.uuid,
            "type": one.type,
            "category": one.category,
            "comment": one.comment[:_MAX_TEXT_CHARS],
            **attributes,
        },
        f"misp:{one.uuid}" if one.uuid else "",
        last_seen=optional_stamp(one.last_seen or ""),
    )


def _parts(one: Attribute) -> tuple[list[Mention], dict[str, Any]]:
    """Read a value by its type; what is not meant for detection (`to_ids`) is context."""
    if one.type == "link":
        return [mention(url(one.value), "reference")], {}
    if one.type == "vulnerability":
        return [mention(tag(f"cve:{one.value}"), "tag")], {}
    parts = KINDS.get(one.type)
    if parts is None:
        return [], {}
    return parted(one.value, parts, one.type, "subject" if one.to_ids else "context")
