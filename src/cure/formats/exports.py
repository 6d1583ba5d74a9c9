"""Exports: events that a store, a broker or a tool hands out, taken out of what it put around them.

Known are arrays and pretty-printed objects in place of lines; UTF-16 and the byte order mark of
Windows; hits of Elasticsearch, pages of hits, and the lines of its bulk API, with the event as it
came where ECS (`event.original`) or Filebeat (`message`) keeps it; results of Splunk (`_raw`); and
the feed of a Modern Honey Network (`channel`, `payload`).

Sources: https://www.elastic.co/docs/reference/ecs, https://github.com/pwnlandia/mhn, and for the
names that T-Pot gives to fields docker/elk/logstash/dist/logstash.conf of
https://github.com/telekom-security/tpotce.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from json import JSONDecoder
from typing import Any

import msgspec

from cure.formats.lines import UNREADABLE, each_line, reason, whole, whole_file
from cure.formats.plain import BOM
from cure.interfaces import Input, Line, Reading, Unreadable
from cure.model import Finding

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DOCUMENT = re.compile(rb"\s*(?:\[\s*(?:[\[{\"\]]|$)|\{\s*\n)")
_ENVELOPES = re.compile(
    rb'"(?:_source|_raw|original|payload)"\s*:|"hits"\s*:\s*\{|"message"\s*:\s*"\{'
    rb'|^\s*\{\s*"(?:index|create)"\s*:'
)
_BULK = re.compile(rb'\s*\{\s*"(?:index|create)"\s*:\s*\{')
_LAYERS = 3
"""So many envelopes may be around an event: a hit, and in it what Filebeat put around the line."""
# What T-Pot calls the fields of its honeypots, and what the honeypots call them.
_TPOT_NAMES: dict[str, dict[str, str]] = {
    "cowrie": {"dest_ip": "dst_ip", "dest_port": "dst_port"},
    "dionaea": {"dest_ip": "dst_ip", "dest_port": "dst_port"},
    "ddospot": {"@timestamp": "time"},
    "honeytrap": {
        "src_ip": "attack_connection.remote_ip",
        "src_port": "attack_connection.remote_port",
        "dest_port": "attack_connection.local_port",
    },
    "p0f": {"@timestamp": "timestamp", "src_ip": "client_ip", "dest_port": "server_port"},
    "tanner": {"src_ip": "peer.ip"},
}
_TPOT = "t-pot_ip_ext"


class _Result(msgspec.Struct):
    raw: str = msgspec.field(name="_raw", default="")


class _Ecs(msgspec.Struct):
    original: str = ""


class _Page(msgspec.Struct):
    hits: list[msgspec.Raw]


class _Envelope(msgspec.Struct):
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw())
    page: _Page | None = msgspec.field(name="hits", default=None)
    result: _Result | None = None
    event: _Ecs | None = None
    message: msgspec.Raw = msgspec.Raw()
    channel: str | None = None
    payload: msgspec.Raw = msgspec.Raw()


_envelope = msgspec.json.Decoder(_Envelope).decode
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_decode_text = msgspec.json.Decoder(str).decode
_encode = msgspec.json.Encoder().encode


def each_event(
    parse: Callable[[bytes], Iterable[Finding]], *kinds: str
) -> Callable[[Input], Iterator[Reading]]:
    """Make the reader of a format, as `each_line` does, for which `as_written` opens exports."""
    read = each_line(parse)
    return lambda source: read(as_written(source, *kinds))


def as_written(source: Input, *kinds: str) -> Input:
    """Return an input whose lines are the events as their tool wrote them.

    Args:
        source: The input; where nothing is around its events, it stays as it is.
        kinds: What T-Pot and channels call the tools that are read, in lower case; events of other
            tools become blank lines. None: all are read.
    """
    head, lines = source.head, source.lines
    if head.startswith(_UTF16):
        head, lines = head.decode("utf-16", "ignore").encode(), _from_utf16(source)
    elif head.startswith(BOM):
        head, lines = head.removeprefix(BOM), _without_mark(lines)
    if _DOCUMENT.match(head):
        lines = _elements(lines, head)
    if _ENVELOPES.search(head):
        lines = _opened(lines, kinds)
    return source if lines is source.lines else replace(source, head=head, lines=lines)


def _from_utf16(source: Input) -> Iterator[Line]:
    try:
        data = whole_file(source.blocks)
    except UNREADABLE as error:
        deque(source.blocks, maxlen=0)  # what follows a gap cannot be told from its halves
        yield Unreadable(source.head, reason(error))
        return
    *lines, last = data.decode("utf-16", "backslashreplace").split("\n")
    for line in [*lines, last] if last else lines:
        yield line.removesuffix("\r").encode()


def _without_mark(lines: Iterator[Line]) -> Iterator[Line]:
    for line in lines:
        yield line if isinstance(line, Unreadable) else line.removeprefix(BOM)
        break
    yield from lines


_BEGINNING = re.compile(r"[^\s,\[\]]")
_read_at = JSONDecoder().raw_decode


def _elements(lines: Iterator[Line], head: bytes) -> Iterator[Line]:
    """Yield the elements of a document, of an element that is a text what it says.

    What follows the last one that can be read is one more; so is an empty array.
    """
    try:
        document = whole(lines).decode(errors="surrogateescape")
    except UNREADABLE as error:
        deque(lines, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Unreadable(head, reason(error))
        return
    end = 0
    while found := _BEGINNING.search(document, end):
        try:
            value, end = _read_at(document, found.start())
        except (ValueError, RecursionError):
            value, end = None, len(document)
        if isinstance(value, str):
            yield value.encode(errors="backslashreplace")
        else:
            yield document[found.start() : end].encode(errors="surrogateescape")
    if not end:
        yield b""


def _opened(lines: Iterator[Line], kinds: tuple[str, ...]) -> Iterator[Line]:
    for line in lines:
        if isinstance(line, Unreadable):
            yield line
        elif _BULK.match(line):
            yield b""
        else:
            for one in _hits(line):
                yield _event(one, kinds)


def _hits(line: bytes) -> Iterable[bytes]:
    """Return the hits of a page, or the line if it is none."""
    try:
        page = _envelope(line).page
    except UNREADABLE:  # whoever reads it will say so
        return (line,)
    return [bytes(hit) for hit in page.hits] or [b""] if page else (line,)


def _event(line: bytes, kinds: tuple[str, ...]) -> bytes:
    try:
        for _ in range(_LAYERS):
            inner = _inside(_envelope(line), kinds)
            if inner is None:
                break
            line = inner
    except UNREADABLE:  # whoever reads it will say so
        pass
    return line


def _inside(envelope: _Envelope, kinds: tuple[str, ...]) -> bytes | None:
    if envelope.source:
        return _stored(_decode(envelope.source), envelope.source, kinds)
    if envelope.result and envelope.result.raw:
        return envelope.result.raw.encode()
    if envelope.channel and envelope.payload:
        is_wanted = not kinds or envelope.channel.partition(".")[0] in kinds
        return _text_or_object(envelope.payload) if is_wanted else b""
    if envelope.event and envelope.event.original:
        return envelope.event.original.encode()
    if bytes(envelope.message).startswith(b'"{'):
        return _text_or_object(envelope.message)
    return None


def _text_or_object(raw: msgspec.Raw) -> bytes:
    return _decode_text(raw).encode() if bytes(raw).startswith(b'"') else bytes(raw)


def _stored(document: dict[str, Any], raw: msgspec.Raw, kinds: tuple[str, ...]) -> bytes:
    """Return a document of an index as its tool wrote it."""
    if _TPOT not in document:
        return bytes(raw)
    kind = str(document.get("type", "")).lower()
    if kinds and kind not in kinds:
        return b""
    if "_jsonparsefailure" in str(document.get("tags")):
        return str(document.get("message", "")).encode()
    for name, own_name in _TPOT_NAMES.get(kind, {}).items():
        parent, _, child = own_name.rpartition(".")
        holder = document.setdefault(parent, {}) if parent else document
        if name in document and isinstance(holder, dict):
            holder.setdefault(child, document[name])
    return _encode(document)
