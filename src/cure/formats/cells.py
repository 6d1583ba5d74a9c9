"""Cells: what a table of a feed holds in one place, as text or as JSON has it."""

import re
from collections.abc import Sequence

from cure.errors import MalformedError
from cure.formats.entries import MAX_TEXT, Entry, entry
from cure.model.observable import ALGORITHM_OF_LENGTH

LEFT_OUT = frozenset({"", "-", "?", "n/a", "na", "none", "null", "undef", "not available"})
"""How feeds say that a cell holds nothing, in lower case."""
_LONGEST_LEFT_OUT = 20  # with blanks around it
MAX_LIST = 20
"""Longest list of texts that goes into an attribute."""
MAX_ITEM = 200
"""Longest text in such a list."""
_SEPARATORS = re.compile(r"[|,;\s]+")
_DOT_OR_COLON = re.compile(r"[.:]")
_RANGE = re.compile(r"\S+ - \S+")


def first_value(cells: Sequence[str]) -> tuple[int, Entry]:
    """Return the first cell that is exactly a value, and its place.

    Raises:
        MalformedError: If there is none.
    """
    for place, cell in enumerate(cells):
        if not _DOT_OR_COLON.search(cell) and len(cell) not in ALGORITHM_OF_LENGTH:
            continue
        if " " in cell and not _RANGE.fullmatch(cell):
            continue
        try:
            return place, entry(cell)
        except MalformedError:
            continue  # the next may be one
    raise MalformedError("row", " ".join(cells), "no cell is an address, a name, a URL or a hash")


def values_in(text: str) -> Entry:
    """Read a cell with one value or several."""
    try:
        return entry(text)
    except MalformedError:
        parts = [part for part in _SEPARATORS.split(text) if part]
        if len(parts) < 2:  # noqa: PLR2004
            raise
        return Entry(tuple(one for part in parts for one in entry(part).observables))


def is_left_out(cell: object) -> bool:
    """Tell whether a cell holds nothing that we use."""
    if isinstance(cell, str):
        return len(cell) <= _LONGEST_LEFT_OUT and cell.strip().lower() in LEFT_OUT
    if isinstance(cell, list):
        return all(is_left_out(item) for item in cell)
    return cell is None or isinstance(cell, dict)


def text_of(cell: object) -> str:
    """Return what a cell says, as text."""
    if isinstance(cell, str):
        return cell.strip()
    return ", ".join(map(str, cell)) if isinstance(cell, list) else str(cell)


def attribute_of(cell: object) -> str | float | bool | list[str]:
    """Return what a cell says, as an attribute of a finding: bounded."""
    if isinstance(cell, str):
        return cell.strip()[:MAX_TEXT]
    if isinstance(cell, int | float):
        return cell
    if isinstance(cell, list):
        return [str(item)[:MAX_ITEM] for item in cell[:MAX_LIST]]
    return str(cell)[:MAX_TEXT]
