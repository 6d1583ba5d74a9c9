"""Addresses of others: whom an own machine spoke to, and who spoke to it."""

from cure.errors import MalformedError
from cure.model import Observable, ip
from cure.model.networks import PRIVATE, Networks

_NOWHERE = Networks(("0.0.0.0/8", "224.0.0.0/3", "::/128", "ff00::/8"))
"""Addresses of no machine, or of many: RFC 1112, 1122 and 4291."""


def outside(text: str, own: Networks) -> Observable | None:
    """Read an address; None if it is one of the own side, of no machine or of many.

    Raises:
        MalformedError: If it is none.
    """
    found = ip(text)
    if "/" in found.value:
        raise MalformedError("address", text, "it is a network")
    is_ours = any(found.value in networks for networks in (own, PRIVATE, _NOWHERE))
    return None if is_ours else found
