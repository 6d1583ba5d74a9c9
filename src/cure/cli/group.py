"""`cure group`: the members of a group."""

from typing import Annotated

import typer

from cure.cli.asking import answers
from cure.cli.options import Csv, Data, Json, Url
from cure.cli.output import show, show_csv, show_json, show_table
from cure.enrichers.groups.shown import Member

_HEAD = ("address", "score", "country", "asn", "as_name", "scanner")


def group(
    name: Annotated[str, typer.Argument(metavar="ID", help="As `cure groups` tells it.")],
    *,
    data: Data = None,
    url: Url = None,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Show the members of a group, those in its middle first.

    Example: cure group g-abc234
    """
    with answers(data, url) as known:
        found = known.group(name.removeprefix("group:"))
    if json:
        show_json(found)
        return
    rows = [_row(one) for one in found.members]
    if csv:
        show_csv(_HEAD, rows)
    elif found.group is not None:
        show(f"{found.group.id}  {found.group.size:,} addresses", "bold")
        for token in found.group.tokens:
            show(f"  {token.token}  {token.share:.0%} of them, lift {token.lift:g}")
        show_table(_HEAD, rows, indent=2)


def _row(one: Member) -> list[str]:
    return [
        one.ip,
        "" if one.score is None else f"{one.score:.3f}",
        one.country or "",
        "" if one.asn is None else f"{one.asn}",
        one.as_name or "",
        one.scanner or "",
    ]
