"""`cure rate`: an analyst's word on a value or a source, in the Admiralty code."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer

from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_json, show_table
from cure.cli.score_books import score_book
from cure.enrichers.reliability.judging import Judgement, JudgementForm
from cure.errors import MalformedError


def rate(  # noqa: PLR0913 - each is an option
    about: Annotated[str, typer.Argument(metavar="SOURCE|VALUE", help="What it is about.")],
    *,
    admiralty: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="A to G for the source, 1 to 6 for what it says: B2."),
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    false_positive: Annotated[
        bool, typer.Option("--false-positive", help="The value is not malicious after all.")
    ] = False,
    expired: Annotated[
        bool, typer.Option("--expired", help="What was seen of it up to now counts no longer.")
    ] = False,
    tlp: Annotated[
        str | None,
        typer.Option(metavar="TLP", help="CLEAR GREEN AMBER ...; else the own organisation only."),
    ] = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Rate a value or a source in the Admiralty code, or show how it was rated.

    Ratings are never changed: the latest counts. Where a name is that of a source and of a value,
    write source:NAME. Data itself is rated with: cure rating

    Example: cure rate 192.0.2.7 --admiralty B2 --note 'seen in our own logs, too'
    """
    is_said = admiralty is not None or false_positive or expired
    with score_book(data, url, write=is_said) as book:
        if is_said:
            said = {
                "about": about,
                "admiralty": admiralty or "F6",
                "note": note,
                "false_positive": false_positive,
                "expired": expired,
                "tlp": tlp and f"TLP:{tlp.upper().removeprefix('TLP:')}",
            }
            found: Sequence[Judgement] = [book.judge(_form(said))]
        else:
            found = book.judgements(about)
    if json:
        show_json(*found)
    elif not found:
        show(f"Nobody has rated {about} yet. See: cure rate --help")
    else:
        show(f"{found[0].topic} {found[0].value}", "bold")
        show_table(("when", "who", "code", "besides", "marking", "note"), map(_cells, found))


def _form(said: dict[str, object]) -> JudgementForm:
    try:
        return msgspec.convert(said, JudgementForm)
    except msgspec.ValidationError as error:
        raise MalformedError("rating", str(said["about"]), str(error)) from error


def _cells(one: Judgement) -> tuple[str, ...]:
    besides = ["false positive"] if one.false_positive else []
    besides += ["expired"] if one.expired else []
    who = one.analyst or one.source
    at = f"{one.at:%Y-%m-%dT%H:%M:%SZ}" if one.at else ""
    return at, who, one.admiralty, ", ".join(besides), one.label.tlp, one.note
