"""DOCX: the paragraphs, lists and tables of Word's documents.

Source: ECMA-376, Office Open XML, part 1, §17.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cure.errors import MalformedError
from cure.extract.documents.page import Page
from cure.extract.text import Document

MAX_PART_BYTES = 64 * 1024 * 1024
"""Largest part of the archive that is read, unpacked."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ?([1-9])|title", re.IGNORECASE)


def docx(data: bytes, name: str) -> Document:
    """Read a DOCX; its footnotes come last. The cells of a row are parted by tabs.

    Raises:
        MalformedError: If it is broken, too large, or another kind of archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            levels = _levels(_part(archive, "word/styles.xml", name))
            body = _part(archive, "word/document.xml", name)
            notes = _part(archive, "word/footnotes.xml", name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise MalformedError("DOCX", name, str(error) or "a broken archive") from error
    if body is None:
        raise MalformedError("DOCX", name, "an archive without a text document in it")
    page = Page()
    for element in body.iterfind(f"{_W}body/*"):
        _add(page, element, levels)
    if notes is not None:
        page.add("heading", "Footnotes", 1)
        for paragraph in notes.iter(f"{_W}p"):
            page.add("item", _text(paragraph).strip())
    return page.document()


def _part(archive: zipfile.ZipFile, part: str, name: str) -> Element | None:
    if part not in archive.namelist():
        return None
    with archive.open(part) as file:
        content = file.read(MAX_PART_BYTES + 1)
    if len(content) > MAX_PART_BYTES:
        raise MalformedError("DOCX", name, f"{part} is larger than {MAX_PART_BYTES} bytes")
    try:
        return fromstring(content)
    except (ParseError, DefusedXmlException) as error:
        raise MalformedError("DOCX", name, f"{part}: {error}") from error


def _levels(styles: Element | None) -> dict[str, int]:
    """Return the level of every style that is for headings, by its identifier."""
    found: dict[str, int] = {}
    for style in styles.iterfind(f"{_W}style") if styles is not None else ():
        title = style.find(f"{_W}name")
        heading = _HEADING.fullmatch(title.get(f"{_W}val", "")) if title is not None else None
        if heading:
            found[style.get(f"{_W}styleId", "")] = int(heading[1] or 1)
    return found


def _add(page: Page, element: Element, levels: dict[str, int]) -> None:
    if element.tag == f"{_W}tbl":
        for number, row in enumerate(element.iter(f"{_W}tr"), 1):
            cells = ("\n".join(_paragraphs(cell)).strip() for cell in row.iterfind(f"{_W}tc"))
            page.add("row", "\t".join(cells), int(number == 1))
        return
    for paragraph in element.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        level = levels.get(style.get(f"{_W}val", ""), 0) if style is not None else 0
        is_item = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
        kind = "heading" if level else "item" if is_item else "paragraph"
        page.add(kind, _text(paragraph).strip(), level)


def _paragraphs(cell: Element) -> Iterator[str]:
    for paragraph in cell.iter(f"{_W}p"):
        yield _text(paragraph).replace("\t", " ").strip()


def _text(paragraph: Element) -> str:
    """Return the text of a paragraph; deleted text has an element of its own and is left out."""
    parts = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
    return "".join(
        (one.text or "") if one.tag == f"{_W}t" else parts.get(one.tag, "")
        for one in paragraph.iter()
    )
