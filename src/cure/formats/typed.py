"""Hosts and URLs as attackers type them: what is nonsense, or local to them, is passed over."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address, ip_network

from cure.errors import MalformedError
from cure.model import Observable, Topic, host, ip, url
from cure.model.observable import host_of

# Addresses that are another machine for everyone who uses them: RFC 1122, 1918, 3927, 4193,
# 4291, 5771 and 6598.
_LOCAL = [
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3", "::/127", "fc00::/7", "fe00::/7"),
    )
]


def typed_host(text: str) -> Observable | None:
    """Read the name or address of a machine, IPv6 with or without brackets.

    Returns:
        None, if it is neither, such as a network, or means another machine for everyone.

    >>> typed_host("example.com"), typed_host("localhost"), typed_host("192.168.1.1")
    (Observable(topic=<Topic.DOMAIN: 'domain'>, value='example.com'), None, None)
    """
    if "/" in text:
        return None
    found = _read(ip if ":" in text and "[" not in text else host, text)
    return found if found and not _is_local(found) else None


def typed_url(text: str) -> Observable | None:
    """Read a URL.

    Returns:
        None, if it is none or its host means another machine for everyone.

    >>> typed_url("/dev/null"), typed_url("http://10.0.0.1/x")
    (None, None)
    """
    found = _read(url, text)
    return found if found and not _is_local(host_of(found.value)) else None


def _read(form: Callable[[str], Observable], text: str) -> Observable | None:
    try:
        return form(text)
    except MalformedError:  # no fault of the log: somebody typed it so
        return None


@lru_cache(maxsize=1 << 12)
def _is_local(place: Observable) -> bool:
    if place.topic is not Topic.IP:
        return False
    address = ip_address(place.value)
    return any(address in network for network in _LOCAL)
