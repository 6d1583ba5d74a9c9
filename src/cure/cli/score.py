"""`cure score`: how malicious values are, as of a moment, and why."""

from typing import Annotated

import typer

from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_json, show_table
from cure.cli.score_books import score_book
from cure.cli.tables import Csv, show_csv
from cure.enrichers.maliciousness.score import Score, Verdict

_SHOWN = 12
_STYLES = {
    Verdict.MALICIOUS: "bold red",
    Verdict.SUSPICIOUS: "bold yellow",
    Verdict.CONTESTED: "bold magenta",
    Verdict.KNOWN_BENIGN: "bold green",
    Verdict.UNKNOWN: "dim",
}


def score(  # noqa: PLR0913 - each is an option
    value: Annotated[list[str], typer.Argument(metavar="VALUE", help="Values that are known.")],
    *,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="As of then: ISO 8601 with a zone, or 24h, 7d ago."),
    ] = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Tell how malicious values are, as of a moment, and why.

    Evidence loses its weight with age. What speaks for a value is a number of its own.

    Example: cure score 192.0.2.7 --at 30d
    """
    with score_book(data, url) as book:
        found = [book.score(one, at) for one in value]
    if json:
        show_json(*found)
    elif csv:
        head = ("topic", "value", "at", "maliciousness", "benign", "verdict")
        rows = [(s.topic, s.value, s.at, s.maliciousness, s.benign, s.verdict) for s in found]
        show_csv(head, rows)
    else:
        for one in found:
            _show(one)


def _show(one: Score) -> None:
    show(f"{one.topic} {one.value}  {one.verdict}", _STYLES[one.verdict])
    show(f"  maliciousness {one.maliciousness:g}, speaks for it {one.benign:g}  (of 100)")
    show()
    show_table(
        ("source", "evidence", "last seen", "count", "says", "left", "adds"),
        [
            (f.source, f.kind, f.last_seen, f.count, f"{f.p:.2f}", f"{f.left:.2f}", f"{f.adds:.1f}")
            for f in one.factors[:_SHOWN]
        ],
        indent=2,
    )
    more = one.more_factors + len(one.factors) - _SHOWN
    if more > 0:
        show(f"  … {more:,} more")
    for said in one.speaking_for:
        show(f"  for it        {said.what} {said.weight:g}  ({', '.join(said.by)})")
    later = ", ".join(f"{one.maliciousness:g} in {one.days} d" for one in one.ahead)
    show(f"  from now on   {later}, if nothing more is seen")
    beside = one.association
    if beside.neighbours:
        named = ", ".join(f"{n.value} {n.maliciousness:g}" for n in beside.neighbours[:3])
        show(f"  beside it     {beside.maliciousness:g} on average: {named}")
    show()
