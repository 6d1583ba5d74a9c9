"""A document for people as text with its blocks; what every reader of documents makes."""

import re
from typing import NamedTuple

import msgspec

from cure.model import Observable


class Block(msgspec.Struct, frozen=True, gc=False):
    """A stretch of the text that reads as one.

    Attributes:
        kind: ``heading``, ``paragraph``, ``item`` of a list, ``row`` of a table, ``code``,
            ``quote``, or ``frame``: what stands around the text, such as a page's navigation.
        start: Its first character in the text.
        end: The character after its last.
        section: The headings that it stands under, ``"A / B"``; a heading is under itself.
        level: Of a heading, 1 to 6; of a row, 1 for the first of its table.
    """

    kind: str
    start: int
    end: int
    section: str = ""
    level: int = 0


class Stated(msgspec.Struct, frozen=True, gc=False):
    """A value whose topic the document itself states, as STIX and MISP do.

    Attributes:
        observable: The value; None: it is not what the document says it is.
        as_written: The text between start and end.
        start: Its first character in the text.
        end: The character after its last.
        reason: Why it is none of interest, such as the document's own word; empty: it is.
    """

    observable: Observable | None
    as_written: str
    start: int
    end: int
    reason: str = ""


class Document(msgspec.Struct, frozen=True):
    """A document.

    Attributes:
        text: All of its text, in reading order; of text formats, as it is, markup too.
        blocks: Its blocks, by start; they do not overlap, and blanks may lie between them.
        title: Its title, or nothing.
        structured: Values with a stated topic; the rest of the text has to be searched.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    title: str = ""
    structured: tuple[Stated, ...] = ()


class Cell(NamedTuple):
    """A cell of a table: its place in the document's text, without blanks around it."""

    start: int
    end: int


_CELL = re.compile(r"[^\t|]+|(?<=[\t|])(?=[\t|])")


def cells(document: Document, row: Block) -> list[Cell]:
    r"""Return the cells of a row; in the text they are parted by a tab or a bar.

    >>> text = "| SHA-1 | Name |"
    >>> [text[c.start : c.end] for c in cells(Document(text), Block("row", 0, len(text)))]
    ['SHA-1', 'Name']
    """
    found: list[Cell] = []
    for one in _CELL.finditer(document.text, row.start, row.end):
        text = one[0]
        start = one.start() + len(text) - len(text.lstrip())
        end = one.start() + len(text.rstrip())
        at_edge = one.end() == row.end or one.start() == row.start
        if start < end or not at_edge:
            found.append(Cell(min(start, end), end))
    return found
