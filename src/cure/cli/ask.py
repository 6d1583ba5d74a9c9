"""`cure ask`: all that is known of values."""

from typing import Annotated

import msgspec
import typer

from cure.cli.asking import answers
from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_json, show_table, span
from cure.errors import MalformedError
from cure.hub.card import LinkOfTwo
from cure.hub.view import Card

_INVALID = 2
_SHOWN = 20


def ask(
    value: Annotated[
        list[str],
        typer.Argument(metavar="VALUE", help="Of any topic; defanged ones are read, too."),
    ],
    *,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Show all that is known of values, per source.

    Ends with code 2 if a text is no value of any topic.

    Example: cure ask '192.0.2[.]7' hxxp://example.com/a malware:lanternbot
    """
    invalid = False
    with answers(data, url) as known:
        for text in value:
            try:
                card = known.card(text)
            except MalformedError as error:
                invalid = True
                _show_invalid(text, error, json=json)
            else:
                if json:
                    show_json({"input": text, **msgspec.structs.asdict(card)})
                else:
                    _show_card(card)
    if invalid:
        raise typer.Exit(_INVALID)


def _show_invalid(text: str, error: MalformedError, *, json: bool) -> None:
    if json:
        show_json({"input": text, "status": "invalid", "what": error.what, "why": error.why})
    else:
        show(f"{text}  invalid: {error.why}", "bold red")
        show()


def _show_card(card: Card) -> None:
    show(f"{card.topic} {card.value}  {card.status}", "bold" if card.sources else "dim")
    if card.sources:
        rows = [(name, s.count, s.first_seen, s.last_seen) for name, s in card.sources.items()]
        show_table(("source", "count", "first seen", "last seen"), rows, indent=2)
    for name, said in _facts(card).items():
        shown = said if len(said) <= _SHOWN else [*said[:_SHOWN], f"… {len(said) - _SHOWN:,} more"]
        for at, line in enumerate(shown):
            show(f"  {'' if at else name:12}  {line}")
    show()


def _facts(card: Card) -> dict[str, list[str]]:
    """Return what else there is to say, each with its name."""
    roles = [f"{role} {count:,}" for role, count in card.roles.items()]
    return {
        "roles": [", ".join(roles)] if roles else [],
        "tags": [f"{name}  ({', '.join(use.sources)})" for name, use in card.tags.items()],
        "contained in": card.contained_in,
        "parents": card.parents,
        "links": [_led(link) for link in card.links],
        "warning": [f"{one.title}  ({one.list})" for one in card.warnings],
    }


def _led(link: LinkOfTwo) -> str:
    first, then = link.sources
    return f"{first}, {span(link.lead_s)} later {then}" if link.lead_s else f"{first} and {then}"
