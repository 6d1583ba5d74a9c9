"""Tables in text: CSV with commas, semicolons or bars."""

import csv
import io

from cure.errors import MalformedError
from cure.extract.documents.page import Page
from cure.extract.text import Document

_LOOKED_AT = 20


def is_table(text: str) -> bool:
    r"""Tell whether the first lines of a text have the same number of cells, two or more.

    >>> is_table("Type,Value\nip,192.0.2.1\n"), is_table("First, we saw it.\nThen it went.")
    (True, False)
    """
    return bool(_delimiter(text))


def table(text: str) -> Document:
    """Read a table. In the text of the document its cells are parted by tabs.

    Raises:
        MalformedError: If a cell never ends.
    """
    page = Page()
    rows = csv.reader(io.StringIO(text), delimiter=_delimiter(text) or ",")
    try:
        for number, row in enumerate(rows, 1):
            cells = (" ".join(cell.split("\t")).strip() for cell in row)
            page.add("row", "\t".join(cells), int(number == 1))
    except csv.Error as error:  # such as a quote that is never closed
        raise MalformedError("table", text[:80], str(error)) from error
    return page.document()


def _delimiter(text: str) -> str:
    end = -1
    for _ in range(_LOOKED_AT):
        end = text.find("\n", end + 1)
        if end < 0:
            end = len(text)
            break
    for delimiter in ",;|":
        try:
            rows = list(csv.reader(io.StringIO(text[:end]), delimiter=delimiter))
        except csv.Error:
            continue
        widths = {len(row) for row in rows if row}
        if len(widths) == 1 and max(widths) > 1 and len(rows) > 1:
            return delimiter
    return ""
