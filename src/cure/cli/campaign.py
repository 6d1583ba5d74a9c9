"""`cure campaign`: the story around a tag or a value."""

from typing import Annotated

import typer

from cure.cli.accounts import counted
from cure.cli.asking import answers
from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_json, show_table, utc
from cure.hub.view import Campaign

_SHOWN_SOURCES = 24
_SHOWN_TAGS = 12
_SHOWN_REFERENCES = 8


def campaign(
    about: Annotated[
        str,
        typer.Argument(
            metavar="VALUE|TAG", help="A value, a tag, or the name of a group or malware."
        ),
    ],
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many values at most.")] = 200,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Tell the story around a tag or a value, in order of time.

    Example: cure campaign malware:lanternbot
    """
    with answers(data, url) as known:
        told = known.campaign(about, limit)
    if json:
        show_json(told)
        return
    _show_header(told)
    show()
    if not told.steps:
        show("No address, name, URL or hash is known to belong to it.")
        return
    show_table(
        ("first seen", "source", "role", "value and times"),
        [
            (
                f"{step.at:%Y-%m-%d %H:%M}",
                step.source,
                " ".join(step.roles),
                f"{step.value} ×{step.count:,}",
            )
            for step in told.steps
        ],
    )
    if told.truncated:
        show(f"Only {limit} of {told.total:,} values are told of: raise --limit.", "yellow")


def _show_header(told: Campaign) -> None:
    show(", ".join(told.names or told.about), "bold")
    if told.first_seen and told.last_seen:
        show(f"  period      {utc(told.first_seen)} to {utc(told.last_seen)}")
    values = f"{counted(told.total, 'value')}, {told.shared:,} of them known to several sources"
    show(f"  values      {values}")
    for name, said, most in (
        ("sources", [f"{name} {count:,}" for name, count in told.sources.items()], _SHOWN_SOURCES),
        ("tags", list(told.tags), _SHOWN_TAGS),
        ("references", told.references, _SHOWN_REFERENCES),
    ):
        more = f", … {len(said) - most:,} more" if len(said) > most else ""
        if said:
            show(f"  {name:10}  {', '.join(said[:most])}{more}")
