"""What is known of a value before anyone reports it: scanners, networks of many, top sites.

The lists of the MISP project (CC0), as the package `pymispwarninglists` brings them. They are
notes beside an answer; nothing is ever left out for their sake.
"""

import threading
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from socket import AF_INET, inet_ntop, inet_pton

import msgspec

from cure.hub.view import Warned
from cure.model import Observable, Topic


def _package(name: str) -> Path:
    """Return where a package lies, without importing it: its own code takes a second to load."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name=name)
    return Path(spec.origin).parent


_FOLDER = _package("pymispwarninglists") / "data" / "misp-warninglists" / "lists"
_PASSED_OVER = frozenset(
    (
        "tranco",  # a million names each; the lists of the first ten thousand say more
        "google-chrome-crux-1million",
        "tlds",  # no name ends before its public suffix
        "second-level-tlds",
    )
)
_TOPICS = {
    "ip-src": Topic.IP,
    "ip-dst": Topic.IP,
    "domain": Topic.DOMAIN,
    "hostname": Topic.DOMAIN,
    "md5": Topic.HASH,
    "sha256": Topic.HASH,
    "email-src": Topic.EMAIL,
}


class _List(msgspec.Struct):
    """The part of a list's file that we use."""

    name: str
    type: str
    entries: list[str] = msgspec.field(name="list")
    matching_attributes: list[str] = []


_decode = msgspec.json.Decoder(_List).decode
Named = dict[str, list[Warned]]
"""Entry → the lists that have it."""


def warned_of(observable: Observable) -> list[Warned]:
    """Return the lists that name a value, its network, or the domain that it is under.

    Cost: some microseconds; 0.3 s for the first value of a topic, when its lists are read.
    """
    match observable.topic:
        case Topic.IP:
            entries = _networks_around(observable.value)
        case Topic.DOMAIN:
            entries = _domains_around(observable.value)
        case Topic.EMAIL:
            entries = _domains_around(observable.value.rpartition("@")[2])
        case Topic.HASH:
            entries = iter((observable.value,))
        case Topic.URL | Topic.TAG:
            return []
    named = _named(observable.topic)
    return sorted({warned for entry in entries for warned in named.get(entry, ())})


def scanners() -> dict[str, Warned]:
    """Return the networks of those who are known to scan all of the Internet. Cost: 20 ms."""
    found: dict[str, Warned] = {}
    for entry, warned in _told(Topic.IP, lambda name: "scan" in name or "shadowserver" in name):
        found.setdefault(entry, warned)
    return found


def _networks_around(address: str) -> Iterator[str]:
    network = ip_network(address)
    for length in _prefix_lengths(network.version):
        if length <= network.prefixlen:
            yield str(network.supernet(new_prefix=length))


def _domains_around(domain: str) -> Iterator[str]:
    """Yield a domain, and those above it with a dot before: lists of exact names lack these."""
    yield domain
    yield f".{domain}"
    while "." in domain:
        domain = domain.partition(".")[2]
        yield f".{domain}"


@cache
def _prefix_lengths(version: int) -> list[int]:
    colon = version != 4  # noqa: PLR2004
    return sorted(
        {int(entry.partition("/")[2]) for entry in _named(Topic.IP) if (":" in entry) is colon}
    )


def prepare() -> None:
    """Read all lists, so that the first answers need not. Cost: 1 s."""
    for topic in set(_TOPICS.values()):
        _named(topic)


_reading = threading.Lock()


def _named(topic: Topic) -> Named:
    """Return the lists of a topic; whoever comes while they are read waits for that one reading."""
    with _reading:
        return _read(topic)


@cache
def _read(topic: Topic) -> Named:
    named: Named = {}
    for entry, warned in _told(topic, lambda _: True):
        named.setdefault(entry, []).append(warned)
    return named


def _told(topic: Topic, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Warned]]:
    """Yield each entry of the lists of a topic whose name is wanted."""
    for folder in sorted(_FOLDER.iterdir(), key=lambda one: one.name):
        if folder.name in _PASSED_OVER or not wanted(folder.name):
            continue
        one = _decode((folder / "list.json").read_bytes())
        if topic in {_TOPICS.get(name) for name in one.matching_attributes}:
            warned = Warned(folder.name, one.name)
            for entry in one.entries:
                for form in _forms(topic, one.type, entry.lower()):
                    yield form, warned


def _forms(topic: Topic, kind: str, entry: str) -> Iterator[str]:
    """Yield an entry as values are asked for; patterns and entries of other topics: nothing."""
    if topic is Topic.IP:
        if kind == "cidr":
            yield _network(entry)
    elif kind == "hostname" or (kind == "substring" and topic is Topic.EMAIL):
        yield f".{entry.strip('.')}"
    elif kind == "string":
        yield entry


def _network(entry: str) -> str:
    """Return a network in its canonical form; there are a hundred thousand to read."""
    address, slash, length = entry.partition("/")
    if ":" in entry:
        return str(ip_network(entry, strict=False))
    if not slash:
        length = "32"
    mask = 0xFFFFFFFF << (32 - int(length)) & 0xFFFFFFFF
    first = int.from_bytes(inet_pton(AF_INET, address)) & mask
    return f"{inet_ntop(AF_INET, first.to_bytes(4))}/{length}"
