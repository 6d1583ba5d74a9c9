"""Tables: values in columns that a comma, a tab, a bar, a semicolon or blanks part."""

import csv
import re
from collections.abc import Iterable, Sequence

import msgspec

from cure.errors import MalformedError
from cure.formats.cells import first_value
from cure.formats.columns import Columns, Meaning, heading_of
from cure.formats.entries import Listing
from cure.formats.plain import LineParser, is_silent
from cure.formats.rows import row_finding, unnamed_row
from cure.model import Finding

BLANKS = " "
"""As a delimiter: any run of blanks."""
_DELIMITERS = ("\t", "|", ",", ";")
_WIDE_BAR = re.compile(r"\s{2,}\|\s{2,}")  # so dataplane.org parts its cells
_CLOCK = re.compile(r"\b(\d{4}-\d\d-\d\d) (\d\d:\d\d)")
_COMMENT_MARKS = "#;/ \t"


class Table(msgspec.Struct, frozen=True):
    """The layout of a table.

    Attributes:
        delimiter: What parts the cells.
        columns: What they mean; None: the columns have no names.
        heading: The line with the names, if it is no comment.
    """

    delimiter: str
    columns: Columns | None = None
    heading: str = ""


def split(line: str, delimiter: str) -> list[str]:
    """Part a line into cells, without the quotes and blanks around them.

    >>> split('"a", "b, c"', ","), split("1 |  2", "|")
    (['a', 'b, c'], ['1', '2'])
    """
    if delimiter == BLANKS:
        return _CLOCK.sub(r"\1T\2", line).split()
    if '"' in line:
        try:
            row = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error as error:
            raise MalformedError("row", line, str(error)) from error
        return [cell.strip() for cell in row]
    return [cell.strip() for cell in line.split(delimiter)]


def named_table(comments: Iterable[str], first: str) -> Table | None:
    """Find the names of the columns.

    Args:
        comments: The lines of comment before the first row, without their marks.
        first: The first line that is no comment: perhaps the names themselves.

    Returns:
        None if neither the comments nor the line have names that we know.
    """
    for delimiter in _DELIMITERS:
        columns = _heading(first, delimiter) if delimiter in first else None
        if columns is not None:
            return Table(delimiter, columns, first)
    found: Table | None = None
    for comment in comments:
        names = comment.strip(_COMMENT_MARKS).removeprefix("Format:")
        for delimiter in _DELIMITERS:
            if delimiter in names and delimiter in first:
                columns = _heading(names, delimiter)
                found = Table(delimiter, columns) if columns else found
    return found


def _heading(line: str, delimiter: str) -> Columns | None:
    try:
        return heading_of(split(line, delimiter))
    except MalformedError:
        return None


def unnamed_table(rows: Sequence[str]) -> Table | None:
    """Find the delimiter of rows whose columns have no names, from the first of them.

    Returns:
        None if no delimiter lets most of the rows have a value in one of their cells.
    """
    for delimiter in (*_DELIMITERS, BLANKS):
        with_value = [_has_value(row, delimiter) for row in rows]
        if sum(with_value) * 2 > len(rows):
            has_heading = not with_value[0] and all(with_value[1:])
            return Table(delimiter, heading=rows[0] if has_heading else "")
    return None


def _has_value(row: str, delimiter: str) -> bool:
    try:
        cells = split(row, delimiter)
        return len(cells) > 1 and first_value(cells)[0] >= 0
    except MalformedError:
        return False


def table_line(table: Table, listing: Listing) -> LineParser:
    """Make the parser of a table's lines."""
    columns = table.columns

    def parse(line: bytes) -> Sequence[Finding]:
        if is_silent(line):
            return ()
        text = line.decode().strip()
        if text == table.heading:
            return ()
        if columns is None:
            return (unnamed_row(split(text, table.delimiter), listing),)
        cells = split(text, table.delimiter)
        if any(cells[len(columns.names) :]):
            cells = _fitted(text, columns, table.delimiter)
        return (row_finding(cells, columns, listing),)

    return parse


def _fitted(text: str, columns: Columns, delimiter: str) -> list[str]:
    """Part a row one of whose texts holds the delimiter, if it is clear which."""
    width = len(columns.names)
    if len(wide := _WIDE_BAR.split(text)) == width:
        return wide
    if delimiter == BLANKS or columns.meanings[-1] not in {Meaning.TEXT, Meaning.REMARK}:
        raise MalformedError("row", text, f"more than {width} columns")
    cells = split(text, delimiter)
    return [*cells[: width - 1], delimiter.join(cells[width - 1 :])]
