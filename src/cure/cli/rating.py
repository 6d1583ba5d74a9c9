"""`cure rating`: how far the records of a source travel, as two people have agreed."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from cure.access.forms import read_form
from cure.access.rating import Rating, Sheet
from cure.access.ratings import Ratings
from cure.access.relabelling import Applied, apply_ratings
from cure.app import publishers
from cure.cli.desk import LevelOption, desk, given, shown, words
from cure.cli.options import Data, Json, settings_of
from cure.cli.output import show, show_json, show_table
from cure.errors import ConfigError, MalformedError
from cure.installation import Installation
from cure.model import Pap, Tlp
from cure.settings import Settings

commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
Source: TypeAlias = Annotated[str, typer.Argument(metavar="SOURCE", help="The source.")]
As: TypeAlias = Annotated[
    str | None, typer.Option("--as", metavar="NAME@ORG", help="Who you are; with scope rate.")
]
_PAP = {one.name: int(one) for one in Pap}


@commands.callback()
def rating() -> None:
    """Rate sources: one person proposes, another approves, and stored records follow.

    Example: cure rating propose nicter --as rin@soc --tlp AMBER --reason sensor-exposure="darknet"
    """


@commands.command()
def propose(  # noqa: PLR0913 - each is an option
    source: Source,
    *,
    tlp: Annotated[str, typer.Option(metavar="TLP", help="CLEAR GREEN AMBER AMBER+STRICT RED")],
    reason: Annotated[
        list[str],
        typer.Option(
            metavar="WORD=TEXT",
            help="Why: sensor-exposure, personal-data, licence, victim, adversary-feedback.",
        ),
    ],
    confidentiality: LevelOption = None,
    releasable: Annotated[
        list[str] | None,
        typer.Option(metavar="WHO", help="An organisation, group:NAME or user:NAME@ORG."),
    ] = None,
    caveat: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CAVEAT", help="no-attrib no-derive no-export no-push pii sensor-addr"
        ),
    ] = None,
    pap: Annotated[str | None, typer.Option(metavar="PAP", help="CLEAR GREEN AMBER RED")] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=CLASS", help="Role or attribute: sensor victim person raw."),
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option(metavar="TOPIC", help="It speaks of these topics only.")
    ] = None,
    who: As = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Propose how far the records of a source travel.

    Example: cure rating propose nicter --as rin@soc --tlp GREEN --reason victim="none is named"
    """
    if pap is not None and pap.upper() not in _PAP:
        raise MalformedError("pap", pap, f"want {' '.join(_PAP)}")
    said = given(
        source=source,
        tlp=tlp,
        reasons=_pairs(reason),
        confidentiality=confidentiality,
        releasable=releasable,
        caveats=caveat,
        pap=None if pap is None else _PAP[pap.upper()],
        fields=_pairs(field or []),
        topics=topic,
    )
    with desk(data) as at:
        found = Ratings(at.accounts.store).propose(at.acting_as(who), read_form(said, Sheet), at.at)
    if json:
        show_json(found)
        return
    _show(found)
    show(f"another person approves it: cure rating approve {found.id} --as NAME@ORG")


@commands.command()
def approve(
    number: Annotated[int, typer.Argument(metavar="ID", help="Of the proposal.")],
    *,
    who: As = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Approve a proposal of another person: stored records come under it, also in a server.

    It lists who has read the source before.

    Example: cure rating approve 3 --as ken@soc
    """
    settings = settings_of(data)
    with desk(data) as at:
        ratings = Ratings(at.accounts.store)
        found = ratings.approve(at.acting_as(who), number, at.at)
        readers = at.audit.readers_of(found.sheet.source)
        applied = _apply(ratings, settings)
    mine = next((one for one in applied or [] if one.rating.id == number), None)
    if json:
        show_json(
            {
                "rating": found,
                "labels": None if mine is None else mine.labels,
                "withheld": None if mine is None else mine.withheld,
                "readers": [one._asdict() for one in readers],
            }
        )
        return
    _show(found)
    if mine is None:
        show("the server that runs on this directory relabels what is stored")
    else:
        show(f"{mine.labels} labels of stored records were exchanged")
        if mine.withheld:
            show("what was stored uncut is its owner's alone now; read the source again for others")
    show("read before by:" if readers else "nobody has read the source before")
    if readers:
        show_table(
            ("who", "organisation", "first", "last", "times"), [tuple(one) for one in readers]
        )


@commands.command("show")
def show_one(source: Source, *, data: Data = None, json: Json = False) -> None:
    """Show the rating that holds for a source.

    Example: cure rating show nicter
    """
    with desk(data) as at:
        found = Ratings(at.accounts.store).current(source)
    if found is None:
        raise MalformedError("rated source", source, "it has the marking of its publisher")
    if json:
        show_json(found)
    else:
        _show(found)


@commands.command("list")
def list_all(*, data: Data = None, json: Json = False) -> None:
    """List the ratings that hold, and the proposals that wait.

    Example: cure rating list
    """
    with desk(data) as at:
        every = Ratings(at.accounts.store).all()
    newest = {one.sheet.source: one.version for one in every if one.version}
    _show_all([one for one in every if one.version in {0, newest.get(one.sheet.source)}], json=json)


@commands.command()
def history(source: Source, *, data: Data = None, json: Json = False) -> None:
    """List all proposals and ratings of a source, oldest first.

    Example: cure rating history nicter --json
    """
    with desk(data) as at:
        found = Ratings(at.accounts.store).history(source)
    _show_all(found, json=json)


def _apply(ratings: Ratings, settings: Settings) -> list[Applied] | None:
    """Bring stored records under the ratings; None: a server has them, and does so itself."""
    directory = Path(settings.data)
    if not (directory / "log.sqlite").exists():
        return [Applied(one, 0, withheld=False) for one in ratings.unapplied()]
    known = publishers()

    def tlp_of(source: str) -> Tlp:
        return known.get(source.partition("@")[0], known["findings"]).tlp

    try:
        installation = Installation(directory, write=True, link_reserved=settings.link_reserved)
    except ConfigError:  # in use: whoever uses it looks every second
        return None
    with installation:
        return apply_ratings(ratings, installation, tlp_of)


def _pairs(texts: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, said = text.partition("=")
        if not (name and equals and said):
            raise MalformedError("pair", text, "want NAME=TEXT")
        found[name] = said
    return found


def _show(one: Rating) -> None:
    show_table(
        ("field", "value"),
        [
            ("id", one.id),
            ("version", one.version or "proposed"),
            *shown(one.sheet),
            ("proposer", one.proposer),
            ("approver", one.approver or "-"),
        ],
    )


def _show_all(found: list[Rating], *, json: bool) -> None:
    if json:
        show_json(found)
        return
    show_table(
        ("id", "source", "version", "tlp", "caveats", "proposer", "approver"),
        [
            (
                one.id,
                one.sheet.source,
                one.version or "proposed",
                one.sheet.tlp,
                words(one.sheet.caveats),
                one.proposer,
                one.approver,
            )
            for one in found
        ],
    )
