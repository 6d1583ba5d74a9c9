"""What a sighting tells of how an address behaves: whom it asked for what, and with what words.

Only what an observer saw is read: who acted, when, and how. What somebody concluded of it
(verdicts, tags, signatures, reputation) and what a feed passes on of others is left out.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cure.hub.batch import microseconds
from cure.model import Finding, Kind, Topic
from cure.model.finding import MAX_COUNT

MAX_TOKENS = 24
"""Of one record; what comes after them is one more file of a long list, or one more password."""
MAX_CHARS = 80
ACTING = frozenset({"attacker", "visitor", "client", "sender"})
"""Roles of an address that did something to an observer."""
_BROUGHT = frozenset({"sample", "written", "payload", "host", "target", "asked", "abused", "link"})
"""Roles of what it brought, or named."""
_HEARSAY = frozenset({"feed", "list", "matched_by"})
"""Attributes of records that pass on what others listed."""
_PROTOCOLS = ("transport", "protocol", "service")
_TOKENS = {
    "path": "path",
    "uri": "path",
    "user_agent": "ua",
    "method": "method",
    "ja3": "ja3",
    "ja4": "ja4",
    "ja4h": "ja4h",
    "hassh": "hassh",
    "version": "client",
    "fingerprint": "key",
    "sni": "sni",
    "username": "user",
    "password": "password",
    "credentials": "login",
    "command": "command",
    "commands": "command",
    "cmd": "command",
    "eventid": "event",
    "logtype": "event",
    "mode": "mode",
    "dns_name": "name",
    "dns_type": "type",
    "search_target": "search",
    "icmp_type": "icmp",
    "flags": "flags",
    "os": "os",
    "app": "app",
    "length": "length",
    "payload_md5": "payload",
}
"""Attribute → how its tokens begin. A new publisher that uses these names needs no change."""


class Behaved(NamedTuple):
    """What a record tells of behaviour.

    Attributes:
        ips: The addresses that acted.
        at: When it began, in µs since 1970.
        times: How often.
        service: What was asked for, without who observed it: ``22/ssh``; empty: nothing is known.
        payload: What came with it, each token once: ``path:/HNAP1``, ``user:root``.
    """

    ips: tuple[str, ...]
    at: int
    times: int
    service: str
    payload: tuple[str, ...]


def behaved(finding: Finding) -> Behaved | None:
    """Read the behaviour in a sighting; None: there is none. Cost: about 5 µs."""
    if finding.kind is not Kind.SIGHTING or finding.first_seen is None:
        return None
    ips = tuple(
        [
            one.value
            for one in finding.observables
            if one.role in ACTING and one.topic is Topic.IP and "/" not in one.value
        ]
    )
    said = finding.attributes
    if not ips or not _HEARSAY.isdisjoint(said):
        return None
    brought = [
        _clean(f"{one.role}:{one.value}") for one in finding.observables if one.role in _BROUGHT
    ]
    tokens = dict.fromkeys((*brought, *_tokens(said)))
    return Behaved(
        ips,
        microseconds(finding.first_seen),
        min(finding.count, MAX_COUNT),
        _service(said),
        tuple(tokens)[:MAX_TOKENS],
    )


def _service(said: Mapping[str, Any]) -> str:
    """Return port and protocol as far as they are told.

    >>> _service({"port": 445, "protocol": "smbd", "transport": "tcp"}), _service({"port": 22})
    ('445/tcp', '22')
    """
    told = (said.get(name) for name in _PROTOCOLS)
    protocol = next((one for one in told if isinstance(one, str) and one), "")
    port = said.get("port")
    if not isinstance(port, int):
        return _clean(protocol)
    return _clean(f"{port}/{protocol}") if protocol else str(port)


def _tokens(said: Mapping[str, Any]) -> Iterator[str]:
    for name, value in said.items():
        if isinstance(value, dict):
            yield from _tokens(value)
        elif begin := _TOKENS.get(name):
            for one in value if isinstance(value, list | tuple) else (value,):
                if isinstance(one, str | int) and one != "":
                    yield _clean(f"{begin}:{_essence(begin, str(one))}")


def _essence(begin: str, text: str) -> str:
    """Leave out of a text what differs from one to the next of a kind.

    >>> _essence("path", "/shell?cd+/tmp"), _essence("command", "/bin/wget http://192.0.2.1/x")
    ('/shell', 'wget')
    """
    match begin:
        case "path":
            return text.partition("?")[0]
        case "command":
            words = text.split(None, 1)
            return words[0].rpartition("/")[2].rstrip(";&|") if words else ""
        case _:
            return text


def _clean(text: str) -> str:
    """Return a token that is short and can be shown."""
    cut = text[:MAX_CHARS]
    return cut if cut.isprintable() else "".join(c if c.isprintable() else "?" for c in cut)
