"""EXIST in the generated world: block lists as they stand on the last day, of several forms.

Source: https://github.com/stamparm/ipsum, https://github.com/firehol/blocklist-ipsets,
https://phishtank.org/developer_info.php
"""

from collections.abc import Iterator
from pathlib import Path

from cure.demo.bystanders import address_of
from cure.demo.files import write_text
from cure.demo.web_history import lures
from cure.demo.world import Delivery, World

_LISTED_STRANGERS = 120
_BAD_NAMES = 80
_REFLECTORS = 40
_ROOTS = ("com", "net", "org")


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the lists."""
    own = folder / "lists"
    for name, lines in (
        ("ipsum.txt", _ipsum(world)),
        ("example_level1.netset", _netset(world)),
        ("bad-names.txt", _names(world)),
        ("open-reflectors.txt", _reflectors(world)),
        ("phishtank.csv", _phishtank(world)),
    ):
        write_text(own / name, lines, world.end)
        yield Delivery("exist", name.partition(".")[0], own / name)


def _ipsum(world: World) -> Iterator[str]:
    """Yield addresses, each with the number of lists that have it, the most listed first."""
    dice = world.dice("ipsum")
    count = world.many(_LISTED_STRANGERS)
    listed = {
        address_of(stranger): dice.randrange(1, 5)
        for stranger in dice.sample(range(4 * count), count)
    }
    for campaign in world.campaigns:
        if campaign is not world.campaigns.targeted:  # few know of those who come for a few
            listed |= {address: dice.randrange(3, 10) for address in campaign.attackers}
    yield "# IPsum Threat Intelligence Feed, written for a demonstration"
    yield "#"
    yield f"# Last update: {world.end:%a, %d %b %Y %H:%M:%S +0000}"
    yield "#"
    yield "# IP\tnumber of (black)lists"
    yield "#"
    for address, lists in sorted(listed.items(), key=lambda item: (-item[1], item[0])):
        yield f"{address}\t{lists}"


def _netset(world: World) -> Iterator[str]:
    """Yield networks: that of the campaigns' servers, and parts of that of the strangers."""
    dice = world.dice("netset")
    yield "#"
    yield "# example_level1"
    yield "#"
    yield f"# Source File Date: {world.end:%a %b %d %H:%M:%S UTC %Y}"
    yield "# Category        : attacks"
    yield "# Entries         : 7 subnets"
    yield "#"
    yield from ("198.51.100.0/25", "203.0.113.64/26", "2001:db8:40::/42")
    for start in sorted(dice.sample(range(0, 256, 16), 4)):
        yield f"192.0.2.{start}/28"


def _names(world: World) -> Iterator[str]:
    """Yield domain names, those of the campaigns' servers among them."""
    dice = world.dice("names")
    numbers = [dice.getrandbits(40) for _ in range(world.many(_BAD_NAMES))]
    names = {f"{number:x}.example.{_ROOTS[number % len(_ROOTS)]}" for number in numbers}
    yield "# Names that were seen in malware traffic, one a line"
    yield from sorted(names | {campaign.c2_domain for campaign in world.campaigns})


def _reflectors(world: World) -> Iterator[str]:
    """Yield servers that answer anybody at length: the campaign's among them."""
    dice = world.dice("reflectors")
    others = {f"2001:db8:53::{dice.randrange(1, 60_000):x}" for _ in range(world.many(_REFLECTORS))}
    yield "# Servers that reflect DNS, NTP or SSDP, as found by a survey"
    yield from sorted(others | set(world.campaigns.reflection.attackers))


def _phishtank(world: World) -> Iterator[str]:
    yield "phish_id,url,phish_detail_url,submission_time,verified,verification_time,online,target"
    for number, lure in enumerate(lures(world)[::2], 800_001):
        time = f"{lure.listed:%Y-%m-%dT%H:%M:%S+00:00}"
        page = f"http://phishtank.example.org/{number}"
        yield f"{number},{lure.url},{page},{time},yes,{time},yes,Other"
