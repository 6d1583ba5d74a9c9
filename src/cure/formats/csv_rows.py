"""Rows of CSV files whose cells may hold line ends: each with the lines that it takes."""

import csv
from collections.abc import Iterable, Iterator

import msgspec

from cure.interfaces import Line, Unreadable


class CsvRow(msgspec.Struct, frozen=True):
    """A row.

    Attributes:
        number: Number of its first line, from 1.
        raw: Its bytes.
        cells: Its cells; none for a blank line.
        lines: How many lines it takes.
        why: Why it could not be read; empty: it could.
    """

    number: int
    raw: bytes
    cells: list[str]
    lines: int = 1
    why: str = ""


def csv_rows(lines: Iterable[Line]) -> Iterator[CsvRow]:
    r"""Yield the rows of a file, its heading too.

    A cell ends after 128 KiB at the latest: a quote that is never closed does not swallow all
    that follows. What is no UTF-8 stands as ``\xff`` in its cell.
    """
    stream = iter(lines)
    taken: list[bytes] = []
    gaps: list[Unreadable] = []

    def texts() -> Iterator[str]:
        for line in stream:
            if isinstance(line, Unreadable):
                gaps.append(line)
                return
            taken.append(line)
            yield line.decode(errors="backslashreplace").removeprefix("\ufeff") + "\n"

    number = 1
    reader = csv.reader(texts())
    while True:
        try:
            row = next(reader, None)
            why = ""
        except csv.Error as error:
            row, why = [], str(error)
        if row is not None:
            yield CsvRow(number, b"\n".join(taken), row, len(taken), why)
            number += len(taken)
            taken.clear()
        elif gaps:
            gap = gaps.pop()
            yield CsvRow(number, gap.head, [], 1, gap.why)
            number += 1
            reader = csv.reader(texts())
        else:
            return
