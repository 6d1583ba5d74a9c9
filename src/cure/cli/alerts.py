"""`cure alerts`: own alerts, with all that is known of their outside."""

from typing import Annotated

import typer

from cure.cli.options import Data, Json, Since, Url
from cure.cli.output import show, show_json, utc
from cure.cli.watch_books import watch_book
from cure.errors import ConfigError
from cure.subscribers.alerts.alert import AlertShown, AlertState


def alerts(  # noqa: PLR0913 - each is an option
    *,
    since: Since = None,
    state: Annotated[AlertState | None, typer.Option(help="Only those.")] = None,
    matched: Annotated[
        bool, typer.Option("--matched", help="Only those that another source knows.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    acknowledge: Annotated[
        str | None, typer.Option(metavar="ID", help="Note that this one was seen to.")
    ] = None,
    false_positive: Annotated[
        str | None, typer.Option(metavar="ID", help="Note that this one is none.")
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="A note with that.")] = "",
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Show own alerts, with all that is known of their outside; matched ones first.

    New intelligence of an outside value opens its past alerts again.

    Example: cure alerts --since 7d --matched
    """
    if acknowledge and false_positive:
        raise ConfigError("give --acknowledge or --false-positive, not both")
    with watch_book(data, url) as book:
        if alert_id := acknowledge or false_positive:
            is_one = AlertState.ACKNOWLEDGED if acknowledge else AlertState.FALSE_POSITIVE
            found = [book.mark(alert_id, is_one, note)]
        else:
            found = book.alerts(since, state, matched=matched, limit=limit)
    if json:
        show_json(*found)
        return
    if not found:
        show("There is no such alert.")
    for one in found:
        _show(one)


def _show(one: AlertShown) -> None:
    seen = utc(one.last_seen) if one.last_seen else ""
    show(f"{seen}  {one.signature}  ×{one.count:,}  {one.state}", "bold")
    show(f"  id       {one.id}  {one.source}")
    if one.own:
        show(f"  own      {' '.join(known.value for known in one.own)}")
    for known in one.outside:
        why = "; ".join(reason.text.en for reason in known.reasons) or "nothing else is known"
        show(f"  outside  {known.value} ({known.role}): {why}")
    if one.new is not None:
        sources = ", ".join(one.new.sources)
        show(f"  new      {one.new.value}: {sources}, found {utc(one.new.at)}", "yellow")
    if one.note:
        show(f"  note     {one.note} ({one.by})")
