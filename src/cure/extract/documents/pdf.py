"""PDF: the text of its pages, without what is repeated on each of them."""

import re
from collections import Counter

import pypdfium2

from cure.errors import MalformedError
from cure.extract.documents.plain import plain
from cure.extract.text import Document

_EDGE = 2
_FEWEST = 3
_NUMBER = re.compile(r"\d+")


def pdf(data: bytes, name: str) -> Document:
    """Read a PDF.

    Raises:
        MalformedError: If it is broken, or needs a password.

    Cost: 1 to 2 ms a page.
    """
    try:
        file = pypdfium2.PdfDocument(data)
        pages = [_lines(page) for page in file]
        title = file.get_metadata_value("Title")
    except pypdfium2.PdfiumError as error:
        raise MalformedError("PDF", name, str(error)) from error
    repeated = Counter(
        key for page in pages for key in {_key(line) for line in page[:_EDGE] + page[-_EDGE:]}
    )
    often = max(_FEWEST, len(pages) // 2)
    frame = {line for line, count in repeated.items() if count >= often and len(pages) >= _FEWEST}
    text = "\n".join(line for page in pages for line in page)
    read = plain(text, lambda line: _key(line) in frame)
    return Document(text, read.blocks, title.strip() or text.lstrip().partition("\n")[0])


def _lines(page: pypdfium2.PdfPage) -> list[str]:
    # PDFium writes U+FFFE for a hyphen at the end of a line, and leaves the line end out.
    text = page.get_textpage().get_text_range().replace("\ufffe", "-")
    return [line.rstrip() for line in text.split("\r\n")]


def _key(line: str) -> str:
    return _NUMBER.sub("#", line.strip())
