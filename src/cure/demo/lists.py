"""Block lists of the generated world: IPsum, a netset and a plain list of names.

Source: https://github.com/stamparm/ipsum, https://github.com/firehol/blocklist-ipsets
"""

from collections.abc import Iterator
from pathlib import Path

from cure.demo.cowrie import address_of
from cure.demo.world import DAYS, Delivery, World, published

_LISTED_STRANGERS = 60
_BAD_NAMES = 80
_ROOTS = ("com", "net", "org")


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the lists as they stand on the last day."""
    own = folder / "lists"
    own.mkdir(parents=True, exist_ok=True)
    for name, lines in (
        ("ipsum.txt", _ipsum(world)),
        ("example_level1.netset", _netset(world)),
        ("bad-names.txt", _names(world)),
    ):
        file = own / name
        published(file, "".join(f"{line}\n" for line in lines), world.at(DAYS, -1))
        yield Delivery("exist", name.partition(".")[0], file)


def _ipsum(world: World) -> Iterator[str]:
    """Yield addresses, each with the number of lists that have it, the most listed first."""
    dice = world.dice("ipsum")
    strangers = dice.sample(range(2 * _LISTED_STRANGERS), _LISTED_STRANGERS)
    listed = {address_of(stranger): dice.randrange(1, 5) for stranger in strangers}
    for campaign in world.campaigns:
        listed |= {src_ip: dice.randrange(3, 10) for src_ip in campaign.attackers}
    yield "# IPsum Threat Intelligence Feed, written for a demonstration"
    yield "#"
    yield f"# Last update: {world.at(DAYS, -1):%a, %d %b %Y %H:%M:%S +0000}"
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
    yield f"# Source File Date: {world.at(DAYS, -1):%a %b %d %H:%M:%S UTC %Y}"
    yield "# Category        : attacks"
    yield "# Entries         : 7 subnets"
    yield "#"
    yield from ("198.51.100.0/25", "203.0.113.64/26", "2001:db8:40::/42")
    for start in sorted(dice.sample(range(0, 256, 16), 4)):
        yield f"192.0.2.{start}/28"


def _names(world: World) -> Iterator[str]:
    """Yield domain names, those of the campaigns' servers among them."""
    dice = world.dice("names")
    numbers = [dice.getrandbits(40) for _ in range(_BAD_NAMES)]
    names = {f"{number:x}.example.{_ROOTS[number % len(_ROOTS)]}" for number in numbers}
    yield "# Names that were seen in malware traffic, one a line"
    yield from sorted(names | {campaign.c2_domain for campaign in world.campaigns})
