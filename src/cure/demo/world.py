"""The world that all generated files speak of: its days, its sensors and three campaigns."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import NamedTuple

DAYS = 14
DAY_S = 86_400
SENSORS = ("tokyo-1", "osaka-1", "sapporo-1")
SENSOR_ADDRESS = "198.51.100.254"
REPORTS = "https://reports.example.org"


class Campaign(NamedTuple):
    """Who attacks, with what, from where; and who says so later.

    Attributes:
        group: Name of the group, with its id and another name of it.
        software: Name of its malware, with its id.
        name: What analysts call the campaign, with its id.
        attackers: Addresses that scan, log in and fetch.
        dropper: URL from which the malware is fetched.
        samples: SHA-256 of the files that are fetched.
        c2_ip: Address of the server that the malware calls, with its port.
        c2_domain: Name of that server.
        credentials: User name and password that open the door.
        from_day: The day of the world on which it begins.
    """

    group: str
    group_id: str
    group_alias: str
    software: str
    software_id: str
    name: str
    name_id: str
    attackers: tuple[str, ...]
    dropper: str
    samples: tuple[str, ...]
    c2_ip: str
    c2_port: int
    c2_domain: str
    credentials: tuple[str, str]
    from_day: int

    @property
    def report(self) -> str:
        """URL of the report that was written about it."""
        return f"{REPORTS}/{self.software.lower()}"


class Delivery(NamedTuple):
    """Files of one source, and who reads them."""

    publisher: str
    instance: str | None
    path: Path


@dataclass(frozen=True)
class World:
    """All that the generated files have in common.

    Attributes:
        seed: The same seed gives the same files.
        start: The first day.
        scale: How many times the usual number of visits there are.
    """

    seed: int
    start: date
    scale: int = 1

    @cached_property
    def campaigns(self) -> tuple[Campaign, ...]:
        """The campaigns, each with addresses of its own."""
        dice = self.dice("campaigns")
        attackers = [f"203.0.113.{number}" for number in dice.sample(range(1, 255), 36)]
        servers = [f"198.51.100.{number}" for number in dice.sample(range(1, 250), 6)]
        return tuple(
            _campaign(self.seed, number, names, attackers[number::3], servers[number::3])
            for number, names in enumerate(_NAMES)
        )

    def dice(self, name: str) -> Random:
        """Return the chance of one file, which no other file disturbs."""
        return Random(f"{self.seed} {name}")  # noqa: S311 - a story, not a secret

    def at(self, day: int, second: float = 0) -> datetime:
        """Return a moment of one of the days."""
        midnight = datetime.combine(self.start, time(tzinfo=UTC))
        return midnight + timedelta(days=day, seconds=second)


_NAMES = (
    ("Paper Heron", "Origami Wader", "LanternBot", "Night Market", "cdn-lantern.example.net"),
    ("Quiet Harbour", "Still Quay", "TideMiner", "Slow Tide", "pool.tide.example.com"),
    ("Glass Cricket", "Autumn Singer", "ReedRAT", "Long Reed", "update.reed.example.jp"),
)
_CREDENTIALS = (("root", "lantern-2000"), ("admin", "harbour#1"), ("pi", "suzumushi"))
_PORTS = (48101, 3333, 8443)
_FROM_DAYS = (1, 3, 5)


def _campaign(
    seed: int,
    number: int,
    names: tuple[str, str, str, str, str],
    attackers: Sequence[str],
    servers: Sequence[str],
) -> Campaign:
    group, alias, software, name, c2_domain = names
    c2_ip, dropper_host = servers
    return Campaign(
        group,
        f"G{9001 + number}",
        alias,
        software,
        f"S{9001 + number}",
        name,
        f"C{9001 + number}",
        tuple(attackers),
        f"http://{dropper_host}/{software.lower()}.sh",
        tuple(invented_hash(f"{seed} {software} {build}") for build in range(3)),
        c2_ip,
        _PORTS[number],
        c2_domain,
        _CREDENTIALS[number],
        _FROM_DAYS[number],
    )


def invented_hash(text: str) -> str:
    """Return the SHA-256 of an invented text: the hash of no file."""
    return hashlib.sha256(text.encode()).hexdigest()


def published(file: Path, text: str, moment: datetime) -> None:
    """Write a file that was published at a moment: where it has no date inside, its own counts."""
    file.write_text(text, "utf-8")
    os.utime(file, (moment.timestamp(), moment.timestamp()))
