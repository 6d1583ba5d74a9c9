"""Traffic of own hosts: what it tells of those outside.

Roles: `target`, whom an own host called, and the name or page for which it did; `attacker`, who
called an own host; `queried`, `alias` and `resolved`, a name that an own host asked for, and what
it stands for; `payload`, where a JNDI look-up that somebody sent would load code from. Which
target is command and control, other sources have to tell.

The own side is not told: its addresses, names that stand for them, names of services (RFC 2782),
names of the reverse tree, and names that exist nowhere else.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from cure.formats.outside import outside
from cure.formats.packets import address
from cure.formats.typed import typed_host, typed_url
from cure.model import Mention, Observable, Topic, mention
from cure.model.networks import Networks

_MAX_ANSWERS = 50
_WEB_PORT = 80


def outside_of(own: Networks) -> Callable[[int, int], Observable | None]:
    """Return what reads the two halves of a packet's address, as `outside` reads its text."""

    @lru_cache(maxsize=1 << 17)
    def read(high: int, low: int) -> Observable | None:
        return outside(address(high, low), own)

    return read


def peer(caller: Observable | None, called: Observable | None) -> Mention | None:
    """Return the end of a conversation that is outside, where just one is; the other is None."""
    if caller and not called:
        return mention(caller, "attacker")
    if called and not caller:
        return mention(called, "target")
    return None


def asked(name: str, answers: Sequence[str], own: Networks) -> list[Mention]:
    """Return the name that was asked for, and what it stands for: addresses and other names."""
    queried = None if name.startswith("_") else _name(name)
    addresses: list[Observable | None] = []
    aliases: list[Observable] = []
    for answer in answers[:_MAX_ANSWERS]:
        try:
            addresses.append(outside(answer, own))
        except ValueError:  # another name, or text
            if alias := _name(answer):
                aliases.append(alias)
    if queried is None or (addresses and not any(addresses)):
        return []
    return [
        mention(queried, "queried"),
        *(mention(one, "alias") for one in aliases),
        *(mention(one, "resolved") for one in addresses if one),
    ]


def visited(address: str, port: int, host: str, path: str) -> list[Mention]:
    """Return the page that an own host requested.

    Args:
        address: Whom it called.
        port: On which port.
        host: Whom it named; empty: the address.
        path: What it requested there; a whole URL of a proxy; empty: only a connection.
    """
    if not path.startswith("/"):
        found = typed_url(path) if path else typed_host(host)
    else:
        authority = host or (f"[{address}]" if ":" in address else address)
        shown = "" if port == _WEB_PORT else f":{port}"
        found = typed_url(f"http://{authority}{shown}{path}")
    return [mention(found, "target")] if found else []


def named(name: str | None) -> list[Mention]:
    """Return the name that an own host called, if it is one."""
    found = typed_host(name) if name else None
    return [mention(found, "target")] if found else []


def _name(text: str) -> Observable | None:
    found = typed_host(text.removesuffix("."))
    if found is None or found.topic is not Topic.DOMAIN or found.value.endswith(".arpa"):
        return None
    return found
