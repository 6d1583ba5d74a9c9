"""Haguregumo, by honeytrap: who tried any TCP port of ours, and what they sent there.

Read are `attackers.json` and `attacker.log`, which tell of the same attacks. So that these are the
same records, too, an attack has the moment at which it ended, which is all that the log tells;
what its payload says, which only the JSON has, is a record of its own.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.formats.exports import each_event
from cure.formats.moments import in_utc
from cure.formats.openings import asked
from cure.interfaces import Publisher
from cure.model import Finding, Kind, Layer, Mention, Tlp, Topic, ip, mention


class Payload(msgspec.Struct, frozen=True, gc=False):
    """What an attacker sent; its MD5 is that of a request, not of a file."""

    length: int
    md5_hash: str
    data_hex: str = ""


class Connection(msgspec.Struct, frozen=True, gc=False):
    """The part of a connection that we use; `local_ip` is our own side."""

    protocol: str
    remote_ip: str
    remote_port: int
    local_port: int
    payload: Payload


class Attack(msgspec.Struct, frozen=True, gc=False):
    """The part of an attack that we use; a virtual one is a placeholder."""

    is_virtual: bool
    end_time: datetime
    attack_connection: Connection


_decode = msgspec.json.Decoder(Attack).decode
# The microseconds are not padded, so they would be wrong as a fraction.
_LOGGED = re.compile(
    r"\[(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d):\d{1,6} GMT\] (?P<protocol>\w+) "
    r"(?P<ip>\S+):(?P<port>\d{1,5}) -> \S+:(?P<local_port>\d{1,5}) "
    r"(?P<md5>[0-9a-f]{32}) [0-9a-f]{128} \((?P<length>\d{1,10}) bytes\)",
    re.ASCII,
)


def parse(line: bytes) -> Iterator[Finding]:
    """Yield the attack of a line, and what its payload says."""
    if not line or line.isspace():
        return
    if line.startswith(b"["):
        yield _attack(*_logged(line.decode()))
        return
    attack = _decode(line)
    connection = attack.attack_connection
    if attack.is_virtual or connection.protocol == "ip":
        return
    ended = in_utc(attack.end_time).replace(microsecond=0)
    yield _attack(connection, ended)
    said, urls = asked(bytes.fromhex(connection.payload.data_hex))
    if said:
        payload = [mention(url, "payload") for url in urls]
        yield _sighting(connection, ended, said, payload)


def _logged(text: str) -> tuple[Connection, datetime]:
    found = _LOGGED.fullmatch(text)
    if found is None:
        raise MalformedError("line of attacker.log", text, "has another form")
    payload = Payload(int(found["length"]), found["md5"])
    connection = Connection(
        found["protocol"], found["ip"], int(found["port"]), int(found["local_port"]), payload
    )
    return connection, datetime.fromisoformat(found["time"]).replace(tzinfo=UTC)


def _attack(connection: Connection, ended: datetime) -> Finding:
    payload = connection.payload
    told: dict[str, Any] = {"protocol": connection.protocol, "length": payload.length}
    if payload.length:
        told["payload_md5"] = payload.md5_hash
    return _sighting(connection, ended, told)


def _sighting(
    connection: Connection, seen: datetime, told: dict[str, Any], payload: Sequence[Mention] = ()
) -> Finding:
    mentions = (mention(ip(connection.remote_ip), "attacker"), *payload)
    attributes = {"port": connection.local_port, "src_port": connection.remote_port, **told}
    return Finding(Kind.SIGHTING, mentions, seen, seen, attributes=attributes)


PUBLISHER = Publisher(
    name="haguregumo",
    title="Haguregumo: honeytrap on all TCP ports",
    title_ja="はぐれ雲: 全 TCP ポートのハニーポット（honeytrap）",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN, Topic.URL}),
    tlp=Tlp.GREEN,
    read=each_event(parse, "honeytrap"),
    reference="https://github.com/tillmannw/honeytrap",
)
