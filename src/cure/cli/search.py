"""`cure search`: the known values that fit a pattern."""

from typing import Annotated

import typer

from cure.cli.accounts import counted
from cure.cli.asking import answers
from cure.cli.options import Data, Json, Since, Until, Url
from cure.cli.output import show, show_json, show_table


def search(  # noqa: PLR0913 - each is an option
    pattern: Annotated[
        str,
        typer.Argument(
            metavar="PATTERN",
            help="A network, *.example.jp, *@example.jp, the beginning of a hash, "
            "a tag with * or ?, or one value.",
        ),
    ],
    *,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="How many values at most.")] = 1000,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Find the known values that fit a pattern.

    Example: cure search '*.example.jp' --since 7d
    """
    with answers(data, url) as known:
        found = known.search(pattern, since, until, limit)
    if json:
        show_json(found)
        return
    shown = f", the first {len(found.results):,}:" if found.truncated else ""
    show(f"{found.pattern}: {counted(found.total, 'value')}{shown}", "bold")
    if found.results:
        show_table(
            ("topic", "value", "count", "first seen", "last seen", "sources"),
            [
                (
                    one.topic,
                    one.value,
                    sum(seen.count for seen in one.sources.values()),
                    min(seen.first_seen for seen in one.sources.values()),
                    max(seen.last_seen for seen in one.sources.values()),
                    " ".join(one.sources),
                )
                for one in found.results
            ],
        )
