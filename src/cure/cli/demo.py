"""`cure demo`: a small generated world, read by the ordinary publishers, and served."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cure.app import label_of, publisher_called
from cure.cli.ingest import ingest_files, source_name
from cure.cli.opening import opened
from cure.cli.options import settings_of
from cure.cli.output import show, show_table
from cure.cli.reading import files_of
from cure.demo import generate
from cure.demo.world import DAYS, World
from cure.errors import ConfigError
from cure.hub.intake import Intake
from cure.ingesting import setting_of
from cure.installation import Installation
from cure.settings import Settings

_CONFIGURATION = "link_reserved = true  # all addresses of the world are documentation ones\n"


class _Marker(msgspec.Struct):
    """Which world a directory holds."""

    seed: int
    days: int
    rate: float
    start: date


def demo(  # noqa: PLR0913 - each is an option
    *,
    data: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the world and its data go.")
    ] = Path("demo-data"),
    port: Annotated[
        int | None, typer.Option(metavar="N", help="Port to listen on; 0: any that is free.")
    ] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End once all is read.")] = False,
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed, another world.")] = 7,
    days: Annotated[int, typer.Option(metavar="N", min=1, max=366, help="How many days.")] = DAYS,
    until: Annotated[
        datetime | None,
        typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="The last day; else yesterday."),
    ] = None,
    rate: Annotated[
        float, typer.Option(metavar="X", min=0.1, max=1000, help="How many times as much a day.")
    ] = 1.0,
) -> None:
    """Generate a small world, read it, and serve it.

    Five campaigns run through sixteen databases: sensors see them first; lists, reports, tickets
    and ATT&CK tell of them later. Every address, name and hash is invented. Started again, the
    same world is there.

    Example: cure demo --port 8080
    """
    wanted = World(seed, _first_day(days, until), days, rate)
    if not (data / "log.sqlite").exists():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        (data / "cure.toml").write_text(_CONFIGURATION, "utf-8")
    settings = settings_of(data, port=port)
    with opened(settings, write=True, serves=True) as installation:
        world = _world_of(installation, wanted)
        _read(installation, world, data / "world", settings)
        installation.snapshot()
        _show_where_to_look(world, data)
        if not no_serve:
            from cure.cli.serving import serve  # noqa: PLC0415 - a server takes a second to load

            serve(installation, settings, _show_address)


def _first_day(days: int, until: datetime | None) -> date:
    """Return the first of so many days.

    Raises:
        ConfigError: If the last one is not over.
    """
    today = datetime.now(UTC).date()
    if until is not None and until.date() >= today:
        raise ConfigError(f"--until {until:%Y-%m-%d} is not over: the last day is before {today}")
    end = today if until is None else until.date() + timedelta(days=1)
    return end - timedelta(days=days)


def _world_of(installation: Installation, wanted: World) -> World:
    """Return the world of a directory, in the days when it was first generated.

    Raises:
        ConfigError: If the directory holds another world, or real data.
    """
    marker = installation.directory / "world.json"
    if marker.exists():
        there = msgspec.json.decode(marker.read_bytes(), type=_Marker)
        if (there.seed, there.days, there.rate) != (wanted.seed, wanted.days, wanted.rate):
            raise ConfigError(
                f"{installation.directory} holds the world of --seed {there.seed} "
                f"--days {there.days} --rate {there.rate}; ask for that one, or give another --data"
            )
        return replace(wanted, start=there.start)
    if len(installation):
        raise ConfigError(f"{installation.directory} holds other data; give another --data")
    kept = _Marker(wanted.seed, wanted.days, wanted.rate, wanted.start)
    marker.write_bytes(msgspec.json.encode(kept))
    return wanted


def _read(installation: Installation, world: World, folder: Path, settings: Settings) -> None:
    """Generate the files of all sources, read them, and account for them."""
    rows: list[tuple[str, int, int, int, int, int, int]] = []
    now = datetime.now(UTC)
    for delivery in generate(world, folder):
        publisher = publisher_called(delivery.publisher)
        source = source_name(publisher, delivery.instance)
        files = files_of([delivery.path])
        label = label_of(publisher, settings.organisation)
        intake = Intake(publisher, source, label, now, setting_of(publisher, files, now))
        told = ingest_files(installation, intake, source, files, now)
        account = told.account
        rows.append(
            (
                source,
                told.files,
                account.lines,
                account.spoke,
                account.silent,
                account.quarantined,
                told.new_records,
            )
        )
    told = f"The world of seed {world.seed}, {world.start} and {world.days} days on, in {folder}"
    show(told, "bold")
    head = ("source", "files", "lines", "spoke", "silent", "quarantined", "new records")
    show_table(head, rows, indent=2)


def _show_where_to_look(world: World, directory: Path) -> None:
    botnet, loader, phishing, reflection, targeted = world.campaigns
    show()
    show("Ask, in another terminal:", "bold")
    for question in (
        f"ask {botnet.attackers[0]} {loader.c2_domain}",
        f"campaign malware:{botnet.family}",
        f"campaign malware:{targeted.family}",
        f"campaign malware:{reflection.family}",
        f"pivot {loader.samples[1]} --hops 2 --limit 20",
        f"search '*.{phishing.c2_domain.partition('.')[2]}'",
        "links",
    ):
        show(f"  cure {question} --data {directory}")
    show()


def _show_address(address: str) -> None:
    show(f"Look at {address} (Ctrl-C ends)", "bold green")
