"""Who there is besides the campaigns: own side, strangers who scan, crawlers, harmless servers."""

from random import Random

from cure.demo.campaigns import invented_hash
from cure.demo.world import World, happens

SENSORS = ("tokyo-1", "osaka-1", "sapporo-1")
SENSOR_ADDRESS = "198.51.100.254"
DARKNET = "10.20.240"
"""Own network that nobody uses."""
CAMERA, DNS_SERVER, WEB_SERVER, GATEWAY = "10.20.40.7", "10.20.80.10", "10.20.80.20", "10.20.80.30"
STAFF = tuple(f"10.20.10.{host}" for host in range(11, 61))
DECOYS = ("10.20.200.5", "10.20.200.6", "10.20.200.7")
HOME = "example.jp"
"""Domain of the own side."""
SCAN_PORTS = (23, 445, 22, 80, 443, 3389, 8080, 5060, 6379, 1433, 5555, 2323, 8443, 25, 3306)
"""Ports that strangers try, the likelier first."""
SITES = (
    *("www.example.org", "news.example.net", "mail.example.org", "img.example.net"),
    *("shop.example.org", "maps.example.net", "api.example.org", "video.example.net"),
)
CRAWLER = "ExampleBot/2.1 (+https://crawler.example.org/bot.html)"
_STRANGERS = 3000
_IP4_STRANGERS = 160
_VICTIMS = range(161, 221)
_HOSTS_OF_SITE = 64
_MAILERS = 500
_CLEAN_PROGRAMS = 60


def stranger(world: World, dice: Random) -> str:
    """Return the address of somebody who scans: a few come often, many once."""
    return address_of(int(_STRANGERS * world.rate * dice.random() ** 2))


def address_of(number: int) -> str:
    """Return the address of a stranger: IPv4 as long as there is any, then IPv6."""
    if number < _IP4_STRANGERS:
        return f"192.0.2.{number + 1}"
    return f"2001:db8:{number // _HOSTS_OF_SITE:x}::{number % _HOSTS_OF_SITE + 1:x}"


def stranger_of_ip4(dice: Random) -> str:
    """Return the address of somebody who scans where there is no IPv6."""
    return address_of(int(_IP4_STRANGERS * dice.random() ** 2))


def flooded(dice: Random) -> str:
    """Return the address of somebody whom a flood hits; nobody knows why."""
    return f"192.0.2.{dice.choice(_VICTIMS)}"


def mailer(world: World, dice: Random) -> str:
    """Return the address of a server that sends mails to us, wanted or not."""
    return f"2001:db8:25::{int(_MAILERS * world.rate * dice.random() ** 2) + 1:x}"


def facing(own: str, other: str) -> str:
    """Return the address under which an own machine speaks with another: of the same protocol."""
    return f"fd20::{own.rpartition('.')[2]}" if ":" in other else own


def crawler(dice: Random) -> str:
    """Return the address of a search engine's crawler."""
    return f"2001:db8:c4a3::{dice.randrange(1, 9):x}"


def surveyor(dice: Random) -> str:
    """Return the address of researchers who survey the whole network, and say so."""
    return f"2001:db8:5ca2::{dice.randrange(1, 17):x}"


def scanned_port(dice: Random) -> int:
    """Return a port that somebody tries."""
    if happens(dice, 0.25):
        return dice.randrange(1, 65_536)
    return SCAN_PORTS[int(len(SCAN_PORTS) * dice.random() ** 2)]


def server_of(site: str) -> str:
    """Return the address of a harmless site."""
    return f"2001:db8:80::{SITES.index(site) + 1:x}"


def clean_program(dice: Random) -> tuple[str, str]:
    """Return the name and the SHA-256 of a program that everybody has."""
    number = int(_CLEAN_PROGRAMS * dice.random() ** 2)
    return f"app{number:02}.exe", invented_hash(f"clean program {number}")
