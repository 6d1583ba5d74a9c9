"""`cure org`: the organisations, and what is agreed with each."""

from typing import Annotated, TypeAlias

import typer

from cure.access.forms import NewOrganisation, Organisation, OrganisationChange, read_form
from cure.cli.desk import Groups, LevelOption, TlpOption, desk, given, shown, words
from cure.cli.options import Data, Json, settings_of
from cure.cli.output import show, show_json, show_table
from cure.cli.plain import warn

commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
Name: TypeAlias = Annotated[str, typer.Argument(metavar="NAME", help="The organisation.")]


@commands.callback()
def org() -> None:
    """Manage the organisations that may read here, and what is agreed with each.

    Example: cure org add soc --operator && cure org add bank --tlp AMBER
    """


@commands.command()
def add(  # noqa: PLR0913 - each is an option
    name: Name,
    *,
    operator: Annotated[
        bool, typer.Option("--operator", help="The first one: it operates this installation.")
    ] = False,
    tlp: TlpOption = None,
    confidentiality: LevelOption = None,
    group: Groups = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Add an organisation.

    From the first one on, whoever asks this installation needs credentials.

    Example: cure org add bank --tlp AMBER --group isac
    """
    said = given(
        name=name, operates=operator, tlp=tlp, confidentiality=confidentiality, groups=group
    )
    with desk(data, make=True) as at:
        made = at.accounts.organisations.add(at.by, read_form(said, NewOrganisation), at.at)
    owner = settings_of(data).organisation
    if operator and owner != name:
        warn(
            f"what is read here is labelled as of {owner!r}, which {name!r} does not own; "
            f'set organisation = "{name}" in cure.toml'
        )
    _show(made, json=json)


@commands.command("list")
def list_all(*, data: Data = None, json: Json = False) -> None:
    """List the organisations.

    Example: cure org list --json
    """
    with desk(data) as at:
        found = at.accounts.organisations.all(at.by)
    if json:
        show_json(found)
        return
    show_table(
        ("name", "operates", "tlp", "confidentiality", "groups", "reads", "publishes"),
        [
            (
                one.name,
                "yes" if one.operates else "",
                one.tlp,
                int(one.confidentiality),
                words(one.groups),
                words(one.reads),
                words(one.publishes),
            )
            for one in found
        ],
    )


@commands.command("show")
def show_one(name: Name, *, data: Data = None, json: Json = False) -> None:
    """Show an organisation.

    Example: cure org show bank
    """
    with desk(data) as at:
        found = at.accounts.organisations.get(at.by, name)
    _show(found, json=json)


@commands.command("set")
def change(  # noqa: PLR0913 - each is an option
    name: Name,
    *,
    tlp: TlpOption = None,
    confidentiality: LevelOption = None,
    group: Groups = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Change what is agreed; it holds for all people and keys at once.

    Example: cure org set bank --tlp GREEN
    """
    said = given(tlp=tlp, confidentiality=confidentiality, groups=group)
    with desk(data) as at:
        form = read_form(said, OrganisationChange)
        made = at.accounts.organisations.change(at.by, name, form, at.at)
    _show(made, json=json)


@commands.command()
def remove(name: Name, *, data: Data = None, json: Json = False) -> None:
    """Remove an organisation with its people, keys and grants; its records stay.

    Example: cure org remove bank
    """
    with desk(data) as at:
        at.accounts.organisations.remove(at.by, name, at.at)
    if json:
        show_json({"removed": name})
    else:
        show(f"{name} is removed, and no credentials of it are good any more")


def _show(one: Organisation, *, json: bool) -> None:
    if json:
        show_json(one)
    else:
        show_table(("field", "value"), shown(one))
