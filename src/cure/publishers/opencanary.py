"""OpenCanary: who touched our decoy services, and as whom they tried to log in.

Not published: `node_id` and `dst_host`, which are ours, and what repeats them.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from cure.formats.lines import each_line
from cure.formats.shell import fetched
from cure.formats.stamps import stamp
from cure.interfaces import Publisher
from cure.model import Finding, Kind, Layer, Mention, Tlp, Topic, ip, mention

_FIRST_OF_SERVICES = 2000
"""Types of messages below tell of the sensor itself: that it started, or is alive."""
_MAX_TEXT_CHARS = 1000
_SERVICES = {
    2: "ftp",
    3: "http",
    4: "ssh",
    5: "port",
    6: "telnet",
    7: "http-proxy",
    8: "mysql",
    9: "mssql",
    10: "tftp",
    11: "ntp",
    12: "vnc",
    13: "snmp",
    14: "rdp",
    15: "sip",
    16: "git",
    17: "redis",
    18: "tcp-banner",
    19: "llmnr",
    20: "mongodb",
}


class CanaryEvent(msgspec.Struct, frozen=True, gc=False):
    """The part of a message that we use."""

    logtype: int
    utc_time: str
    src_host: str = ""
    dst_host: str = ""
    port: int = msgspec.field(default=-1, name="dst_port")
    logdata: dict[str, Any] = {}


_decode = msgspec.json.Decoder(CanaryEvent).decode


def parse(line: bytes) -> tuple[Finding, ...]:
    """Return what a message says of whoever touched a service."""
    if not line or line.isspace():
        return ()
    event = _decode(line)
    if event.logtype < _FIRST_OF_SERVICES or not event.src_host:
        return ()
    seen = stamp(event.utc_time)
    mentions = dict.fromkeys((mention(ip(event.src_host), "attacker"), *_fetched(event)))
    said = dict(_said(event))
    attributes = {
        "service": _SERVICES.get(event.logtype // 1000, "other"),
        "logtype": event.logtype,
        **({"port": event.port} if event.port >= 0 else {}),
        **({"said": said} if said else {}),
    }
    return (Finding(Kind.SIGHTING, tuple(mentions), seen, seen, attributes=attributes),)


def _fetched(event: CanaryEvent) -> Iterator[Mention]:
    """Yield what would be fetched by commands within what the visitor sent."""
    for value in event.logdata.values():
        if isinstance(value, str):
            for found in fetched(value[:_MAX_TEXT_CHARS]):
                yield mention(found, "payload")


def _said(event: CanaryEvent) -> Iterator[tuple[str, str]]:
    """Yield what the visitor sent, but where it names our side."""
    for name, value in event.logdata.items():
        text = str(value)[:_MAX_TEXT_CHARS]
        if value and not (event.dst_host and event.dst_host in text):
            yield name.lower(), text


PUBLISHER = Publisher(
    name="opencanary",
    title="OpenCanary: decoy services",
    title_ja="OpenCanary: おとりサービス",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN, Topic.URL}),
    tlp=Tlp.GREEN,
    read=each_line(parse),
    reference="https://docs.opencanary.org/en/latest/",
)
