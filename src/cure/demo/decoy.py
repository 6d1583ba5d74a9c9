"""STARDUST in the generated world: logs of Zeek in a decoy network, and a capture of its infection.

The decoys open what the campaigns send, and are left to call home; else they make a little noise
of their own, and are scanned as everybody is.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from cure.demo import packets
from cure.demo.bystanders import DECOYS, SITES, facing, scanned_port, server_of, stranger
from cure.demo.campaigns import Campaign
from cure.demo.files import write_bytes, write_lines, write_text
from cure.demo.world import Delivery, World

_SCANS_A_DAY = 50
_VISITS_A_DAY = 20
_CALLS_A_DAY = 20
_RESOLVER = "10.20.200.1"
_FIELDS = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration conn_state"
_TYPES = "time string addr port addr port enum string interval string"
_Row = tuple[datetime, dict[str, object]]


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the logs of Zeek, connections with tabs and all else in JSON, and the capture."""
    own = folder / "stardust"
    dice = world.dice("stardust")
    infections = [
        (world.campaigns.botnet, DECOYS[0], 2.2),
        (world.campaigns.loader, DECOYS[1], 0.5),
        (world.campaigns.targeted, DECOYS[2], 1.1),
    ]
    rows = [*_noise(world, dice)]
    for campaign, decoy, begins in infections:
        rows += _infection(world, dice, campaign, decoy, begins)
    rows.sort(key=itemgetter(0))
    write_text(own / "conn.log", _connections(rows))
    write_lines(own / "other.json.log", (row for _, row in rows if row["_path"] != "conn"))
    yield Delivery("stardust", "zeek", own)
    file = folder / "stardust-capture" / "infection.pcap"
    write_bytes(file, packets.capture(_packets(world, world.dice("capture"))))
    yield Delivery("stardust", "capture", file)


def _row(path: str, moment: datetime, ends: tuple[str, int, str, int], **said: object) -> _Row:
    caller, caller_port, called, port = ends
    return moment, {
        "_path": path,
        "ts": round(moment.timestamp(), 6),
        "uid": f"C{round(moment.timestamp() * 1e6):x}{ends[1]:x}",
        "id.orig_h": caller,
        "id.orig_p": caller_port,
        "id.resp_h": called,
        "id.resp_p": port,
        **said,
    }


def _noise(world: World, dice: Random) -> Iterator[_Row]:
    for moment in world.moments(dice, _SCANS_A_DAY):
        source = stranger(world, dice)
        decoy = facing(dice.choice(DECOYS), source)
        ends = (source, _port(dice), decoy, scanned_port(dice))
        yield _connection(moment, ends, "-", "S0")
    for moment in world.moments(dice, _VISITS_A_DAY):
        site = dice.choice(SITES)
        yield from _called(dice, moment, dice.choice(DECOYS), (site, server_of(site), 443))


def _connection(
    moment: datetime, ends: tuple[str, int, str, int], service: str, state: str
) -> _Row:
    return _row("conn", moment, ends, proto="tcp", service=service, duration=1.5, conn_state=state)


def _called(
    dice: Random, moment: datetime, decoy: str, server: tuple[str, str, int]
) -> Iterator[_Row]:
    """Yield how a decoy asks for a name and connects to it."""
    name, address, port = server
    asking = (decoy, _port(dice), _RESOLVER, 53)
    yield _row("dns", moment, asking, proto="udp", query=name, answers=[address])
    moment += timedelta(milliseconds=80)
    ends = (facing(decoy, address), _port(dice), address, port)
    yield _connection(moment, ends, "ssl", "SF")
    yield _row("ssl", moment, ends, server_name=name, version="TLSv12")


def _infection(
    world: World, dice: Random, campaign: Campaign, decoy: str, begins: float
) -> Iterator[_Row]:
    """Yield how a decoy fetches the malware, and calls its server until the end."""
    moment = world.told(campaign, begins)
    dropper = urlsplit(campaign.dropper)
    host, server = dropper.hostname or "", campaign.servers[1]
    ends = (decoy, _port(dice), server, dropper.port or 80)
    yield _connection(moment, ends, "http", "SF")
    yield _row(
        "http", moment, ends, method="GET", host=host, uri=dropper.path, user_agent="Wget/1.21"
    )
    fetched = {"mime_type": "application/x-executable", "sha256": campaign.samples[0]}
    seen = moment + timedelta(seconds=1)
    yield _row("files", seen, ends, fuid="F1", tx_hosts=[server], **fetched)
    c2 = (campaign.c2_domain, campaign.c2_ip, campaign.c2_port)
    for later in world.moments(dice, _CALLS_A_DAY):
        if moment < later:
            yield from _called(dice, later, decoy, c2)


def _port(dice: Random) -> int:
    return dice.randrange(32_768, 61_000)


def _connections(rows: list[_Row]) -> Iterator[str]:
    yield from ("#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)")
    yield from ("#unset_field\t-", "#path\tconn")
    yield "\t".join(("#fields", *_FIELDS.split()))
    yield "\t".join(("#types", *_TYPES.split()))
    for _, row in rows:
        if row["_path"] == "conn":
            yield "\t".join(str(row[name]) for name in _FIELDS.split())


def _packets(world: World, dice: Random) -> Iterator[tuple[datetime, bytes]]:
    """Yield what the network of the decoys saw when one opened what the loader sends."""
    loader = world.campaigns.loader
    decoy, dropper = DECOYS[1], urlsplit(loader.dropper)
    host, server = dropper.hostname or "", loader.servers[1]
    moment = world.told(loader, 0.5)
    for name, address, port, said in (
        (host, server, 80, packets.http_request(host, dropper.path)),
        *[(loader.c2_domain, loader.c2_ip, loader.c2_port, packets.client_hello(loader.c2_domain))]
        * world.many(30),
    ):
        own_port = _port(dice)
        there, back = (own_port, port), (port, own_port)
        answer = packets.dns_answer(name, address)
        yield moment, packets.udp(_RESOLVER, decoy, (53, _port(dice)), answer)
        for number, packet in enumerate(
            (
                packets.tcp(decoy, address, there, packets.SYN),
                packets.tcp(address, decoy, back, packets.SYN_ACK),
                packets.tcp(decoy, address, there, packets.PUSH, said),
                packets.tcp(address, decoy, back, packets.PUSH, bytes(200)),
            ),
            1,
        ):
            yield moment + timedelta(milliseconds=20 * number), packet
        moment += timedelta(seconds=dice.uniform(50, 70))
