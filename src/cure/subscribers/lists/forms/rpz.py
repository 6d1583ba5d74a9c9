"""DNS response policy zones: resolvers answer NXDOMAIN for what is listed.

https://www.ietf.org/archive/id/draft-vixie-dnsop-dns-rpz-00.html
"""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

from cure.model import Topic
from cure.subscribers.lists.entries import Entry
from cure.subscribers.lists.form import Heading, ListForm

_LONGEST_NAME = 253
_SERIALS = 2**32


def write(entries: Sequence[Entry], heading: Heading) -> Iterator[str]:
    """Yield a zone that a resolver loads: each name with all below it, each network.

    A name that would be too long within the zone is left out, with a comment that says so.
    """
    yield f"$ORIGIN {heading.zone}."
    yield "$TTL 300"
    serial = int(heading.made.timestamp()) % _SERIALS
    yield f"@ IN SOA localhost. hostmaster.localhost. {serial} 300 60 604800 300"
    yield "@ IN NS localhost."
    for entry in entries:
        name = entry.observable.value
        if entry.observable.topic is Topic.IP:
            yield f"{_reversed(ip_network(name))}.rpz-ip CNAME ."
        elif len(f"*.{name}.{heading.zone}") > _LONGEST_NAME:
            yield f"; too long: {name}"
        else:
            yield f"{name} CNAME ."
            yield f"*.{name} CNAME ."


def _reversed(network: IPv4Network | IPv6Network) -> str:
    """Write a network as the draft's section 4.3 has it: its length, then its parts backwards.

    >>> _reversed(ip_network("192.0.2.0/24")), _reversed(ip_network("2001:db8::7"))
    ('24.0.2.0.192', '128.7.zz.db8.2001')
    """
    if isinstance(network, IPv4Network):
        parts = str(network.network_address).split(".")
    else:
        parts = _groups(str(network.network_address))
    return ".".join([str(network.prefixlen), *reversed(parts)])


def _groups(address: str) -> list[str]:
    """Cut an IPv6 address into groups; the draft writes the longest run of zeros as ``zz``."""
    before, found, after = address.partition("::")
    if not found:
        return address.split(":")
    return [*filter(None, before.split(":")), "zz", *filter(None, after.split(":"))]


FORM = ListForm(
    name="rpz",
    title="response policy zone: BIND, unbound, Knot, PowerDNS",
    media_type="text/dns",
    suffix="zone",
    topics=(Topic.DOMAIN, Topic.IP),
    blocks=True,
    write=write,
)
