"""`cure links`: how many values each pair of sources has in common."""

from typing import Annotated

import typer

from cure.cli.asking import answers
from cure.cli.options import Data, Json, Since, Url
from cure.cli.output import Cell, show, show_json, show_table, styled
from cure.model import Topic


def links(
    *,
    topic: Annotated[Topic | None, typer.Option(help="Only values of this topic.")] = None,
    since: Since = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Count the values that each pair of sources has in common.

    The diagonal holds how many values a source speaks of.

    Example: cure links --topic ip --since 30d
    """
    with answers(data, url) as known:
        found = known.links(topic, since)
    if json:
        show_json(found)
        return
    if not found.sources:
        show("No source has said anything yet.")
        return
    # Columns are numbered: with many sources their names would not fit side by side.
    numbers = range(1, len(found.sources) + 1)
    rows: list[list[Cell]] = []
    for number, name, counts in zip(numbers, found.sources, found.matrix, strict=True):
        cells: list[Cell] = [styled(count, "" if count else "dim") for count in counts]
        cells[number - 1] = styled(counts[number - 1], "dim")
        rows.append([number, name, *cells])
    show_table(["", "source", *map(str, numbers)], rows)
