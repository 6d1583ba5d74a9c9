"""AmpPot in the generated world: a database of DDoSPot, and the log of its DNS honeypot.

Most who ask only look for reflectors, once. Attacks are fewer, and those of the campaign grow.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec

from cure.demo.bystanders import flooded, stranger_of_ip4, surveyor
from cure.demo.files import write_bytes, write_database
from cure.demo.world import Delivery, World, happens

_SEARCHES_A_DAY = 40
_ATTACKS_A_DAY = 3
_ATTACKS_OF_CAMPAIGN = 40
_FIRST_ATTACK = 1.5
"""So many days after it began to look for reflectors the campaign attacks."""
_SHORTEST_S, _LONGEST_S = 90, 1800
_MONLIST, _CONTROL = 7, 6
_PACKETS = ("FwADKgAAAAA=", "AA==", 8)
"""A request, the beginning of its answer, and the size of the request."""
_STOPPED = "Threshold reached for quartet {} - will not respond to this host/query tuple"
_SCHEMA = """
CREATE TABLE ntpot_sources (src_ip INTEGER NOT NULL PRIMARY KEY, src_port INTEGER,
    first_seen DATETIME, last_seen DATETIME);
CREATE TABLE ntpot_attack (src_id INTEGER NOT NULL, mode SMALLINT NOT NULL,
    start DATETIME NOT NULL, latest DATETIME, request_pkt BLOB, response_pkt BLOB,
    request_size INTEGER, response_size INTEGER, count INTEGER,
    PRIMARY KEY (src_id, mode, start));
CREATE TABLE dnspot_domains (id INTEGER NOT NULL PRIMARY KEY, domain_name VARCHAR(255),
    opcode SMALLINT, dns_type VARCHAR(255), dns_cls VARCHAR(255), first_seen DATETIME);
CREATE TABLE dnspot_attack (src_id INTEGER NOT NULL, domain_id INTEGER NOT NULL,
    start DATETIME NOT NULL, latest DATETIME, count INTEGER, num_entries INTEGER,
    response BLOB, amplification FLOAT, PRIMARY KEY (src_id, domain_id, start));
"""


class Attack(NamedTuple):
    """A reflection attack on somebody."""

    begins: datetime
    victim: str
    seconds: float
    is_of_campaign: bool


def abused_name(world: World) -> str:
    """Return the name with a large answer that the campaign asks reflectors for."""
    return world.campaigns.reflection.c2_domain.replace("panel", "big")


def victims(world: World) -> list[str]:
    """Return whom the campaign attacks."""
    return [f"192.0.2.{host}" for host in world.dice("victims").sample(range(221, 251), 12)]


def attacked(world: World) -> list[Attack]:
    """Return all reflection attacks, in order of time."""
    dice = world.dice("reflection attacks")
    campaign = world.campaigns.reflection
    attacks = [
        Attack(moment, flooded(dice), _duration(dice), is_of_campaign=False)
        for moment in world.moments(dice, _ATTACKS_A_DAY)
    ]
    for _ in range(world.many(_ATTACKS_OF_CAMPAIGN)):
        begins = world.told(campaign, dice.uniform(_FIRST_ATTACK, 8))
        victim = dice.choice(victims(world))
        attacks.append(Attack(begins, victim, _duration(dice), is_of_campaign=True))
    return sorted(attacks)


def _duration(dice: Random) -> float:
    return dice.uniform(_SHORTEST_S, _LONGEST_S)


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the database and the log of one honeypot."""
    own = folder / "amppot"
    dice = world.dice("amppot")
    searches = [(moment, stranger_of_ip4(dice)) for moment in world.moments(dice, _SEARCHES_A_DAY)]
    campaign = world.campaigns.reflection
    searches += [
        (world.told(campaign, dice.random()), source) for source in campaign.attackers for _ in "12"
    ]
    write_database(own / "ddospot.sqlite3", _SCHEMA, _tables(world, dice, searches))
    write_bytes(own / "dnspot.log", "\n".join((*_log(world, dice), "")).encode())
    yield Delivery("amppot", "tokyo-1", own)


def _tables(
    world: World, dice: Random, searches: list[tuple[datetime, str]]
) -> dict[str, list[tuple[object, ...]]]:
    ntp: list[tuple[object, ...]] = []
    dns: list[tuple[object, ...]] = []
    for attack in attacked(world):
        ended = attack.begins + timedelta(seconds=attack.seconds)
        times = (_database_time(attack.begins), _database_time(ended))
        count = round(attack.seconds * dice.uniform(3, 60))
        if attack.is_of_campaign and happens(dice, 0.5):
            dns.append((_number(attack.victim), 1, *times, count, 12, "AA==", 45.5))
        else:
            ntp.append((_number(attack.victim), _MONLIST, *times, *_PACKETS, 736, count))
    for moment, source in searches:
        time = _database_time(moment)
        mode = dice.choice((_MONLIST, _CONTROL))
        ntp.append((_number(source), mode, time, time, *_PACKETS, 12, 1))
    first = _database_time(world.at(0))
    return {
        "ntpot_attack": sorted(set(ntp), key=str),
        "dnspot_domains": [(1, abused_name(world), 0, "ALL_RECORDS", "IN", first)],
        "dnspot_attack": dns,
    }


def _number(address: str) -> int:
    return int(IPv4Address(address))


def _database_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def _log(world: World, dice: Random) -> Iterator[str]:
    """Yield the log: who asked, and whom the honeypot stopped answering."""
    yield "DNSPot started at 0.0.0.0:53"
    name = abused_name(world)
    queries = [
        (moment, surveyor(dice), "version.example.org", "TXT")
        for moment in world.moments(dice, _SEARCHES_A_DAY)
    ]
    floods = [attack for attack in attacked(world) if attack.is_of_campaign][::4]
    queries += [(flood.begins, flood.victim, name, "ALL_RECORDS") for flood in floods]
    for moment, source, asked, kind in sorted(queries):
        query = {
            "src_ip": source,
            "src_port": dice.randrange(1024, 65_536),
            "opcode": 0,
            "dns_name": asked,
            "dns_type": kind,
            "dns_cls": "IN",
            "time": _database_time(moment),
        }
        yield msgspec.json.encode(query).decode()
        if asked == name:
            quartet = (source, asked, kind, "IN")
            yield _STOPPED.format(quartet)
            yield f"New attack started for quartet {quartet}"
