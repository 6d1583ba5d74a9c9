"""Cowrie: attackers of our SSH and Telnet honeypots and their files, by its log or by hpfeeds."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

import msgspec

from cure.errors import MalformedError
from cure.formats.cowrie_session import session_finding
from cure.formats.exports import each_event
from cure.formats.moments import in_utc
from cure.formats.shell import fetched
from cure.formats.typed import typed_host, typed_url
from cure.interfaces import Publisher
from cure.model import Finding, Kind, Layer, Mention, Tlp, Topic, filehash, ip, mention

_MAX_TEXT_CHARS = 1000
_EMPTY_FILE = sha256().hexdigest()


class CowrieEvent(msgspec.Struct, frozen=True, gc=False):
    """The part that we use: of `dst_ip` only the target of a forwarding; it may be our side."""

    eventid: str
    timestamp: datetime | None = None
    src_ip: str | None = None
    dst_ip: str | None = None
    shasum: str | None = None
    port: int | None = msgspec.field(default=None, name="dst_port")
    protocol: str | None = None
    session: str | None = None
    username: str | None = None
    password: str | None = None
    fingerprint: str | None = None
    version: str | None = None
    hassh: str | None = None
    ja4: str | None = None
    ja4h: str | None = None
    cve: str | None = None
    command: str | None = msgspec.field(default=None, name="input")
    url: str | None = None
    filename: str | None = None
    destfile: str | None = None
    duration: float | str | None = None
    duration_ms: float | str | None = None


_decode = msgspec.json.Decoder(CowrieEvent).decode
_MENTIONED = {"timestamp", "src_ip", "dst_ip", "shasum"}
_ATTRIBUTES = [name for name in CowrieEvent.__struct_fields__ if name not in _MENTIONED]
# All other events repeat these or tell of the honeypot itself.
_SPEAKING = frozenset(
    f"cowrie.{group}.{name}"
    for group, names in {
        "session": "connect closed input file_upload file_download file_download.failed",
        "client": "version kex fingerprint",
        "login": "failed success",
        "telnet": "exploit_attempt exploit_success",
        "command": "input",
        "direct-tcpip": "request ja4 ja4h",
    }.items()
    for name in names.split()
)


def parse(line: bytes) -> tuple[Finding, ...]:
    """Return what an event, or a session, says of the attacker and of what it used."""
    if not line or line.isspace():
        return ()
    if b'"peerIP"' in line:
        return (session_finding(line),)
    event = _decode(line)
    if event.eventid not in _SPEAKING:
        if event.eventid.startswith("cowrie."):
            return ()
        raise MalformedError("Cowrie event", event.eventid, "want cowrie. at its beginning")
    if event.src_ip is None or event.timestamp is None:
        raise MalformedError("Cowrie event", event.eventid, "no src_ip or no timestamp")
    mentions = (mention(ip(event.src_ip), "attacker"), *_used(event))
    attributes: dict[str, str | float] = {}
    for name in _ATTRIBUTES:
        value = getattr(event, name)
        if value is not None:
            attributes[name] = value[:_MAX_TEXT_CHARS] if isinstance(value, str) else value
    if event.eventid.startswith("cowrie.direct-tcpip") and event.dst_ip:
        attributes["target"] = event.dst_ip[:_MAX_TEXT_CHARS]
    seen = in_utc(event.timestamp)
    return (Finding(Kind.SIGHTING, mentions, seen, seen, attributes=attributes),)


def _used(event: CowrieEvent) -> Iterator[Mention]:
    """Yield what a speaking event names besides the attacker.

    A file without a URL, or with ``/dev/null``, ``stdin`` or ``redir`` for one, is text that
    the attacker wrote from the command line.
    """
    if event.command:
        for found in fetched(event.command):
            yield mention(found, "payload")
    if event.url and (found := typed_url(event.url)):
        yield mention(found, "payload")
    if event.shasum and event.shasum != _EMPTY_FILE:
        is_sample = "://" in (event.url or "") or event.eventid == "cowrie.session.file_upload"
        yield mention(filehash(event.shasum), "sample" if is_sample else "written")
    target = event.dst_ip if event.eventid.startswith("cowrie.direct-tcpip") else None
    if target and (found := typed_host(target)):
        yield mention(found, "target")


PUBLISHER = Publisher(
    name="cowrie",
    title="Cowrie: SSH and Telnet honeypot",
    title_ja="Cowrie: SSH・Telnet ハニーポット",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH}),
    tlp=Tlp.GREEN,
    read=each_event(parse, "cowrie"),
    reference="https://docs.cowrie.org/en/latest/OUTPUT.html",
)
