"""Formats in which every line stands for itself, and documents made of elements."""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import msgspec

from cure.errors import MalformedError
from cure.interfaces import Input, Line, Reading, Unreadable
from cure.model import Finding

UNREADABLE = (ValueError, msgspec.MsgspecError, RecursionError, csv.Error)
"""What a parser raises for input that it cannot read; anything else is a bug of ours."""

MAX_DOCUMENT_BYTES = 512 * 1024 * 1024
_HEAD_BYTES = 1 << 20


def reason(error: Exception) -> str:
    """Say in one clause why something could not be read."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"not {error.encoding.upper()}: {error.reason} at byte {error.start}"
    return str(error) or type(error).__name__


def each_line(
    parse: Callable[[bytes], Iterable[Finding]],
) -> Callable[[Input], Iterator[Reading]]:
    """Make the reader of a format from the function that reads one of its lines.

    Args:
        parse: Yields the findings of a line; raises `MalformedError`, another `ValueError` or
            a decoding error of msgspec for a line that it cannot read.
    """

    def read(source: Input) -> Iterator[Reading]:
        for number, line in enumerate(source.lines, 1):
            yield read_one(parse, number, line)

    return read


def read_one(parse: Callable[[bytes], Iterable[Finding]], number: int, line: Line) -> Reading:
    """Read one line or element; an error becomes the reason in the reading."""
    if isinstance(line, Unreadable):
        return Reading(number, line.head, why=line.why)
    try:
        return Reading(number, line, tuple(parse(line)))
    except UNREADABLE as error:
        return Reading(number, line, why=reason(error))


def first_lines(lines: Iterator[Line], count: int) -> tuple[list[Line], Iterator[Line]]:
    """Look at the first lines without using them up.

    Returns:
        At most `count` lines, fewer if they are as long as no line is that tells a format, and an
        iterator over all lines, these included.
    """
    head: list[Line] = []
    size = 0
    while len(head) < count and size < _HEAD_BYTES and (line := next(lines, None)) is not None:
        head.append(line)
        size += len(line)
    return head, chain(head, lines)


def whole(lines: Iterable[Line]) -> bytes:
    """Put a document together again from its lines.

    Raises:
        MalformedError: If a line could not be delivered, or the document is too large.
    """
    return _joined("document", lines, b"\n", MAX_DOCUMENT_BYTES)


def whole_file(blocks: Iterable[bytes | Unreadable], max_bytes: int = MAX_DOCUMENT_BYTES) -> bytes:
    """Put a file together again from its blocks.

    Raises:
        MalformedError: If a block could not be delivered, or the file is too large.
    """
    return _joined("file", blocks, b"", max_bytes)


def _joined(
    what: str, parts: Iterable[bytes | Unreadable], between: bytes, max_bytes: int
) -> bytes:
    whole: list[bytes] = []
    size = 0
    for part in parts:
        if isinstance(part, Unreadable):
            raise MalformedError(what, part.head[:80].decode("latin-1"), part.why)
        size += len(part) + len(between)
        if size > max_bytes:
            raise MalformedError(what, "", f"larger than {max_bytes} bytes")
        whole.append(part)
    return between.join(whole)
