"""`cure watch`: what one wants to be told of, and what was met."""

import sys
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from cure.cli.accounts import counted
from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_json, show_table, utc
from cure.cli.plain import warn
from cure.cli.watch_books import watch_book
from cure.errors import ConfigError, SourceError
from cure.subscribers.watches.desk import DRY_RUN_DAYS, Added
from cure.subscribers.watches.hit import HitShown, HitState
from cure.subscribers.watches.watch import BadLine, WatchChange, WatchForm

commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
Id: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="The watch.")]
Lines: TypeAlias = Annotated[
    Path, typer.Argument(metavar="FILE", help="One entry a line; - is standard input.")
]
_SHOWN = 20
_BAD = 1


@commands.callback()
def watch() -> None:
    """Watch for what is your own or of interest, and see what was met.

    Watched are addresses, networks, domains with their sub-domains, URLs, hashes, mail addresses,
    mail domains (*@example.jp), tags and keywords; tags may hold * and ?.

    Example: cure watch add 'Our networks' 192.0.2.0/24 2001:db8::/32 example.jp --own
    """


@commands.command()
def add(  # noqa: PLR0913 - each is an option
    name: Annotated[str, typer.Argument(help="What to call it.")],
    entry: Annotated[
        list[str] | None, typer.Argument(metavar="ENTRY...", help="What to watch for.")
    ] = None,
    *,
    own: Annotated[bool, typer.Option("--own", help="It belongs to the organisation.")] = False,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="More entries, one a line; - is stdin.")
    ] = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Make a watch; what is held already is compared with it at once.

    Ends with code 1 if a line is no entry; the others are watched.

    Example: cure watch add 'Botnets that we follow' 'malware:*bot' emotet
    """
    with watch_book(data, url) as book:
        made = book.add(WatchForm(name, own, entry or []))
        if file is not None:
            more = book.add_entries(made.watch.id, _lines(file))
            made = Added(more.watch, [*made.bad, *more.bad])
        found = book.hits(made.watch.id, None, _SHOWN) if not json else []
    _show_added(made, json=json)
    if found:
        show(f"What is held already meets it; the latest {len(found)}:")
        _show_hits(found)


@commands.command("import")
def import_file(
    watch_id: Id, file: Lines, *, data: Data = None, url: Url = None, json: Json = False
) -> None:
    """Add one entry a line to a watch.

    Ends with code 1 if a line is no entry; the others are watched.

    Example: cure watch import 3f9ac2d01b7e assets.txt
    """
    with watch_book(data, url) as book:
        made = book.add_entries(watch_id, _lines(file))
    _show_added(made, json=json)


@commands.command()
def cut(
    watch_id: Id, file: Lines, *, data: Data = None, url: Url = None, json: Json = False
) -> None:
    """Take one entry a line out of a watch; its hits stay.

    Example: echo 192.0.2.7 | cure watch cut 3f9ac2d01b7e -
    """
    with watch_book(data, url) as book:
        made = book.remove_entries(watch_id, _lines(file))
    _show_added(made, json=json)


@commands.command("list")
def list_all(*, data: Data = None, url: Url = None, json: Json = False) -> None:
    """List the watches.

    Example: cure watch list
    """
    with watch_book(data, url) as book:
        found = book.all()
    if json:
        show_json(*found)
        return
    show_table(
        ("id", "name", "of", "entries", "made", ""),
        [
            (
                one.id,
                one.name,
                "own" if one.own else "interest",
                one.entries,
                one.created,
                "muted" if one.muted else "",
            )
            for one in found
        ],
    )


@commands.command("show")
def show_one(watch_id: Id, *, data: Data = None, url: Url = None, json: Json = False) -> None:
    """Show what a watch names.

    Example: cure watch show 3f9ac2d01b7e
    """
    with watch_book(data, url) as book:
        found = book.one(watch_id)
    if json:
        show_json(found)
        return
    show(f"{found.watch.name}  {counted(found.watch.entries, 'pattern')}", "bold")
    for pattern in found.patterns:
        show(f"  {pattern}")
    if found.truncated:
        show(f"  … {found.watch.entries - len(found.patterns):,} more")


@commands.command()
def mute(
    watch_id: Id,
    *,
    off: Annotated[bool, typer.Option("--off", help="Let it make hits again.")] = False,
    data: Data = None,
    url: Url = None,
) -> None:
    """Have a watch make no hits for now; what came meanwhile is told of when it ends.

    Example: cure watch mute 3f9ac2d01b7e --off
    """
    with watch_book(data, url) as book:
        book.change(watch_id, WatchChange(muted=not off))


@commands.command()
def remove(watch_id: Id, *, data: Data = None, url: Url = None) -> None:
    """Remove a watch with its hits.

    Example: cure watch remove 3f9ac2d01b7e
    """
    with watch_book(data, url) as book:
        book.remove(watch_id)


@commands.command("try")
def dry_run(
    entry: Annotated[list[str], typer.Argument(metavar="ENTRY...", help="What to try.")],
    *,
    days: Annotated[int, typer.Option(min=1, help="How far to look back.")] = DRY_RUN_DAYS,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Tell what entries would have met, and keep nothing.

    Example: cure watch try 'malware:*bot' example.jp --days 90
    """
    with watch_book(data, url) as book:
        found = book.dry_run(entry, days)
    if json:
        show_json(found)
        return
    _warn_of(found.bad)
    times = counted(found.times, "time")
    show(f"It would have met something {times} since {utc(found.since)}:", "bold")
    show(f"  {counted(found.records, 'record')} of {counted(found.values, 'value')}")
    for one in found.examples[:_SHOWN]:
        show(f"  {one.value}")


@commands.command()
def hits(  # noqa: PLR0913 - each is an option
    *,
    watch_id: Annotated[
        str | None, typer.Option("--watch", metavar="ID", help="Only those of this watch.")
    ] = None,
    state: Annotated[HitState | None, typer.Option(help="Only those.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Show what the watches met, the latest first.

    Example: cure watch hits --state new
    """
    with watch_book(data, url) as book:
        found = book.hits(watch_id, state, limit)
    if json:
        show_json(*found)
        return
    if not found:
        show("Nothing was met.")
        return
    _show_hits(found)


@commands.command()
def acknowledge(
    hit_id: Annotated[str, typer.Argument(metavar="HIT", help="The hit.")],
    *,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Note that a hit was seen to.

    Example: cure watch acknowledge 81c02d9f3ab47e15
    """
    with watch_book(data, url) as book:
        found = book.acknowledge(hit_id)
    if json:
        show_json(found)


def _show_hits(found: list[HitShown]) -> None:
    show_table(
        ("hit", "at", "watch", "value", "sources", "roles", "what it may mean"),
        [
            (
                one.id,
                one.at,
                one.name,
                one.value,
                " ".join(one.sources),
                " ".join(one.roles),
                one.text.en,
            )
            for one in found
        ],
    )


def _show_added(made: Added, *, json: bool) -> None:
    if json:
        show_json(made)
    else:
        entries = counted(made.watch.entries, "pattern")
        show(f"{made.watch.id}  {made.watch.name}  {entries}", "bold")
        _warn_of(made.bad)
    if made.bad:
        raise typer.Exit(_BAD)


def _warn_of(bad: list[BadLine]) -> None:
    for one in bad:
        warn(f"line {one.line}: {one.input!r}: {one.why}")


def _lines(file: Path) -> bytes:
    """Read a file of lines.

    Raises:
        ConfigError: If it is a directory.
        SourceError: If it cannot be read.
    """
    if file.is_dir():
        raise ConfigError(f"{file} is a directory; want a file with one entry a line")
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot read {file}: {error.strerror}") from error
