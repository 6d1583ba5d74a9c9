"""NICTER in the generated world: packets to unused addresses, as captures and as logs of p0f.

Scanners are most of it. A twentieth is backscatter: answers of those whom a flood from forged
sources hits.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from random import Random

from cure.demo import packets
from cure.demo.bystanders import DARKNET, scanned_port, stranger, surveyor
from cure.demo.files import write_bytes, write_lines
from cure.demo.reflectors import attacked
from cure.demo.world import DAY_S, Delivery, World, happens

_PACKETS_A_DAY = 900
_SYNS_A_DAY = 220
_BACKSCATTER_OF_ATTACK = 20
_SURVEYED = 0.1
_DARKNET_6 = "2001:db8:dada:1::"
_PORTS_OF_THINGS = (23, 2323, 5555, 8080)
_REFLECTING = (123, 53, 1900, 11211)
_SYSTEMS = ("Linux 2.2.x-3.x", "Linux 3.11 and newer", "Windows 7 or 8", "???", "???", "???")
_Packet = tuple[datetime, bytes]


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write a capture a day of one darknet, and the log of p0f at another."""
    captures = folder / "nicter" / "darknet-a"
    dice = world.dice("nicter")
    every = sorted((*_noise(world, dice), *_campaigns(world, dice), *_backscatter(world, dice)))
    for day, some in groupby(every, lambda packet: packet[0].date()):
        write_bytes(captures / f"{day}.pcap", packets.capture(some))
    yield Delivery("nicter", "darknet-a", captures)
    log = folder / "nicter" / "darknet-b" / "p0f.json"
    write_lines(log, _fingerprints(world, world.dice("p0f")))
    yield Delivery("nicter", "darknet-b", log)


def _noise(world: World, dice: Random) -> Iterator[_Packet]:
    for moment in world.moments(dice, _PACKETS_A_DAY):
        source = surveyor(dice) if happens(dice, _SURVEYED) else stranger(world, dice)
        yield moment, _syn(dice, source, scanned_port(dice))


def _campaigns(world: World, dice: Random) -> Iterator[_Packet]:
    """Yield the scans of the botnet, every night anew, and the search for reflectors."""
    botnet, reflection = world.campaigns.botnet, world.campaigns.reflection
    for day in range(world.days):
        for source in botnet.attackers:
            for _ in range(world.many(6)):
                moment = world.at(day, dice.gauss(0.15, 0.03) % 1 * DAY_S)
                if world.has_come(botnet, 0, moment):
                    yield moment, _syn(dice, source, dice.choice(_PORTS_OF_THINGS))
        for source in reflection.attackers[:4]:
            for port in _REFLECTING:
                moment = world.at(day, dice.random() * DAY_S)
                if world.has_come(reflection, 0, moment):
                    ports = (dice.randrange(1024, 65_536), port)
                    yield moment, packets.udp(source, _target(dice, source), ports, b"\x17\0\x03*")


def _backscatter(world: World, dice: Random) -> Iterator[_Packet]:
    """Yield what those send here whom floods hit: the floods that the reflectors see, too."""
    for attack in attacked(world):
        if happens(dice, 0.5):
            continue
        for _ in range(_BACKSCATTER_OF_ATTACK):
            moment = attack.begins + timedelta(seconds=dice.uniform(0, attack.seconds))
            target = _target(dice, attack.victim)
            flags = dice.choice((packets.SYN_ACK, packets.SYN_ACK, packets.RST_ACK))
            ports = (dice.choice((80, 443)), dice.randrange(1024, 65_536))
            yield moment, packets.tcp(attack.victim, target, ports, flags)
        target = _target(dice, attack.victim)
        yield attack.begins, packets.echo_reply(attack.victim, target)


def _syn(dice: Random, source: str, port: int) -> bytes:
    ports = (dice.randrange(1024, 65_536), port)
    return packets.tcp(source, _target(dice, source), ports, packets.SYN)


def _target(dice: Random, source: str) -> str:
    host = dice.randrange(1, 255)
    return f"{_DARKNET_6}{host:x}" if ":" in source else f"{DARKNET}.{host}"


def _fingerprints(world: World, dice: Random) -> Iterator[dict[str, object]]:
    """Yield what p0f tells of each SYN: the system, and often the link as well."""
    seen = [
        (moment, stranger(world, dice), scanned_port(dice), dice.choice(_SYSTEMS))
        for moment in world.moments(dice, _SYNS_A_DAY)
    ]
    botnet = world.campaigns.botnet
    for source in botnet.attackers:
        begins = world.told(botnet, dice.random())
        seen += [
            (moment, source, dice.choice(_PORTS_OF_THINGS), _SYSTEMS[0])
            for moment in world.moments(dice, 2)
            if moment >= begins
        ]
    for moment, source, port, system in sorted(seen, key=itemgetter(0)):
        same = {
            "timestamp": f"{moment:%Y/%m/%d %H:%M:%S}",
            "client_ip": source,
            "server_ip": _target(dice, source),
            "client_port": dice.randrange(1024, 65_536),
            "server_port": port,
            "subject": "cli",
        }
        distance = str(dice.randrange(3, 20))
        yield {**same, "mod": "syn", "os": system, "dist": distance, "params": "none"}
        if happens(dice, 0.4):
            yield {**same, "mod": "mtu", "link": "Ethernet or modem", "raw_mtu": "1500"}
