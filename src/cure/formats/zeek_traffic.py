"""Traffic of own hosts in Zeek's logs: connections, names, web requests, TLS and files.

Source: https://docs.zeek.org/en/master/script-reference/log-files.html.
"""

from collections.abc import Callable
from datetime import timedelta
from hashlib import md5, sha1, sha256

import msgspec

from cure.errors import MalformedError
from cure.formats.jndi import looked_up
from cure.formats.outside import outside
from cure.formats.traffic import asked, named, peer, visited
from cure.formats.zeek import Row, moment_of
from cure.model import Finding, Kind, Mention, filehash, mention
from cure.model.conversion import converter
from cure.model.networks import Networks

_MAX_TEXT = 1000
_CERTIFICATES = ("application/x-x509-", "application/pkix-", "application/ocsp-")
_PAGES = (
    "text/html",
    "text/plain",
    "text/css",
    "text/json",
    "text/ini",
    "application/xml",
    "image/",
)
_EMPTY_FILES = frozenset(one(usedforsecurity=False).hexdigest() for one in (md5, sha1, sha256))


class Traffic(msgspec.Struct, frozen=True, gc=False):
    """The part that we use of rows of all these logs."""

    caller: str = msgspec.field(default="", name="id.orig_h")
    called: str = msgspec.field(default="", name="id.resp_h")
    port: int | None = msgspec.field(default=None, name="id.resp_p")
    protocol: str | None = msgspec.field(default=None, name="proto")
    service: str | None = None
    conn_state: str | None = None
    duration: float = 0
    orig_bytes: int | None = None
    resp_bytes: int | None = None
    query: str = ""
    answers: list[str] = []
    rcode_name: str | None = None
    method: str | None = None
    host: str = ""
    uri: str = ""
    referrer: str = ""
    user_agent: str | None = None
    server_name: str | None = None
    ja3: str | None = None
    ja3s: str | None = None
    tx_hosts: list[str] = []
    is_orig: bool = False
    mime_type: str | None = None
    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None


_traffic_of = converter(Traffic, strict=False)
_ATTRIBUTES = (
    *("protocol", "port", "service", "conn_state", "orig_bytes", "resp_bytes", "rcode_name"),
    *("method", "user_agent", "ja3", "ja3s", "mime_type"),
)


def traffic(path: str, row: Row, own: Networks) -> tuple[Finding, ...]:
    """Return what a row of a log says; logs of other types say nothing.

    Raises:
        MalformedError: If an address, a hash or a time is none.
        msgspec.ValidationError: If a field has another type.
    """
    reader = _READERS.get(path)
    if reader is None:
        return ()
    said = _traffic_of(row)
    mentions = tuple(dict.fromkeys(reader(said, own)))
    if not mentions:
        return ()
    first = moment_of(row)
    try:
        last = first + timedelta(seconds=said.duration)
    except OverflowError as error:
        raise MalformedError("duration", str(said.duration), "ends outside the calendar") from error
    attributes: dict[str, str | int] = {}
    for name in _ATTRIBUTES:
        value = getattr(said, name)
        if value is not None:
            attributes[name] = value[:_MAX_TEXT] if isinstance(value, str) else value
    return (Finding(Kind.SIGHTING, mentions, first, last, attributes=attributes),)


def _connection(said: Traffic, own: Networks) -> list[Mention]:
    them = peer(outside(said.caller, own), outside(said.called, own))
    return [them] if them else []


def _query(said: Traffic, own: Networks) -> list[Mention]:
    return asked(said.query, said.answers, own)


def _request(said: Traffic, own: Networks) -> list[Mention]:
    found = _connection(said, own)
    if found and found[0].role == "target":
        found += visited(said.called, said.port or 0, said.host, said.uri)
    sent = " ".join((said.uri, said.user_agent or "", said.referrer, said.host))
    return [*found, *(mention(url, "payload") for url in looked_up(sent))]


def _hello(said: Traffic, own: Networks) -> list[Mention]:
    found = _connection(said, own)
    return found + named(said.server_name) if found and found[0].role == "target" else found


def _file(said: Traffic, own: Networks) -> list[Mention]:
    """Return the hashes of a file and who sent it; certificates are not told."""
    digests = [one for one in (said.md5, said.sha1, said.sha256) if one]
    if not digests or _EMPTY_FILES.intersection(digests):
        return []
    kind = said.mime_type or ""
    if kind.startswith(_CERTIFICATES):
        return []
    role = "file" if kind.startswith(_PAGES) else "sample"
    senders = said.tx_hosts or [said.caller if said.is_orig else said.called]
    found = [outside(sender, own) for sender in senders if sender]
    return [
        *(mention(filehash(one), role) for one in digests),
        *(mention(one, "sender") for one in found if one),
    ]


_READERS: dict[str, Callable[[Traffic, Networks], list[Mention]]] = {
    "conn": _connection,
    "dns": _query,
    "http": _request,
    "ssl": _hello,
    "files": _file,
}
