"""Lists of which every line stands for itself: which of their formats a file is in."""

import re
from collections.abc import Sequence

from cure.errors import MalformedError
from cure.formats.columns import is_heading
from cure.formats.entries import Listing, feed_name
from cure.formats.maltrail import family_of, maltrail_line
from cure.formats.plain import LineParser, counted_line, is_silent, plain_line
from cure.formats.stamps import stamp_of
from cure.formats.tables import named_table, table_line, unnamed_table
from cure.formats.threatfox import threatfox_line

_SAMPLED = 20
"""How many rows are looked at."""
_IN_URLS = frozenset({",", ";", "|"})
_EVEN = 3
"""How many rows have to be parted alike before a URL with a comma counts as two cells."""
_MARKS = "#;/! \t"
_MALTRAIL = re.compile(r"Maltrail developers|trails[/\\]static[/\\]")
_C2 = re.compile(r"(?<![a-zA-Z\d])c2s?(?![a-z\d])|C2s?(?![A-Za-z\d])")  # avanzato_c2, IPC2s-30day
_IPSUM = re.compile(r"\bIPsum\b")


def listing_of(input_name: str, comments: Sequence[str]) -> Listing:
    """Return what holds for all entries: a list that calls itself one of C2s lists C2s."""
    feed = feed_name(input_name)
    return Listing(feed, stamp_of(comments), "c2" if _C2.search(feed) else "listed")


def comments_of(head: Sequence[str]) -> list[str]:
    """Return the comments among the first lines, without their marks."""
    return [line.strip(_MARKS) for line in head if line[:1] in {"#", ";", "!"} or line[:2] == "//"]


def line_parser(input_name: str, head: Sequence[str]) -> LineParser:
    """Choose the parser for the lines of a list by the first of them, and its name."""
    comments = comments_of(head)
    if any(_MALTRAIL.search(text) for text in (*comments[:3], input_name)):
        return maltrail_line(family_of(input_name))
    listing = listing_of(input_name, comments)
    rows = [line.strip() for line in head if not is_silent(line.encode())][:_SAMPLED]
    if not rows:
        return plain_line(listing)
    if any(_IPSUM.search(text) for text in comments) and "\t" in rows[0]:
        return counted_line(listing)
    named = named_table(comments, rows[0])
    if named is None:
        return _without_names(rows, listing)
    if named.columns and "ioc_type" in named.columns.names:
        return threatfox_line(named)
    return table_line(named, listing)


def _without_names(rows: Sequence[str], listing: Listing) -> LineParser:
    """Choose between a plain list and a table whose columns have no names."""
    heading = rows[0] if is_heading(rows[0]) else ""
    plain = plain_line(listing, heading.encode())
    table = unnamed_table(rows)
    if table is None or (_reads_most(plain, rows) and not _is_even(rows, table.delimiter)):
        return plain
    return table_line(table, listing)


def _reads_most(parse: LineParser, rows: Sequence[str]) -> bool:
    failures = 0
    for row in rows:
        try:
            parse(row.encode())
        except MalformedError:
            failures += 1
    return failures * 2 <= len(rows)


def _is_even(rows: Sequence[str], delimiter: str) -> bool:
    """Tell whether a delimiter that a URL may hold as well parts all rows into as many cells."""
    return (
        delimiter in _IN_URLS
        and len(rows) >= _EVEN
        and len({row.count(delimiter) for row in rows}) == 1
    )
