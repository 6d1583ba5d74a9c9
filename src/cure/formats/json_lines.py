"""JSON documents in a file, one a line or one that fills it, and the elements of each."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from cure.formats.json_feeds import is_object
from cure.formats.lines import UNREADABLE, first_lines, read_one, reason, whole
from cure.formats.plain import BOM
from cure.interfaces import Input, Line, Reading, Unreadable
from cure.model import Finding

Unit = tuple[bytes, Callable[[], Iterable[Finding]]]
"""An element of a document: its bytes, and what reads them, or raises."""


def json_readings(
    source: Input, take_apart: Callable[[bytes], Iterable[Unit]]
) -> Iterator[Reading]:
    """Yield a reading for each element of each document, or one for a document without any.

    Args:
        source: The file.
        take_apart: Yields the elements of a document; raises what a parser raises.
    """
    number = 0
    lines = iter(source.lines)
    try:
        for document in _documents(lines):
            for raw, read in _units(document, take_apart):
                number += 1
                yield read_one(lambda _, read=read: read(), number, raw)
    except UNREADABLE as error:
        deque(lines, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(number + 1, source.head, why=reason(error))


def _documents(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield the lines, if the first of several is an object, else what they are together."""
    head, lines = first_lines(lines, 2)
    first = head[0].removeprefix(BOM) if head and isinstance(head[0], bytes) else b""
    if len(head) > 1 and first.startswith(b"{") and is_object(first):
        yield from lines
    elif head:
        yield whole(lines)


def _units(document: Line, take_apart: Callable[[bytes], Iterable[Unit]]) -> Iterable[Unit]:
    if isinstance(document, Unreadable):
        return [(document.head, partial(unreadable, ValueError(document.why)))]
    try:
        units = list(take_apart(document)) if document.strip() else []
    except UNREADABLE as error:
        return [(document, partial(unreadable, error))]
    return units or [(document, tuple)]


def unreadable(error: Exception) -> Iterable[Finding]:
    """Raise the error that taking an element apart has raised."""
    raise error
