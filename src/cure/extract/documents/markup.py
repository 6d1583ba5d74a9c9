"""Markdown and AsciiDoc: headings, lists, tables and code, in the text as it is."""

import re
from collections.abc import Iterator

import msgspec

from cure.extract.documents.page import Flow, Line, lines_of
from cure.extract.text import Document


class _Language(msgspec.Struct, frozen=True):
    """How a language marks what we tell apart."""

    heading: re.Pattern[str]
    fence: re.Pattern[str]
    table: re.Pattern[str]
    comment: re.Pattern[str]


_MARKDOWN = _Language(
    heading=re.compile(r"(#{1,6})\s+(.*)"),
    fence=re.compile(r"\s*(```+|~~~+).*"),
    table=re.compile(r"(?!)"),
    comment=re.compile(r"(?!)"),
)
_ASCIIDOC = _Language(
    heading=re.compile(r"(={1,6})\s+(.*)"),
    fence=re.compile(r"(-{4,}|\.{4,}|={4,}|\+{4,}|```+)\s*"),
    table=re.compile(r"[|,!]={3,}\s*"),
    comment=re.compile(r"// .*"),
)
_IS_ASCIIDOC = re.compile(r"^(?:={1,5} \S|\|={3,}\s*$|:\w+:)", re.MULTILINE)
_IS_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\|? *:?-{3,}:? *\|)|\]\(https?://", re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[*+•-]+|\d{1,3}[.)]|\.+)\s+\S")
_RULER = re.compile(r"[\s|:=+_*-]+")


def is_markdown(text: str) -> bool:
    """Tell whether a text is marked up as Markdown."""
    return bool(_IS_MARKDOWN.search(text))


def is_asciidoc(text: str) -> bool:
    """Tell whether a text is marked up as AsciiDoc."""
    return bool(_IS_ASCIIDOC.search(text))


def markdown(text: str) -> Document:
    """Read Markdown, as CommonMark and GitHub have it."""
    return _document(text, _MARKDOWN)


def asciidoc(text: str) -> Document:
    """Read AsciiDoc. A row of a table may stand on several lines."""
    return _document(text, _ASCIIDOC)


def _document(text: str, language: _Language) -> Document:
    flow = Flow()
    lines = lines_of(text)
    for line in lines:
        if fence := language.fence.fullmatch(line.text):
            inside = _until(lines, fence[1])
            if inside:
                flow.single("code", inside[0].start, inside[-1].end)
        elif heading := language.heading.fullmatch(line.text):
            flow.heading(line, heading[2].rstrip("#= "), len(heading[1]))
        elif language.comment.fullmatch(line.text):
            flow.single("frame", line.start, line.end)
        elif language.table.fullmatch(line.text):
            flow.close()
            _asciidoc_rows(flow, lines)
            flow.close()
        else:
            _line(flow, line)
    return flow.document(text)


def _line(flow: Flow, line: Line) -> None:
    """Add a line that is neither a heading nor a fence."""
    if not line.text.strip():
        flow.close()
    elif line.text.lstrip().startswith("|"):
        if not _RULER.fullmatch(line.text):
            flow.row(line.start, line.end)
    elif _RULER.fullmatch(line.text):
        flow.close()
    elif _ITEM.match(line.text):
        flow.line(line, "item")
    else:
        flow.line(line, "quote" if line.text.startswith(">") else "")


def _until(lines: Iterator[Line], fence: str) -> list[Line]:
    """Take the lines up to the one that closes a fence."""
    inside: list[Line] = []
    for line in lines:
        text = line.text.strip()
        if text == fence or (fence[0] in "`~" and text.startswith(fence)):
            break
        inside.append(line)
    return inside


def _asciidoc_rows(flow: Flow, lines: Iterator[Line]) -> None:
    """Add the rows of a table: its first line tells how many cells a row has."""
    width = filled = start = end = 0
    for line in lines:
        if _ASCIIDOC.table.fullmatch(line.text):
            break
        count = line.text.count("|")
        width = width or count
        if filled and count and filled + count > width:
            flow.row(start, end)
            filled = 0
        if count or filled:
            start = start if filled else line.start
            end = line.end if line.text.strip() else end
            filled += count
    if filled:
        flow.row(start, end)
