"""Cowrie's sessions as it sends them over hpfeeds: one object when a session ends.

Source: cowrie/output/hpfeeds3.py; channel ``cowrie.sessions``. `hostIP` is the sensor and not
published.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from cure.formats.moments import in_utc
from cure.formats.shell import fetched
from cure.formats.typed import typed_url
from cure.model import Finding, Kind, Mention, filehash, ip, mention

_MANY = 20
_MAX_TEXT_CHARS = 1000


class CowrieSession(msgspec.Struct, frozen=True, gc=False):
    """The part of a session that we use."""

    attacker: str = msgspec.field(name="peerIP")
    start: datetime = msgspec.field(name="startTime")
    end: datetime | None = msgspec.field(default=None, name="endTime")
    session: str | None = None
    protocol: str | None = None
    version: str | None = None
    port: int | None = msgspec.field(default=None, name="hostPort")
    loggedin: tuple[str, str] | None = None
    credentials: list[tuple[str, str]] = []
    commands: list[str] = []
    urls: list[str] = []
    hashes: list[str] = []


_decode = msgspec.json.Decoder(CowrieSession).decode


def session_finding(line: bytes) -> Finding:
    """Return what a session says of the attacker, what it fetched and what it left."""
    said = _decode(line)
    mentions = dict.fromkeys((mention(ip(said.attacker), "attacker"), *_used(said)))
    start = in_utc(said.start)
    return Finding(
        Kind.SIGHTING,
        tuple(mentions),
        start,
        in_utc(said.end) if said.end else start,
        attributes=_attributes(said),
    )


def _used(said: CowrieSession) -> Iterator[Mention]:
    """Yield URLs and files; without a URL, a file is text that the attacker wrote."""
    for command in said.commands:
        for found in fetched(command):
            yield mention(found, "payload")
    for text in said.urls:
        if found := typed_url(text):
            yield mention(found, "payload")
    for text in said.hashes:
        yield mention(filehash(text), "sample" if said.urls else "written")


def _attributes(said: CowrieSession) -> dict[str, object]:
    tried = [*said.credentials, *([said.loggedin] if said.loggedin else [])]
    every = {
        "session": said.session,
        "protocol": said.protocol,
        "version": said.version,
        "port": said.port,
        "logged_in": said.loggedin is not None,
        "credentials": [f"{user}:{password}"[:_MAX_TEXT_CHARS] for user, password in tried[:_MANY]],
        "commands": [command[:_MAX_TEXT_CHARS] for command in said.commands[:_MANY]],
    }
    return {name: value for name, value in every.items() if value not in (None, [])}
