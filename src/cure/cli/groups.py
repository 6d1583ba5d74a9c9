"""`cure groups`: which addresses behave alike, as groups."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import cure
from cure.cli.accounts import counted
from cure.cli.asking import answers
from cure.cli.opening import opened
from cure.cli.options import Csv, Data, Json, Url, settings_of
from cure.cli.output import Cell, show, show_csv, show_json, show_table, utc
from cure.enrichers.groups.shown import GroupShown, GroupsPublished, GroupsShown, Order
from cure.errors import ConfigError

_COLUMNS = ("id", "size", "growth", "cohesion", "networks", "asns", "scanners")
_BURSTS = 5


def groups(  # noqa: PLR0913 - each is an option
    *,
    order: Annotated[Order, typer.Option(help="Which come first.")] = Order.SIZE,
    limit: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many at most.")] = 30,
    publish: Annotated[
        bool, typer.Option("--publish", help="Tag the members in the hub; a server does it hourly.")
    ] = False,
    data: Data = None,
    url: Url = None,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """List the groups of addresses that behave alike.

    They are computed once an hour, and keep their names from one time to the next.

    Example: cure groups --order growth -k 10
    """
    if publish:
        done = _publish(data, url)
        if json:
            show_json(done)
        else:
            changed = f"{done.joined:,} addresses joined one, {done.left:,} left"
            show(f"{counted(done.groups, 'group')} published: {changed}")
        return
    with answers(data, url) as known:
        found = known.groups(order, limit)
    if json:
        show_json(found)
    elif csv:
        head = (*_COLUMNS, "first_seen", "last_seen", "tokens")
        show_csv(
            head,
            (
                [*_cells(one), utc(one.first_seen), utc(one.last_seen), _tokens(one)]
                for one in found.groups
            ),
        )
    else:
        _show(found)


def _publish(data: Path | None, url: str | None) -> GroupsPublished:
    if url is not None:
        if data is not None:
            raise ConfigError("give --data or --url, not both")
        with cure.Client(url) as client:
            return GroupsPublished(**client.publish_groups())
    settings = settings_of(data)
    with opened(settings, write=True) as installation:
        from cure.cli.here import likeness_here  # noqa: PLC0415 - listing needs none of it
        from cure.enrichers.geography import Geography  # noqa: PLC0415 - as above

        table = None if settings.asn_table is None else Path(settings.asn_table)
        likeness = likeness_here(installation, Geography(table), datetime.now(UTC))
        return likeness.publish_groups(
            settings.organisation, installation.append, installation.relabel
        )


def _cells(one: GroupShown) -> list[Cell]:
    asns = "" if one.asns is None else one.asns
    scanners = f"{one.scanner_share:.0%}"
    cohesion = f"{one.cohesion:.2f}"
    return [one.id, one.size, f"{one.growth:+d}", cohesion, one.networks, asns, scanners]


def _tokens(one: GroupShown) -> str:
    return "; ".join(f"{token.token} (lift {token.lift:g})" for token in one.tokens)


def _show(found: GroupsShown) -> None:
    if found.window is None:
        show("No sensor has seen anybody yet.")
        return
    since, until = f"{found.window.since:%Y-%m-%d}", f"{found.window.until:%Y-%m-%d}"
    compared = (
        counted(found.compared, "address")
        if found.compared == 1
        else (f"{found.compared:,} addresses")
    )
    show(f"{counted(found.total, 'group')} of {compared} seen from {since} to {until}", "bold")
    if found.groups:
        head = (*_COLUMNS, "what sets it apart")
        show_table(head, [[*_cells(one), _tokens(one)] for one in found.groups], indent=2)
    for burst in found.bursts[:_BURSTS]:
        at = f"{burst.starts_at:%Y-%m-%d %H:%M}"
        show(f"  burst  {at}  {burst.addresses:,} addresses at once: {burst.token}")
