"""How answers look: JSON for programs; tables for people, in colours where these are seen."""

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cure.printable import no_formula, printable

Cell: TypeAlias = str | int | datetime | Text | None
_encode = msgspec.json.Encoder().encode
_GAP = 2
_SHORT = 24
"""Columns up to this width are not folded where a terminal is narrow."""


def show_json(*answers: object) -> None:
    """Write each answer as one line of JSON."""
    sys.stdout.buffer.writelines(_encode(answer) + b"\n" for answer in answers)


def show(line: str = "", style: str = "") -> None:
    """Write a line; its style shows on terminals only."""
    clean = printable(line)
    if style and sys.stdout.isatty():
        Console(soft_wrap=True).print(Text(clean, style))
    else:
        sys.stdout.write(clean + "\n")


def show_table(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, indent: int = 0) -> None:
    """Write a table; a column of numbers is set to the right."""
    body = [list(row) for row in rows]
    lines = [[_in_words(cell) for cell in row] for row in body]
    right = [all(row[at].justify == "right" for row in lines) for at in range(len(head))]
    widths = [
        max(cell_len(text) for text in (name, *(line[at].plain for line in lines)))
        for at, name in enumerate(head)
    ]
    if sys.stdout.isatty():
        table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
        for name, numbers, width in zip(head, right, widths, strict=True):
            side = "right" if numbers else "left"
            table.add_column(name, justify=side, overflow="fold", no_wrap=width <= _SHORT)
        for line in lines:
            table.add_row(*line)
        Console().print(Padding(table, (0, 0, 0, indent)))
        return
    for line in ([Text(name) for name in head], *lines):
        padded = [
            _padded(cell.plain, width, right=numbers)
            for cell, width, numbers in zip(line, widths, right, strict=True)
        ]
        sys.stdout.write((" " * indent + (" " * _GAP).join(padded)).rstrip() + "\n")


def show_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table as CSV; what a spreadsheet would compute stands behind an apostrophe."""
    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerow(head)
    for row in rows:
        cells = (utc(cell) if isinstance(cell, datetime) else str(cell or "") for cell in row)
        written.writerow(map(no_formula, cells))


def styled(cell: str | int, style: str = "") -> Text:
    """Give a cell a style, seen on terminals only."""
    if isinstance(cell, int):
        return Text(f"{cell:,}", style, justify="right")
    return Text(printable(cell), style)


def _padded(text: str, width: int, *, right: bool) -> str:
    room = " " * (width - cell_len(text))
    return room + text if right else text + room


def _in_words(cell: Cell) -> Text:
    match cell:
        case Text():
            return cell
        case None:
            return Text(justify="right")
        case int():
            return styled(cell)
        case datetime():
            return Text(utc(cell))
        case _:
            return Text(printable(cell))


def utc(moment: datetime) -> str:
    """Write a moment to the second.

    >>> utc(datetime(2022, 5, 28, 8, 1, 48, 5, tzinfo=UTC))
    '2022-05-28T08:01:48Z'
    """
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def span(seconds: float) -> str:
    """Write a length of time in the two units that matter.

    >>> span(8), span(3700), span(200_000)
    ('8 s', '1 h 1 min', '2 d 7 h')
    """
    length = timedelta(seconds=round(seconds))
    hours, rest = divmod(length.seconds, 3600)
    minutes, left = divmod(rest, 60)
    units = [(length.days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    first = next((at for at, (count, _) in enumerate(units) if count), 3)
    return " ".join(f"{count} {unit}" for count, unit in units[first : first + 2] if count) or "0 s"
