"""`cure quarantine`: the latest lines that could not be read."""

from datetime import datetime
from typing import Annotated

import typer

from cure.cli.accounts import counted
from cure.cli.opening import opened
from cure.cli.options import Data, Json, settings_of
from cure.cli.output import show, show_json, show_table

_SHOWN_BYTES = 60


def quarantine(
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many lines at most.")] = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """List the latest lines that could not be read.

    With --json each is an object, its first bytes under "raw" as far as they are text.

    Example: cure quarantine --limit 10
    """
    with opened(settings_of(data)) as installation:
        total = installation.log.quarantine_count()
        lines = installation.log.quarantined(limit)
    if json:
        show_json(
            *(
                {
                    "at": datetime.fromisoformat(at),
                    "source": line.source,
                    "input": line.input_name,
                    "line": line.number,
                    "why": line.why,
                    "raw": line.raw.decode("utf-8", "backslashreplace"),
                }
                for at, line in lines
            )
        )
        return
    latest = f", the latest {limit}:" if total > limit else ""
    show(f"{counted(total, 'line')} in quarantine{latest}")
    if lines:
        show_table(
            ("at", "source", "line", "why", "begins with"),
            [
                (
                    datetime.fromisoformat(at),
                    line.source,
                    f"{line.input_name}:{line.number}",
                    line.why,
                    line.raw[:_SHOWN_BYTES].decode("utf-8", "backslashreplace"),
                )
                for at, line in lines
            ],
        )
