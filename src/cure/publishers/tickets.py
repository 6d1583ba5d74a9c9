"""Trouble tickets: the values that an incident team worked on, with the tags of its analysts.

Read are events of MISP, cases and alerts of TheHive and DFIR-IRIS, tickets of Request Tracker, each
alone, one a line or several in a list, and tickets that are plain text. What lies in the networks
of the own side was a victim.
"""

from collections import deque
from collections.abc import Iterator
from functools import partial

from cure.extract.analyst_tags import canonical
from cure.extract.documents.forms import parse as parse_document
from cure.extract.findings import findings_of, role_of
from cure.extract.keywords import named_keywords
from cure.extract.observables import observables
from cure.extract.text import Document
from cure.formats.json_lines import Unit, json_readings
from cure.formats.lines import UNREADABLE, reason, whole_file
from cure.formats.plain import BOM
from cure.formats.ticket_documents import each_element
from cure.formats.tickets import Element
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Mention, Tlp, Topic, mention, tag
from cure.model.networks import Networks


def read(source: Input) -> Iterator[Reading]:
    """Read a document: tickets in JSON, element by element, or one in plain text."""
    is_json = source.head.removeprefix(BOM).lstrip()[:1] in {b"{", b"["}
    if is_json:
        yield from json_readings(source, lambda document: _units(document, source.setting.own))
    else:
        yield from _text(source)


def _text(source: Input) -> Iterator[Reading]:
    try:
        document = whole_file(source.blocks)
        if document:
            text = parse_document(document, source.name)
            yield Reading(1, source.head, tuple(findings_of(text)) if document.strip() else ())
    except UNREADABLE as error:
        deque(source.blocks, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(1, source.head, why=reason(error))


def _units(document: bytes, own: Networks) -> Iterator[Unit]:
    for one in each_element(document):
        yield one.raw, partial(_said, one, own)


def _said(element: Element, own: Networks) -> Iterator[Finding]:
    """Yield what an element says, as one finding; nothing if it names nothing we know."""
    ticket = element.read()
    if ticket is None:
        return
    text = Document(ticket.text)
    written = [one.observable for one in observables(text)[0]]
    spoken = [tag(one.tag) for one in named_keywords(text)]
    labels = {label: canonical(label) for label in ticket.labels}
    tags = dict.fromkeys((*filter(None, labels.values()), *spoken))
    mentions = dict.fromkeys(
        (
            *ticket.mentions,
            *(mention(one, role_of(one)) for one in written),
            *(mention(one, "tag") for one in tags),
        )
    )
    if any(_is_own(one, own) for one in mentions):
        hit = (
            Mention(one.topic, one.value, "victim") if _is_own(one, own) else one
            for one in mentions
        )
        mentions = dict.fromkeys(hit)
    if mentions:
        others = [label for label, term in labels.items() if term is None]
        told = {**ticket.attributes, "tags": others}
        yield Finding(
            Kind.ANNOTATION,
            tuple(mentions),
            ticket.seen,
            ticket.last_seen or ticket.seen,
            attributes={name: value for name, value in told.items() if value},
            key=ticket.key or None,
        )


def _is_own(one: Mention, own: Networks) -> bool:
    return one.topic is Topic.IP and one.value in own


PUBLISHER = Publisher(
    name="tickets",
    title="Trouble tickets: MISP events and cases of incident teams",
    title_ja="トラブルチケット: MISP イベント・インシデント対応の記録",
    layer=Layer.SEMANTICS,
    topics=frozenset(Topic),
    tlp=Tlp.AMBER,
    read=read,
    reference="https://www.misp-standard.org/rfc/misp-standard-core.html",
    isolated=True,
)
