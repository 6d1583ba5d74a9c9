"""A document for people, read as one element: what it says, and where it was found."""

from collections import deque
from collections.abc import Iterator

from cure.extract.documents.forms import parse
from cure.extract.findings import findings_of
from cure.formats.days import day_in
from cure.formats.lines import UNREADABLE, reason, whole_file
from cure.interfaces import Input, Reading
from cure.model import Finding


def article(source: Input) -> Iterator[Reading]:
    """Yield the one reading of a document, whatever its length; none of an empty one."""
    try:
        data = whole_file(source.blocks)
        if data:
            yield Reading(1, source.head, tuple(_said(data, source)) if data.strip() else ())
    except UNREADABLE as error:
        deque(source.blocks, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(1, source.head, why=reason(error))


def _said(data: bytes, source: Input) -> Iterator[Finding]:
    day = day_in(source.name)
    yield from findings_of(parse(data, source.name), source.name, day, source.about)
