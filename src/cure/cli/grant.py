"""`cure grant`: which sources an organisation may read, and as which it may publish."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from cure.access.grants import Grant, Verb
from cure.cli.desk import Desk, OfOrganisation, desk
from cure.cli.options import Data, Json
from cure.cli.output import show, show_json, show_table
from cure.errors import MalformedError

commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
Organisation: TypeAlias = Annotated[str, typer.Argument(metavar="ORG", help="The organisation.")]
Sources: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="SOURCE...", help="Names of sources, see: cure sources")
]


@commands.callback()
def grant() -> None:
    """Grant sources to organisations: to read them, or to publish as them.

    Example: cure grant read bank cowrie exist && cure grant publish bank maltrail@bank
    """


@commands.command()
def read(
    organisation: Organisation, sources: Sources, *, data: Data = None, json: Json = False
) -> None:
    """Let an organisation read sources of others, as far as their labels allow; '*' is every one.

    Example: cure grant read bank cowrie exist
    """
    _grant(Verb.READ, organisation, sources, data, json=json)


@commands.command()
def publish(
    organisation: Organisation, sources: Sources, *, data: Data = None, json: Json = False
) -> None:
    """Let an organisation publish as sources, whose names are its own from then on.

    For all instances of a publisher say, for example, 'cowrie@*'.

    Example: cure grant publish bank maltrail@bank
    """
    _grant(Verb.PUBLISH, organisation, sources, data, json=json)


@commands.command("list")
def list_all(organisation: OfOrganisation = None, *, data: Data = None, json: Json = False) -> None:
    """List what was granted; whoever operates this needs no grants.

    Example: cure grant list bank
    """
    with desk(data) as at:
        names = at.organisations(organisation)
        found = [one for name in names for one in at.accounts.grants.of(at.by, name)]
    _show(found, json=json)


@commands.command()
def revoke(
    organisation: Organisation, sources: Sources, *, data: Data = None, json: Json = False
) -> None:
    """Take back what was granted of sources; their names stay with the organisation.

    Example: cure grant revoke bank cowrie
    """
    with desk(data) as at:
        had = _of(at, organisation)
        for source in sources:
            verbs = [one.verb for one in had if one.source == source]
            if not verbs:
                raise MalformedError("grant", source, f"{organisation} does not have it")
            for verb in verbs:
                at.accounts.grants.remove(at.by, verb, organisation, [source], at.at)
        left = _of(at, organisation)
    _show(left, json=json)


def _grant(
    verb: Verb, organisation: str, sources: list[str], data: Path | None, *, json: bool
) -> None:
    with desk(data) as at:
        at.accounts.grants.add(at.by, verb, organisation, sources, at.at)
        found = _of(at, organisation)
    _show(found, json=json)


def _of(at: Desk, organisation: str) -> list[Grant]:
    return at.accounts.grants.of(at.by, organisation)


def _show(found: list[Grant], *, json: bool) -> None:
    if json:
        show_json([one._asdict() for one in found])
    elif found:
        show_table(("organisation", "may", "source"), found)
    else:
        show("nothing is granted")
