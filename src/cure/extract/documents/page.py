"""A document in the making: its text, the headings that are open, and its blocks."""

from collections.abc import Iterator
from typing import NamedTuple

from cure.extract.text import Block, Document, Stated

MAX_SECTION = 200
"""Longest name of a section; what people write as a heading is shorter."""


class Line(NamedTuple):
    """A line of a text and its place there."""

    text: str
    start: int
    end: int


def lines_of(text: str) -> Iterator[Line]:
    """Yield the lines of a text, without their line ends."""
    start = 0
    for line in text.split("\n"):
        yield Line(line, start, start + len(line))
        start += len(line) + 1


class Outline:
    """The headings that are open.

    >>> outline = Outline()
    >>> outline.open("Report", 1), outline.open("Hashes", 2), outline.open("Network", 2)
    ('Report', 'Report / Hashes', 'Report / Network')
    """

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []
        self.section = ""
        self.title = ""

    def open(self, heading: str, level: int) -> str:
        """Open a heading, which closes all of its level and below; return the section."""
        name = " ".join(heading.split()).strip("#*_`: ")[:MAX_SECTION]
        self.title = self.title or name
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        self._open.append((level, name))
        self.section = " / ".join(one for _, one in self._open)
        return self.section


class Flow:
    """Collects the blocks of a text that stays as it is, line by line.

    Attributes:
        outline: The headings that are open.
        blocks: What was collected; complete after `close`.
    """

    def __init__(self) -> None:
        self.outline = Outline()
        self.blocks: list[Block] = []
        self._kind = ""
        self._start = self._end = 0
        self._is_in_table = False

    @property
    def has_any(self) -> bool:
        """Whether anything was added or begun."""
        return bool(self.blocks or self._kind)

    def heading(self, line: Line, text: str, level: int) -> None:
        """Add a heading."""
        self.close()
        self.outline.open(text, level)
        self._add("heading", line.start, line.end, level)

    def row(self, start: int, end: int) -> None:
        """Add a row; the first one since a blank line, or since another block, heads a table."""
        is_first = not self._is_in_table
        self.close()
        self._add("row", start, end, int(is_first))
        self._is_in_table = True

    def single(self, kind: str, start: int, end: int) -> None:
        """Add a block of its own."""
        self.close()
        self._add(kind, start, end)

    def line(self, line: Line, kind: str = "") -> None:
        """Begin a block of a kind; or, without a kind, go on with that which is open."""
        if kind or not self._kind:
            self.close()
            self._kind, self._start = kind or "paragraph", line.start
        self._end = line.end

    def close(self) -> None:
        """End the block, and the table, that is open."""
        if self._kind:
            self._add(self._kind, self._start, self._end)
        self._kind = ""
        self._is_in_table = False

    def document(self, text: str) -> Document:
        """Return the finished document."""
        self.close()
        return Document(text, tuple(self.blocks), self.outline.title)

    def _add(self, kind: str, start: int, end: int, level: int = 0) -> None:
        self.blocks.append(Block(kind, start, end, self.outline.section, level))


class Page:
    """Collects the blocks of a document that is no text itself; its text is theirs."""

    def __init__(self) -> None:
        self.title = ""
        self._outline = Outline()
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._size = 0

    def add(self, kind: str, text: str, level: int = 0) -> int:
        """Add a block, and a line end after it; return where it starts. Blank ones are left out."""
        start = self._size
        if not text.strip():
            return start
        if kind == "heading":
            self._outline.open(text, level)
        section = self._outline.section
        self._blocks.append(Block(kind, start, start + len(text), section, level))
        self._append(text)
        return start

    def add_document(self, inner: Document, kind: str = "") -> None:
        """Add all of a document; its headings stand on their own.

        Args:
            inner: The document.
            kind: The kind that all of its blocks get; empty: they keep theirs.
        """
        shift = self._size
        self._blocks += [
            Block(kind or one.kind, one.start + shift, one.end + shift, one.section, one.level)
            for one in inner.blocks
        ]
        self._append(inner.text)

    def document(self, structured: tuple[Stated, ...] = ()) -> Document:
        """Return the finished document."""
        title = self.title or self._outline.title
        return Document("".join(self._parts), tuple(self._blocks), title, structured)

    def _append(self, text: str) -> None:
        self._parts += [text, "\n"]
        self._size += len(text) + 1
