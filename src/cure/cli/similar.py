"""`cure similar`: the addresses that behave like one."""

from pathlib import Path
from typing import Annotated

import typer

from cure.asking import span
from cure.cli.accounts import counted
from cure.cli.asking import answers
from cure.cli.event_vectors import list_vectors
from cure.cli.options import Csv, Data, Json, Url, Window
from cure.cli.output import show, show_csv, show_json, show_table, utc
from cure.enrichers.alike.answers import Alike, Asked, Similar, Status, leaving
from cure.enrichers.behaviour.event_lists import FORM
from cure.errors import ConfigError

_COLUMNS = ("address", "score", "what", "how", "when", "where", "shared", "first_seen", "last_seen")
_CONTEXT = ("scanner", "country", "asn", "as_name", "tags")


def similar(  # noqa: PLR0913 - each is an option
    ip: Annotated[
        str | None, typer.Argument(metavar="IP", help="An address; a defanged one is read.")
    ] = None,
    *,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many at most.")] = 20,
    min_score: Annotated[
        float, typer.Option(min=0, max=1, help="How alike they are at least.")
    ] = 0.7,
    exclude: Annotated[
        str,
        typer.Option(metavar="WHOM", help="same-net (/24 or /48), known-scanner, by commas."),
    ] = "",
    window: Window = "30d",
    events: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Instead of an address: a list of events. {FORM}"),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(metavar="OUT.npz", help="Where to write the list's vectors: ips, X, seen."),
    ] = None,
    data: Data = None,
    url: Url = None,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Find the addresses that behave like one, and say in what.

    What sensors saw is compared: what an address asks for, its habits, and when it comes.
    Verdicts, tags and networks are no part of a score.

    With --events and --vectors it reads a list of events instead of what is known, and writes a
    vector per address, to be scored by others.

    Example: cure similar 192.0.2.7 --exclude same-net,known-scanner --window 7d

    Example: cure similar --events month.csv.gz --vectors month.npz
    """
    if ip is None or events is not None or vectors is not None:
        if ip is not None or events is None or vectors is None:
            raise ConfigError("name an address; or else both --events FILE and --vectors OUT.npz")
        list_vectors(events, vectors, json=json)
        return
    asked = Asked(k, min_score, leaving(exclude), span(window))
    with answers(data, url) as known:
        found = known.similar(ip, asked)
    if json:
        show_json(found)
    elif csv:
        show_csv((*_COLUMNS, *_CONTEXT), map(_row, found.results))
    else:
        _show(found, min_score)


def _row(one: Alike) -> list[str]:
    views = (one.views.what, one.views.how, one.views.when)
    return [
        one.ip,
        f"{one.score}",
        *("" if view is None else f"{view}" for view in views),
        " ".join(one.views.where),
        "; ".join(one.shared),
        utc(one.first_seen),
        utc(one.last_seen),
        one.scanner or "",
        one.country or "",
        "" if one.asn is None else f"{one.asn}",
        one.as_name or "",
        " ".join(one.tags),
    ]


def _show(found: Similar, min_score: float) -> None:
    show(f"{found.ip}  seen {counted(found.events, 'time')}{spoken_of(found)}", "bold")
    if found.status is Status.UNKNOWN:
        show("Nothing was seen of how it behaves: only what sensors saw can be compared.", "yellow")
    elif found.status is Status.INSUFFICIENT:
        show("That is not enough to compare: it takes three.", "yellow")
    elif not found.results:
        show(f"Nobody is as alike as {min_score}: lower --min-score.", "yellow")
    else:
        head = ("score", "what", "how", "when", "where", "address", "last seen", "")
        show_table(head, [_cells(one) for one in found.results], indent=2)
        show()
        for one in found.results:
            show(f"  {one.ip}  {'; '.join(one.shared)}")


def spoken_of(found: Similar) -> str:
    """Return of which time an answer speaks, in words."""
    window = found.window
    return f", {window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}" if window else ""


def _cells(one: Alike) -> list[str]:
    views = (one.views.what, one.views.how, one.views.when)
    system = "" if one.asn is None else f"AS{one.asn}"
    about = (one.country or "", system, f"[{one.scanner}]" if one.scanner else "", *one.tags)
    return [
        f"{one.score:.2f}",
        *("-" if view is None else f"{view:.2f}" for view in views),
        " ".join(one.views.where),
        one.ip,
        f"{one.last_seen:%Y-%m-%d %H:%M}",
        " ".join(filter(None, about)),
    ]
