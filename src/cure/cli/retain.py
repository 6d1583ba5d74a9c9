"""`cure retain`: let go of what is older than the settings say."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from cure.cli.accounts import counted
from cure.cli.opening import opened
from cure.cli.options import Data, Json, settings_of
from cure.cli.output import show, show_json, show_table
from cure.interfaces import Cards
from cure.retaining import due
from cure.retaining import retain as retain_all
from cure.sources import read_policy


def retain(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Let go of records that are older than the settings say.

    With retain = "400d" in them, for all sources or one. A running server does so when it starts
    and once a day. Cards stay unless cards = "drop".

    Example: cure retain --dry-run
    """
    settings = settings_of(data)
    policy = read_policy(settings)
    now = datetime.now(UTC)
    with opened(settings, write=not dry_run) as installation:
        found = (
            list(due(installation, policy, now))
            if dry_run
            else retain_all(installation, policy, now)
        )
    if json:
        show_json(*(one._asdict() for one in found))
        return
    if not found:
        show("nothing is older than the settings allow")
        return
    show_table(
        ("source", "older than", "records", "cards"),
        [
            (one.source, one.until, counted(one.records, "record"), _WORDS[one.cards])
            for one in found
        ],
    )
    show("they would be let go; without --dry-run they are" if dry_run else "they were let go")


_WORDS = {Cards.KEEP: "stay", Cards.DROP: "go"}
