"""`cure user`: people, and what they prove themselves by."""

import getpass
import sys
from typing import Annotated, TypeAlias

import typer

from cure.access.forms import NewUser, User, UserChange, read_form
from cure.cli.desk import (
    Groups,
    LevelOption,
    OfOrganisation,
    Scopes,
    TlpOption,
    desk,
    given,
    shown,
    words,
)
from cure.cli.options import Data, Json
from cure.cli.output import show, show_json, show_table

commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
Name: TypeAlias = Annotated[
    str, typer.Argument(metavar="NAME@ORG", help="The user, with the organisation.")
]


@commands.callback()
def user() -> None:
    """Manage people: what they may do and see, and what they prove themselves by.

    Example: cure user add rin@soc --scope admin && cure user password rin@soc
    """


@commands.command()
def add(  # noqa: PLR0913 - each is an option
    name: Name,
    *,
    scope: Scopes = None,
    tlp: TlpOption = None,
    confidentiality: LevelOption = None,
    group: Groups = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Add a user, who may read unless told otherwise; then set a password.

    Limits that are not given are those of the organisation.

    Example: cure user add rin@soc --scope read --scope rate
    """
    said = given(name=name, scopes=scope, tlp=tlp, confidentiality=confidentiality, groups=group)
    with desk(data) as at:
        made = at.accounts.users.add(at.by, read_form(said, NewUser), at.at)
    _show(made, json=json)


@commands.command("list")
def list_all(organisation: OfOrganisation = None, *, data: Data = None, json: Json = False) -> None:
    """List the users.

    Example: cure user list soc
    """
    with desk(data) as at:
        names = at.organisations(organisation)
        found = [one for name in names for one in at.accounts.users.of(at.by, name)]
    if json:
        show_json(found)
        return
    show_table(
        ("name", "scopes", "tlp", "groups", "locked"),
        [
            (
                one.name,
                words(one.scopes),
                one.tlp or "(as agreed)",
                words(one.groups, "(as agreed)"),
                "yes" if one.is_locked else "",
            )
            for one in found
        ],
    )


@commands.command("set")
def change(  # noqa: PLR0913 - each is an option
    name: Name,
    *,
    scope: Scopes = None,
    tlp: TlpOption = None,
    confidentiality: LevelOption = None,
    group: Groups = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Change what a user may do and see; it holds at once.

    Example: cure user set rin@soc --scope read --tlp GREEN
    """
    said = given(scopes=scope, tlp=tlp, confidentiality=confidentiality, groups=group)
    with desk(data) as at:
        made = at.accounts.users.change(at.by, name, read_form(said, UserChange), at.at)
    _show(made, json=json)


@commands.command()
def password(name: Name, *, data: Data = None, json: Json = False) -> None:
    """Set a password: asked for at a terminal, else the first line of standard input.

    Example: cure user password rin@soc
    """
    with desk(data) as at:
        at.accounts.users.named(name)
        if sys.stdin.isatty():
            said = getpass.getpass(f"new password of {name}: ")
        else:
            said = sys.stdin.readline().rstrip("\r\n")
        at.accounts.users.set_password(at.by, name, said, at.at)
    _say(f"the password of {name} is set, and every session ended", {"user": name}, json=json)


@commands.command()
def totp(
    name: Name,
    *,
    code: Annotated[
        str | None, typer.Option(metavar="CODE", help="One of the app, which confirms it.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Ask for codes no longer.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Begin with the codes of an app; confirm with --code, and from then on they are asked for.

    Example: cure user totp rin@soc && cure user totp rin@soc --code 123456
    """
    with desk(data) as at:
        users = at.accounts.users
        if off:
            users.drop_totp(at.by, name, at.at)
            _say(f"{name} is asked for codes no longer", {"user": name}, json=json)
        elif code is not None:
            users.confirm_totp(at.by, name, code, at.at)
            _say(f"{name} is asked for codes from now on", {"user": name}, json=json)
        else:
            uri = users.new_totp(at.by, name, at.at)
            _say(
                f"{uri}\nshow it to the app, then: cure user totp {name} --code CODE",
                {"user": name, "uri": uri},
                json=json,
            )


@commands.command()
def bind(
    name: Name,
    *,
    iss: Annotated[str, typer.Option(metavar="URL", help="The provider, as it names itself.")],
    sub: Annotated[
        str, typer.Option(metavar="SUBJECT", help="What it calls the user; never an address.")
    ],
    data: Data = None,
    json: Json = False,
) -> None:
    """Let a user log in through an OpenID Connect provider.

    Example: cure user bind rin@soc --iss https://id.example.jp --sub 24400320
    """
    with desk(data) as at:
        at.accounts.users.bind(at.by, name, iss, sub, at.at)
    said = f"{name} may log in as {sub} of {iss}"
    _say(said, {"user": name, "iss": iss, "sub": sub}, json=json)


@commands.command()
def lock(
    name: Name,
    *,
    off: Annotated[
        bool, typer.Option("--off", help="Let in again, and forget wrong tries.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Let a user in no longer, by whatever credentials, or again.

    Example: cure user lock rin@soc
    """
    with desk(data) as at:
        if off:
            at.accounts.users.unlock(at.by, name, at.at)
        else:
            at.accounts.users.lock(at.by, name, at.at)
    said = "may log in again" if off else "is locked; keys and sessions are dead"
    _say(f"{name} {said}", {"user": name, "is_locked": not off}, json=json)


@commands.command()
def remove(name: Name, *, data: Data = None, json: Json = False) -> None:
    """Remove a user with all keys, sessions and identities.

    Example: cure user remove rin@soc
    """
    with desk(data) as at:
        at.accounts.users.remove(at.by, name, at.at)
    _say(f"{name} is removed, with keys and sessions", {"removed": name}, json=json)


def _show(one: User, *, json: bool) -> None:
    if json:
        show_json(one)
    else:
        show_table(("field", "value"), shown(one))


def _say(sentence: str, told: dict[str, object], *, json: bool) -> None:
    if json:
        show_json(told)
        return
    for line in sentence.splitlines():
        show(line)
