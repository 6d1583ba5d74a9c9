"""`cure deliver`: where hits are sent, by webhook, mail or syslog."""

from typing import Annotated, Any, TypeAlias

import msgspec
import typer

from cure.cli.delivery_books import delivery_book
from cure.cli.desk import given
from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_json, show_table
from cure.errors import MalformedError
from cure.subscribers.deliveries.delivery import DeliveryForm
from cure.subscribers.deliveries.progress import DeliveryState

commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
_add = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
commands.add_typer(_add, name="add")
Id: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="The delivery.")]
_Watches: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--watch", metavar="ID", help="Only hits of this watch; may be repeated."),
]
_Meanings: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--meaning", metavar="CODE", help="Only hits of this meaning; may be repeated."),
]
_Quiet: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="HOURS", help="Send nothing then, as 22:00-07:00, but afterwards."),
]
_Zone: TypeAlias = Annotated[
    str | None, typer.Option(metavar="NAME", help="Time zone of these times; else UTC.")
]
_Pace: TypeAlias = Annotated[
    str | None, typer.Option(metavar="PACE", help="immediate, hourly or daily; else immediate.")
]
_DailyAt: TypeAlias = Annotated[
    str | None, typer.Option(metavar="TIME", help="When, with --pace daily; else 09:00.")
]


@commands.callback()
def deliver() -> None:
    """Have hits of watches sent, and look after what is sent.

    Example: cure deliver add webhook https://siem.example.jp/cure
    """


@_add.callback()
def add() -> None:
    """Have hits sent from now on.

    Example: cure deliver add mail duty@example.jp --pace daily --zone Asia/Tokyo
    """


@_add.command()
def webhook(  # noqa: PLR0913 - each is an option
    address: Annotated[str, typer.Argument(metavar="URL", help="Where to, by https.")],
    *,
    batch: Annotated[
        bool, typer.Option("--batch", help="Up to 100 events a request, instead of one.")
    ] = False,
    watch: _Watches = None,
    meaning: _Meanings = None,
    quiet: _Quiet = None,
    zone: _Zone = None,
    pace: _Pace = None,
    daily_at: _DailyAt = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Send CloudEvents to a web server; the secret that signs them is shown this once.

    Example: cure deliver add webhook https://siem.example.jp/cure --batch
    """
    said = given(watches=watch, meanings=meaning, quiet=quiet, zone=zone, pace=pace)
    said |= given(way="webhook", address=address, batch=batch, daily_at=daily_at)
    _make(said, data, url, json=json)


@_add.command()
def mail(  # noqa: PLR0913 - each is an option
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Who is told.")],
    *,
    language: Annotated[
        str | None, typer.Option(metavar="LANGUAGE", help="ja or en; else en.")
    ] = None,
    watch: _Watches = None,
    meaning: _Meanings = None,
    quiet: _Quiet = None,
    zone: _Zone = None,
    pace: _Pace = None,
    daily_at: _DailyAt = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Send mails, one a minute at most, or a digest.

    Example: cure deliver add mail duty@example.jp --quiet 22:00-07:00 --zone Asia/Tokyo
    """
    said = given(watches=watch, meanings=meaning, quiet=quiet, zone=zone, pace=pace)
    said |= given(way="mail", address=address, language=language, daily_at=daily_at)
    _make(said, data, url, json=json)


@_add.command()
def syslog(  # noqa: PLR0913 - each is an option
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="tls://host:port, tcp:// or udp://")
    ],
    *,
    form: Annotated[str | None, typer.Option(metavar="FORM", help="cef or leef; else cef.")] = None,
    watch: _Watches = None,
    meaning: _Meanings = None,
    quiet: _Quiet = None,
    zone: _Zone = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Send lines of syslog to a SIEM.

    Example: cure deliver add syslog tls://siem.example.jp:6514 --form leef
    """
    said = given(watches=watch, meanings=meaning, quiet=quiet, zone=zone)
    _make(said | given(way="syslog", address=address, form=form), data, url, json=json)


@commands.command("list")
def list_all(*, data: Data = None, url: Url = None, json: Json = False) -> None:
    """List the deliveries, and how each fares.

    Example: cure deliver list
    """
    with delivery_book(data, url) as book:
        found = book.all()
    if json:
        show_json(*found)
        return
    show_table(
        ("id", "way", "address", "sent", "withheld", "dead", "last", "state"),
        [
            (
                one.delivery.id,
                one.delivery.way.value,
                one.delivery.address,
                one.sent,
                one.withheld,
                one.dead,
                one.sent_at,
                _state(one),
            )
            for one in found
        ],
    )


@commands.command()
def remove(delivery_id: Id, *, data: Data = None, url: Url = None, json: Json = False) -> None:
    """Remove a delivery with its dead letters; what waits for it is not sent.

    Example: cure deliver remove 3f9ac2d01b7e6a54
    """
    with delivery_book(data, url) as book:
        book.remove(delivery_id)
    if json:
        show_json({"removed": delivery_id})
    else:
        show(f"{delivery_id} is removed")


@commands.command("test")
def send_test(delivery_id: Id, *, data: Data = None, url: Url = None, json: Json = False) -> None:
    """Send something invented, at once, and tell what came of it.

    Example: cure deliver test 3f9ac2d01b7e6a54
    """
    with delivery_book(data, url) as book:
        done = book.test(delivery_id)
    if json:
        show_json(done)
    else:
        show("the receiver took it" if done.acknowledged else f"not taken: {done.why}")
    if not done.acknowledged:
        raise typer.Exit(1)


@commands.command()
def dead(delivery_id: Id, *, data: Data = None, url: Url = None, json: Json = False) -> None:
    """List the hits that could not be sent for a day.

    Example: cure deliver dead 3f9ac2d01b7e6a54
    """
    with delivery_book(data, url) as book:
        found = book.dead(delivery_id)
    if json:
        show_json(*found)
        return
    rows = [(one.hit, one.at, one.why, "waits" if one.again else "") for one in found]
    show_table(("hit", "given up", "why", "again"), rows)


@commands.command()
def redrive(
    delivery_id: Id,
    *,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="All since then again; ISO 8601 with a zone, or 24h."),
    ] = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Send dead letters again, and go on with a delivery that has stopped; a running server does.

    Example: cure deliver redrive 3f9ac2d01b7e6a54 --since 24h
    """
    with delivery_book(data, url) as book:
        done = book.redrive(delivery_id, since)
    if json:
        show_json(done)
    else:
        rest = "" if since is None else f", and all since {since}"
        show(f"{done.dead} dead letters are sent again{rest}")


def _make(said: dict[str, Any], data: Data, url: Url, *, json: bool) -> None:
    try:
        form = msgspec.convert(said, DeliveryForm)
    except msgspec.ValidationError as error:
        raise MalformedError("delivery", said["address"], str(error)) from error
    with delivery_book(data, url) as book:
        made = book.add(form)
    if json:
        show_json(made)
        return
    show(made.delivery.id)
    if made.secret:
        show(made.secret)
        show("the second line is the secret that signs; keep it now, it is not shown again")
    show(f"try it with: cure deliver test {made.delivery.id}")


def _state(one: DeliveryState) -> str:
    if one.is_stopped:
        return f"stopped: {one.why}"
    return f"fails: {one.why}" if one.failures else "live"
