"""`cure quarantine`: the lines that could not be read, and reading them again."""

from datetime import datetime
from typing import Annotated

import typer

import cure
from cure.cli.accounts import counted
from cure.cli.opening import opened
from cure.cli.options import Data, Json, Own, Url, Zone, settings_of
from cure.cli.output import show, show_json, show_table
from cure.cli.replaying import replay_here, replayed_there
from cure.errors import ConfigError
from cure.ingesting import networks_of, zone_called
from cure.interfaces import Setting

commands = typer.Typer(add_completion=False, rich_markup_mode=None, invoke_without_command=True)
_SHOWN_BYTES = 60


@commands.callback()
def quarantine(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many lines at most.")] = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """List the lines that could not be read, and read them again.

    With --json each is an object, its first bytes under "raw" as far as they are text.

    Example: cure quarantine --limit 10
    """
    if context.invoked_subcommand is not None:
        return
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


@commands.command()
def replay(  # noqa: PLR0913 - each is an option
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Whose lines.")],
    *,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only those with this reason.")
    ] = None,
    own: Own = None,
    zone: Zone = "UTC",
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Read the quarantined lines of a source again, with the publisher of now.

    What says something becomes records and leaves the quarantine; what says nothing stays there,
    as it may lack the head of its file. Tell --own and --zone as you told cure ingest.

    Example: cure quarantine replay cowrie@tokyo-1 --own 192.0.2.0/24
    """
    if url is not None and data is not None:
        raise ConfigError("give --data or --url, not both")
    if url is None:
        setting = Setting(own=networks_of(own or ()), zone=zone_called(zone))
        told = replay_here(data, source, reason, setting)
    else:
        with cure.Client(url) as client:
            told = replayed_there(
                client.replay_quarantine(source, reason=reason, own=own or (), zone=zone)
            )
    if json:
        show_json(told)
        return
    show(f"{source}: {counted(told.lines, 'line')} read again")
    show(f"  spoke        {told.spoke:,}, which have left the quarantine")
    show(f"  silent       {told.silent:,}")
    show(f"  quarantined  {told.quarantined:,}")
    for why, lines in told.reasons.items():
        show(f"    {lines:,}  {why}")
    show(f"{counted(told.records, 'record')}, {told.new_records:,} of them new")
