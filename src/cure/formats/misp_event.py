"""MISP events as tickets: every attribute, with the tags that analysts put on it and its event.

Source: https://www.misp-standard.org/rfc/misp-standard-core.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.formats.misp import PARTS, Attribute, Event
from cure.formats.stamps import optional_stamp
from cure.formats.tickets import MAX_LABELS, Element, Ticket
from cure.model import Mention, email, mention, recognise, tag, url

_MAX_TEXT_CHARS = 1000
_OTHER_PARTS = {
    **PARTS,
    "url": ((recognise, ""),),  # some are without their scheme
    "email-reply-to": ((email, "sender"),),
    "whois-registrant-email": ((email, "registrant"),),
}


class _Event(Event):
    uuid: str = ""
    date: str = ""


def misp_elements(event: bytes) -> Iterator[Element]:
    """Yield the attributes of an event, those of its objects too.

    Raises:
        msgspec.DecodeError: If the event has another form.
    """
    said = msgspec.json.decode(event, type=_Event, strict=False)
    everything = (*said.attributes, *(one for thing in said.objects for one in thing.attributes))
    for one in everything:
        yield Element(msgspec.json.encode(one), partial(_read, one, said))
    if not everything:
        yield Element(event, lambda: None)


def _read(element: dict[str, Any], said: _Event) -> Ticket | None:
    one = msgspec.convert(element, Attribute, strict=False)
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
    parts = _OTHER_PARTS.get(one.type)
    if parts is None:
        return [], {}
    texts = one.value.split("|", len(parts) - 1)
    if len(texts) != len(parts):
        raise MalformedError(one.type, one.value, f"want {len(parts)} parts with a bar between")
    mentions: list[Mention] = []
    attributes: dict[str, Any] = {}
    for (form, word), text in zip(parts, texts, strict=False):
        if form is not None:
            role = word or "subject"
            mentions.append(mention(form(text), role if one.to_ids else "context"))
        else:
            attributes[word] = int(text) if word == "port" else text[:_MAX_TEXT_CHARS]
    return mentions, attributes
