"""XML documents of Windows events, as the Event Viewer and wevtutil write them, cut into events."""

import re
from collections import deque
from collections.abc import Iterator

from cure.formats.lines import UNREADABLE, reason, whole
from cure.interfaces import Input, Line, Unreadable

_DOCUMENT = re.compile(rb"\s*<(?:\?xml|Events?)\b")
_BEGINNING = re.compile(rb"<Event[\s>]")
_END = b"</Event>"


def event_lines(source: Input) -> Iterator[Line]:
    """Yield the events of a file: its lines or, where these are none, what a document holds.

    An event that breaks off is one more; so is a document without any.
    """
    if not _is_document(source.head):
        yield from source.lines
        return
    try:
        document = whole(source.lines)
    except UNREADABLE as error:
        deque(source.lines, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Unreadable(source.head, reason(error))
        return
    end = 0
    while found := _BEGINNING.search(document, end):
        end = document.find(_END, found.end())
        end = len(document) if end < 0 else end + len(_END)
        yield document[found.start() : end]
    if not end:
        yield b"" if b"<Events" in source.head else document


def _is_document(head: bytes) -> bool:
    if not _DOCUMENT.match(head):
        return False
    first = head.strip().partition(b"\n")[0].rstrip()
    return first.count(_END) != 1 or not first.endswith(_END)
