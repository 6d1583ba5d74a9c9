"""`cure match`: which of many values are known, and to whom."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from cure.cli.asking import answers
from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_table, styled
from cure.cli.reading import files_of, progress_bar
from cure.hub.view import Match
from cure.interfaces import Line
from cure.matching import json_lines
from cure.origins.files import Progress, inputs

_AT_ONCE = 10_000
_STYLES = {"known": "bold", "unknown": "dim", "invalid": "red"}


def match(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="One value a line; - is standard input.")
    ],
    *,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Tell which values of a list are known, and to whom.

    Every line gets an answer, in order: known, unknown or invalid.

    Example: cut -d, -f1 alerts.csv | cure match - --json
    """
    files = files_of([file])
    counts: Counter[str] = Counter()
    with answers(data, url) as known, progress_bar(files) as progress:
        found = known.match(_lines(files, progress))
        while some := list(islice(found, _AT_ONCE)):
            counts.update(one.status for one in some)
            if json:
                sys.stdout.buffer.write(json_lines(some))
            else:
                _show(some)
    if not json:
        show(", ".join(f"{counts[status]:,} {status}" for status in _STYLES))


def _lines(files: Iterable[Path], progress: Progress) -> Iterator[Line]:
    now = datetime.now(UTC)
    for file in files:
        for data in inputs(file, now, progress):
            yield from data.lines


def _show(some: list[Match]) -> None:
    show_table(
        ("line", "status", "topic", "value", "sources"),
        [
            (
                one.line,
                styled(one.status, _STYLES[one.status]),
                one.topic,
                one.value or one.input,
                one.why or _counts(one),
            )
            for one in some
        ],
    )


def _counts(one: Match) -> str:
    return ", ".join(f"{name} {seen.count:,}" for name, seen in one.sources.items())
