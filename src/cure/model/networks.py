"""Networks of one side: whether an address is one of theirs."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from cure.errors import MalformedError


class Networks:
    """A set of networks.

    Attributes:
        networks: They, IPv4 and IPv6, without overlaps taken out.
    """

    def __init__(self, networks: Iterable[str]) -> None:
        """Take networks such as ``"192.0.2.0/24"``; an address is a network of one.

        Raises:
            MalformedError: If one is no network.
        """
        self.networks = tuple(_network(one) for one in networks)
        self._asked: dict[str, bool] = {}
        self._hash = hash(self.networks)

    def __contains__(self, address: str) -> bool:
        """Tell whether an address, or a whole network, in canonical form is in one of them."""
        known = self._asked.get(address)
        if known is None:
            asked = ip_network(address)
            known = any(
                asked.version == one.version and asked.subnet_of(one)  # pyright: ignore[reportArgumentType]
                for one in self.networks
            )
            if len(self._asked) < _REMEMBERED:
                self._asked[address] = known
        return known

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Networks) and self.networks == other.networks

    def __hash__(self) -> int:
        return self._hash


_REMEMBERED = 100_000


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise MalformedError("network", text, str(error)) from error


PRIVATE = Networks(
    (
        "10.0.0.0/8",  # RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",  # RFC 6598, behind a carrier's NAT
        "127.0.0.0/8",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",  # RFC 4193
        "fe80::/10",
    )
)
"""What no public network routes, and so is always somebody's own."""

RESERVED = Networks(
    (
        *map(str, (one for one in PRIVATE.networks if one.prefixlen <= 32)),  # noqa: PLR2004
        "0.0.0.0/8",
        "192.0.2.0/24",  # RFC 5737, for documentation
        "198.51.100.0/24",
        "203.0.113.0/24",
        "198.18.0.0/15",  # RFC 2544, for benchmarks
        "224.0.0.0/3",  # multicast and RFC 1112, section 4
        "::/8",  # the loopback address, and forms that embed others
        "2001:db8::/32",  # RFC 3849, for documentation
        "3fff::/20",  # RFC 9637
        "ff00::/8",
    )
)
"""What is nobody's alone, so that the same value in two sources does not mean the same thing."""
