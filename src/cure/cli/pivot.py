"""`cure pivot`: what stands beside a value."""

from typing import Annotated

import typer

from cure.cli.asking import answers
from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_json, show_table
from cure.hub.view import Pivot


def pivot(  # noqa: PLR0913 - each is an option
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Where to begin.")],
    *,
    hops: Annotated[int, typer.Option(min=1, max=4, help="How many steps to go.")] = 2,
    limit: Annotated[int, typer.Option(min=1, help="How many values at most.")] = 100,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Show what stands beside a value, and beside that.

    Example: cure pivot 192.0.2.7 --hops 2 --limit 20
    """
    with answers(data, url) as known:
        found = known.pivot(value, hops, limit)
    if json:
        show_json(found)
        return
    beside = _nearest(found)
    show_table(
        ("hop", "topic", "value", "sources", "beside", "records"),
        [
            (node.hop, node.topic, node.value, " ".join(node.sources), *beside.get(at, ("", None)))
            for at, node in enumerate(found.nodes)
        ],
    )
    if found.truncated:
        show(f"There are more than {limit} values: raise --limit to see them.", "yellow")
    if found.sampled:
        show("Of values with very many records, the latest were followed.", "yellow")


def _nearest(found: Pivot) -> dict[int, tuple[str, int]]:
    """Return for each value the nearer one beside which it stands most often, and how often."""
    beside: dict[int, tuple[str, int]] = {}
    for edge in found.edges:
        near, far = found.nodes[edge.a], found.nodes[edge.b]
        if near.hop < far.hop and edge.records > beside.get(edge.b, ("", 0))[1]:
            beside[edge.b] = (near.value, edge.records)
    return beside
