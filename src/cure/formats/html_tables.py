"""Feeds that are the tables of a web page."""

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from cure.errors import MalformedError
from cure.formats.cells import first_value
from cure.formats.columns import Columns, heading_of
from cure.formats.entries import Listing
from cure.formats.lines import read_one
from cure.formats.rows import row_finding, unnamed_row
from cure.interfaces import Reading
from cure.model import Finding


class _Rows(HTMLParser):
    """Collects the innermost rows of all tables: their cells, as people see them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._open: list[list[str]] = [[]]
        """The row that is open in each table around this place."""

    def _opened(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a row, a cell or a table in a cell; the row around that one is mere layout."""
        if tag == "table":
            self._open[-1] = []
            self._open.append([])
        elif tag == "tr":
            self._end_row()
        elif tag in {"td", "th"}:
            self._open[-1].append("")
        elif tag == "input":
            self._said(dict(attrs).get("value") or "")

    def _closed(self, tag: str) -> None:
        """Close a row, or a table with the row that was left open in it."""
        if tag in {"tr", "table"}:
            self._end_row()
        if tag == "table" and len(self._open) > 1:
            self._open.pop()

    def _said(self, data: str) -> None:
        """Add to the cell that is open."""
        if self._open[-1]:
            self._open[-1][-1] += data

    handle_starttag = _opened  # so the parser calls them
    handle_endtag = _closed
    handle_data = _said

    def _end_row(self) -> None:
        cells = [" ".join(cell.split()) for cell in self._open[-1]]
        if any(cells):
            self.rows.append(cells)
        self._open[-1] = []


def _rows_of(document: bytes) -> list[list[str]]:
    parser = _Rows()
    try:
        parser.feed(document.decode("utf-8", "replace"))
        parser.close()
    except AssertionError as error:  # so the standard library says what it cannot parse
        raise MalformedError("document", document[:80].decode("latin-1"), str(error)) from error
    return parser.rows


def html_document(document: bytes, listing: Listing) -> Iterator[Reading]:
    """Yield a reading for each row.

    Under a heading that we know every row has to have a value; elsewhere rows without one are
    the layout of the page, and silent.
    """
    try:
        rows = _rows_of(document)
    except MalformedError as error:
        yield Reading(1, document, why=str(error))
        return
    columns: Columns | None = None
    readings: list[Reading] = []
    for number, cells in enumerate(rows, 1):
        raw = " | ".join(cells).encode()
        if heading := heading_of(cells):
            columns = heading
            readings.append(Reading(number, raw))
        else:
            fits = columns if columns and len(columns.names) == len(cells) else None
            readings.append(
                read_one(lambda _, row=cells, to=fits: _row(row, to, listing), number, raw)
            )
    if any(reading.findings for reading in readings):
        yield from readings
    else:
        yield Reading(1, document, why="no table of the page has a value in a row")


def _row(cells: Sequence[str], columns: Columns | None, listing: Listing) -> Iterator[Finding]:
    if columns is not None:
        yield row_finding(cells, columns, listing)
        return
    try:
        first_value(cells)
    except MalformedError:
        return  # layout
    yield unnamed_row(cells, listing)
