"""`cure key`: the keys by which programs are let in."""

from typing import Annotated, TypeAlias

import typer

from cure.access.forms import Key, NewKey, organisation_of, read_form
from cure.access.keys import Token
from cure.cli.desk import LevelOption, OfOrganisation, Scopes, TlpOption, desk, given, words
from cure.cli.options import Data, Json
from cure.cli.output import show, show_json, show_table, utc

commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
KeyId: TypeAlias = Annotated[
    str, typer.Argument(metavar="ID", help="The eight characters after cure_.")
]


@commands.callback()
def key() -> None:
    """Manage the keys by which programs are let in; a key is shown once.

    Example: cure key add bank --scope read --days 30
    """


@commands.command()
def add(  # noqa: PLR0913 - each is an option
    holder: Annotated[
        str, typer.Argument(metavar="ORG|NAME@ORG", help="Whose machine, or which person.")
    ],
    *,
    title: Annotated[str | None, typer.Option(help="What it is for, in words.")] = None,
    scope: Scopes = None,
    tlp: TlpOption = None,
    confidentiality: LevelOption = None,
    publishes: Annotated[
        list[str] | None,
        typer.Option("--publishes", metavar="SOURCE", help="Only as these; else as granted."),
    ] = None,
    network: Annotated[
        list[str] | None, typer.Option(metavar="NETWORK", help="Good from these networks only.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=365, help="For how long; 90 if not given.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Make a key, which may read unless told otherwise, and show it this once.

    Example: cure key add soc --scope publish --publishes cowrie@tokyo --network 192.0.2.0/24
    """
    said = given(
        organisation=organisation_of(holder) or holder,
        user=holder if "@" in holder else None,
        title=title,
        scopes=scope,
        tlp=tlp,
        confidentiality=confidentiality,
        publishes=publishes,
        networks=network,
        days=days,
    )
    with desk(data) as at:
        made, token = at.accounts.keys.add(at.by, read_form(said, NewKey), at.at)
    _show_once(made, token, json=json)


@commands.command("list")
def list_all(organisation: OfOrganisation = None, *, data: Data = None, json: Json = False) -> None:
    """List the keys, dead ones too; none can be shown again.

    Example: cure key list bank
    """
    with desk(data) as at:
        names = at.organisations(organisation)
        found = [one for name in names for one in at.accounts.keys.of(at.by, name)]
    if json:
        show_json(found)
        return
    show_table(
        ("id", "holder", "title", "scopes", "until", "state"),
        [
            (
                one.id,
                one.user or one.organisation,
                one.title,
                words(one.scopes),
                one.expires_at,
                _state(one, is_over=one.expires_at <= at.at),
            )
            for one in found
        ],
    )


@commands.command()
def rotate(key_id: KeyId, *, data: Data = None, json: Json = False) -> None:
    """Make a key with the same rights; both are good for a week, or until the old one ends.

    Example: cure key rotate 3fK9xQ2a
    """
    with desk(data) as at:
        made, token = at.accounts.keys.rotate(at.by, key_id, at.at)
    _show_once(made, token, json=json)


@commands.command()
def revoke(key_id: KeyId, *, data: Data = None, json: Json = False) -> None:
    """End a key, at once, with all streams that it has opened.

    Example: cure key revoke 3fK9xQ2a
    """
    with desk(data) as at:
        at.accounts.keys.revoke(at.by, key_id, at.at)
    if json:
        show_json({"revoked": key_id})
    else:
        show(f"{key_id} is revoked")


def _show_once(key: Key, token: Token, *, json: bool) -> None:
    if json:
        show_json({"key": key, "token": str(token)})
        return
    show(str(token))
    show(f"keep it now, it is not shown again; good until {utc(key.expires_at)}")


def _state(key: Key, *, is_over: bool) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if is_over:
        return "expired"
    return f"until {key.replaced_by} is in use" if key.replaced_by else "live"
