"""`cure records`: who said what of a value, record by record."""

from itertools import islice
from typing import Annotated

import msgspec
import typer

from cure.cli.asking import answers
from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_json, show_table


def records(  # noqa: PLR0913 - each is an option
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Of any topic.")],
    *,
    source: Annotated[str | None, typer.Option(help="Only those of this source.")] = None,
    before: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only those that end before.")
    ] = None,
    after: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only those that end then or later.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many records at most.")] = 100,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Show the records that mention a value, the latest first.

    Example: cure records 192.0.2.7 --source cowrie --after 7d
    """
    with answers(data, url) as known:
        found = list(islice(known.records(value, source, before, after), limit + 1))
    shown = found[:limit]
    if json:
        show_json(*shown)
        return
    show_table(
        ("last seen", "source", "kind", "times", "marking", "observables", "attributes"),
        [
            (
                one.last_seen,
                one.source,
                one.kind,
                one.count,
                one.label.tlp,
                ", ".join(f"{mentioned.role} {mentioned.value}" for mentioned in one.observables),
                msgspec.json.encode(one.attributes).decode() if one.attributes else "",
            )
            for one in shown
        ],
    )
    if len(found) > limit:
        show(f"There are more than {limit} records: raise --limit to see them.", "yellow")
