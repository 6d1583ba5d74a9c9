"""Small worlds of behaviour for tests: bots of two campaigns, and who may see what of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from cure.enrichers.alike.behaviours import Behaviours
from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.interfaces import Logged
from cure.model import Audience, Finding, Kind, Label, Purpose, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from strategies import T0, numbered

OPEN = Label(Tlp.GREEN, "soc")
HIDDEN = Label(Tlp.RED, "bank")
SOC = Audience("soc", Tlp.AMBER, purpose=Purpose.DERIVE)
KEY = HashKey.of(bytes(range(24)))
WINDOW = timedelta(days=30)
TELNET = {"port": 23, "protocol": "telnet"}
WEB = {"port": 80, "protocol": "http"}


def seen(  # noqa: PLR0913 - each is a field of a record
    address: str,
    at: datetime,
    *,
    source: str = "cowrie@a",
    label: Label = OPEN,
    key: str | None = None,
    times: int = 1,
    **attributes: object,
) -> Record:
    finding = Finding(
        Kind.SIGHTING, (mention(ip(address), "attacker"),), at, at, times, attributes, key
    )
    return Record(source, label, digest_of(source, finding), finding)


def bot(
    address: str,
    path: str,
    days: Iterable[int],
    *,
    hour: int,
    **more: Any,  # noqa: ANN401 - whatever `seen` takes
) -> list[Record]:
    """Let an address come at the same hour of some days, and ask for the same each time."""
    return [
        seen(address, T0 + timedelta(days=day, hours=hour, minutes=pause), path=path, **more)
        for day in days
        for pause in (0, 2, 4)
    ]


def crowd() -> list[Record]:
    """Return two campaigns of eight bots each, in networks of their own."""
    telnet = [
        one
        for n in range(8)
        for one in bot(f"192.0.2.{10 * n + 1}", "/x", range(0, 9, 3), hour=3, **TELNET)
    ]
    web = [
        one
        for n in range(8)
        for one in bot(f"198.51.100.{10 * n + 1}", "/wp-login.php", range(7), hour=15, **WEB)
    ]
    return telnet + web


def behaviours(logged: Sequence[Logged], keep: timedelta = WINDOW) -> Behaviours:
    columns = Behaviours(lambda source: not source.startswith("attack"), keep)
    if logged:
        columns.add(logged)
    return columns


def world(said: list[Record]) -> tuple[Behaviours, Gate, list[Logged]]:
    logged = numbered(said)
    hub = Hub(KEY)
    if logged:
        hub.accept(batch_of(logged))
    return behaviours(logged), Gate(hub), logged
