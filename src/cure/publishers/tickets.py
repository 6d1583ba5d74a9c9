"""Trouble tickets: the values that an incident team worked on, with the tags of its analysts.

Read are events of MISP, cases of TheHive and DFIR-IRIS, tickets of Request Tracker, each alone or
several in a list, and tickets that are plain text.
"""

from collections import deque
from collections.abc import Iterator
from itertools import count

from cure.extract.analyst_tags import canonical
from cure.extract.documents import read as read_document
from cure.extract.findings import findings_of, role_of
from cure.extract.keywords import named_keywords
from cure.extract.observables import observables
from cure.extract.text import Document
from cure.formats.lines import UNREADABLE, read_one, reason
from cure.formats.plain import BOM
from cure.formats.sqlite_file import whole_file
from cure.formats.ticket_documents import elements, tickets
from cure.formats.tickets import Ticket
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Tlp, Topic, mention, tag


def read(source: Input) -> Iterator[Reading]:
    """Read a document: tickets in JSON, element by element, or one in plain text."""
    try:
        document = whole_file(source.blocks)
        is_json = document.removeprefix(BOM).lstrip()[:1] in {b"{", b"["}
        numbered = count(1)
        for raw in tickets(document) if is_json else ():
            yield from _elements(raw, numbered)
        if document and not is_json:
            text = read_document(document, source.name)
            yield Reading(1, source.head, tuple(findings_of(text)) if document.strip() else ())
    except UNREADABLE as error:
        deque(source.blocks, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(1, source.head, why=reason(error))


def _elements(ticket: bytes, numbered: Iterator[int]) -> Iterator[Reading]:
    try:
        everything = list(elements(ticket))
    except UNREADABLE as error:
        yield Reading(next(numbered), ticket, why=reason(error))
        return
    for one in everything:
        yield read_one(lambda _, one=one: _said(one.read()), next(numbered), one.raw)


def _said(ticket: Ticket | None) -> Iterator[Finding]:
    """Yield what an element says, as one finding; nothing if it names nothing we know."""
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


PUBLISHER = Publisher(
    name="tickets",
    title="Trouble tickets: MISP events and cases of incident teams",
    title_ja="トラブルチケット: MISP イベント・インシデント対応の記録",
    layer=Layer.SEMANTICS,
    topics=frozenset(Topic),
    tlp=Tlp.AMBER,
    read=read,
    reference="https://www.misp-standard.org/rfc/misp-standard-core.html",
)
