"""`cure ticket`: what an incident team worked on, in a small form."""

import sys
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec
import typer

from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_json, show_table
from cure.cli.ticket_books import ticket_book
from cure.errors import ConfigError, MalformedError, SourceError
from cure.formats.own_ticket import MAX_TEXT_CHARS
from cure.ticketing import TicketChange, TicketForm, TicketShown

Form = TypeVar("Form")
commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
Id: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="The ticket.")]
TextFile: TypeAlias = Annotated[
    Path | None, typer.Option("--text", metavar="FILE", help="Its text; - is standard input.")
]
Values: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--value", metavar="V", help="A value, defanged or not; may be repeated."),
]
Tags: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="T", help="A tag, such as Emotet or T1566; may be repeated."),
]


@commands.callback()
def ticket() -> None:
    """Keep tickets: what an incident team worked on.

    Values and names in the text of a ticket are found, and stand beside those that are given.

    Example: cure ticket add --title 'Mail with Emotet' --value 'hxxp://example[.]com/a'
    """


@commands.command()
def add(  # noqa: PLR0913 - each is an option
    *,
    title: Annotated[str, typer.Option(help="What it is about.")],
    text: TextFile = None,
    value: Values = None,
    tag: Tags = None,
    tlp: Annotated[
        str | None,
        typer.Option(metavar="TLP", help="CLEAR GREEN AMBER AMBER+STRICT RED; else AMBER."),
    ] = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Make a ticket.

    Example: cure ticket add --title 'Beacon at branch' --text notes.md --tag T1071 --tlp GREEN
    """
    marking = tlp and f"TLP:{tlp.upper().removeprefix('TLP:')}"
    said = {"title": title, "text": _text(text) or "", "values": value or [], "tags": tag or []}
    form = _form({**said, "tlp": marking}, TicketForm)
    with ticket_book(data, url, write=True) as book:
        made = book.add(form)
    _show(made, json=json)


@commands.command("set")
def change(  # noqa: PLR0913 - each is an option
    ticket_id: Id,
    *,
    title: Annotated[str | None, typer.Option(help="What it is about.")] = None,
    text: TextFile = None,
    value: Values = None,
    tag: Tags = None,
    status: Annotated[str | None, typer.Option(metavar="STATUS", help="open or closed")] = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Change a ticket, or close it; what is not given stays.

    Example: cure ticket set 3f9ac2d01b --status closed
    """
    said = {"title": title, "text": _text(text), "values": value, "tags": tag, "status": status}
    form = _form(said, TicketChange)
    with ticket_book(data, url, write=True) as book:
        made = book.change(ticket_id, form)
    _show(made, json=json)


@commands.command("list")
def list_all(
    *,
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="Only those: open or closed.")
    ] = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """List the tickets, the one that was changed last first.

    Example: cure ticket list --status open
    """
    if status not in {None, "open", "closed"}:
        raise ConfigError(f"--status {status!r}: want open or closed")
    with ticket_book(data, url) as book:
        found = book.all(status)
    if json:
        show_json(*found)
        return
    show_table(
        ("id", "status", "changed", "title", "values", "tags"),
        [
            (one.id, one.status, one.changed_at, one.title, len(one.values), " ".join(one.tags))
            for one in found
        ],
    )


@commands.command("show")
def show_one(ticket_id: Id, *, data: Data = None, url: Url = None, json: Json = False) -> None:
    """Show a ticket.

    Example: cure ticket show 3f9ac2d01b
    """
    with ticket_book(data, url) as book:
        found = book.one(ticket_id)
    _show(found, json=json)


def _text(file: Path | None) -> str | None:
    """Read a text file.

    Raises:
        SourceError: If it cannot be read, or is too long.
    """
    if file is None:
        return None
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot read {file}: {error}") from error
    if len(text) > MAX_TEXT_CHARS:
        raise SourceError(f"{file} is longer than {MAX_TEXT_CHARS} characters")
    return text


def _form(said: dict[str, Any], form: type[Form]) -> Form:
    try:
        return msgspec.convert(said, form)
    except msgspec.ValidationError as error:
        raise MalformedError("ticket", str(said["title"] or ""), str(error)) from error


def _show(one: TicketShown, *, json: bool) -> None:
    if json:
        show_json(one)
        return
    show(f"{one.id}  {one.title}  {one.status}", "bold")
    show_table(
        ("", ""),
        [
            ("opened", one.opened_at),
            ("changed", one.changed_at),
            ("marking", f"{one.label.tlp}, {one.label.owner}"),
            ("given as", " ".join(one.labels)),
            ("tags", " ".join(one.tags)),
            *(("value", value) for value in one.values),
        ],
        indent=2,
    )
    for line in one.text.splitlines():
        show(f"  {line}")
