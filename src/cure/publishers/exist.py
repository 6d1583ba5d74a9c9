"""EXIST: the addresses, names, URLs and hashes that open feeds list, in any of their formats."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from cure.errors import MalformedError
from cure.extract.feed_tags import canonically_tagged
from cure.formats.entries import Listing
from cure.formats.html_tables import html_document
from cure.formats.json_feeds import is_object, json_document, json_line
from cure.formats.line_lists import comments_of, line_parser, listing_of
from cure.formats.lines import each_line, first_lines, whole
from cure.formats.plain import BOM
from cure.formats.xml_feeds import xml_document
from cure.interfaces import Input, Line, Publisher, Reading, Unreadable
from cure.model import Layer, Tlp, Topic

_HEAD_LINES = 200
"""How far to look for the format; dataplane.org begins with 70 lines of comment."""
_MAX_ENTRY_BYTES = 1 << 16
"""What is longer is no entry of a list, and is not looked at."""
_FIRST_TAG = re.compile(
    rb"(?:\s|<\?[^>]*>|<!--.*?-->)*<(?:!doctype\s+)?([a-z1-6]+)", re.IGNORECASE | re.DOTALL
)
_OF_PAGES = frozenset(
    b"html head body table tr div p center font h1 h2 h3 style script title link meta".split()
)
# But neither [Adblock Plus 2.0] nor [2001:db8::1].
_JSON = re.compile(rb"[{\[](?!adblock)(?![\da-f:]+:[\da-f.:]*\])", re.IGNORECASE)

DocumentReader = Callable[[bytes, Listing], Iterator[Reading]]


def read(source: Input) -> Iterator[Reading]:
    """Read a file of a feed; its tags become those that reports have too."""
    return canonically_tagged(_read(source))


def _read(source: Input) -> Iterator[Reading]:
    """Choose the reader of the file's format by its first lines, and yield what it reads."""
    head, lines = first_lines(source.lines, _HEAD_LINES)
    seen = [line for line in head if isinstance(line, bytes)]
    if seen and seen[0] is head[0] and seen[0].startswith(BOM):
        seen[0] = seen[0].removeprefix(BOM)
        lines = chain(seen[:1], islice(lines, 1, None))
    said = [line for line in seen if line.strip()]
    text = [line[:_MAX_ENTRY_BYTES].decode("utf-8", "replace") for line in seen]
    listing = listing_of(source.name, comments_of(text))
    form = _document_form(said)
    if form is None:
        if _is_json_lines(said):
            yield from each_line(json_line(listing))(replace(source, lines=lines))
        else:
            parse = line_parser(source.name, text)
            yield from each_line(parse)(replace(source, lines=map(_entry, lines)))
        return
    try:
        document = whole(lines)
    except MalformedError as error:
        deque(lines, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(1, seen[0], why=str(error))
        return
    yield from form(document, listing)


def _document_form(said: Sequence[bytes]) -> DocumentReader | None:
    """Return the reader of documents that read like this, or None where lines stand alone."""
    start = said[0].lstrip() if said else b""
    if start.startswith(b"<") and not start.startswith(b"<pre>"):
        tag = _FIRST_TAG.match(b"\n".join(said))
        return html_document if tag and tag[1].lower() in _OF_PAGES else xml_document
    if _JSON.match(start) and not _is_json_lines(said):
        return json_document
    return None


def _entry(line: Line) -> Line:
    if isinstance(line, Unreadable) or len(line) <= _MAX_ENTRY_BYTES:
        return line
    return Unreadable(line[:_MAX_ENTRY_BYTES], f"longer than {_MAX_ENTRY_BYTES} bytes")


def _is_json_lines(said: Sequence[bytes]) -> bool:
    return len(said) > 1 and said[0].lstrip().startswith(b"{") and is_object(said[0])


PUBLISHER = Publisher(
    name="exist",
    title="EXIST: open block lists",
    title_ja="EXIST: 公開ブロックリスト",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH, Topic.EMAIL, Topic.TAG}),
    tlp=Tlp.CLEAR,
    read=read,
    reference="https://github.com/nict-csl/exist",
)
