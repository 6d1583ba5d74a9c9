"""Tables for spreadsheets, on standard output."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, TypeAlias

import typer

from cure.cli.output import utc
from cure.subscribers.lists.forms.csv import row

Csv: TypeAlias = Annotated[bool, typer.Option("--csv", help="Answer as a table, RFC 4180.")]
Cell: TypeAlias = str | float | datetime | None


def show_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table whose cells no spreadsheet takes for formulas."""
    for cells in (head, *rows):
        sys.stdout.write(row([_in_words(cell) for cell in cells]) + "\n")


def _in_words(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return utc(cell)
        case _:
            return str(cell)
