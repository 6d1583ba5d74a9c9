"""Suricata's EVE: events in JSON; of these its alerts.

Source: https://docs.suricata.io/en/latest/output/eve/eve-json-format.html
"""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Annotated, TypeAlias

import msgspec

from cure.errors import MalformedError
from cure.formats.alerts import Alert, address
from cure.formats.moments import in_utc
from cure.formats.typed import typed_host, typed_url
from cure.model import Mention, Observable, email, filehash, mention

_Port: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=65535)]
_Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=(1 << 32) - 1)]


class _Kind(msgspec.Struct):
    event_type: str = "alert"


class _Rule(msgspec.Struct, frozen=True):
    signature: str = ""
    signature_id: _Number | None = None
    category: str | None = None
    severity: _Number | None = None
    action: str | None = None


class _Http(msgspec.Struct, frozen=True):
    hostname: str = ""
    url: str = ""
    http_port: _Port = 0


class _Tls(msgspec.Struct, frozen=True):
    sni: str = ""


class _Question(msgspec.Struct, frozen=True):
    rrname: str = ""


class _Dns(msgspec.Struct, frozen=True):
    """The versions of it differ: a name of its own, `query` or, since version 3, `queries`."""

    rrname: str = ""
    query: list[_Question] = []
    queries: list[_Question] = []


class _File(msgspec.Struct, frozen=True):
    md5: str = ""
    sha1: str = ""
    sha256: str = ""


class _Smtp(msgspec.Struct, frozen=True):
    mail_from: str = ""


class _Email(msgspec.Struct, frozen=True):
    sender: str = msgspec.field(default="", name="from")


class _Flow(msgspec.Struct, frozen=True):
    pkts_toclient: int = 0


class _Event(msgspec.Struct):
    """The part of an alert that we use."""

    timestamp: str
    alert: _Rule
    src_ip: str | None = None
    src_port: _Port | None = None
    dest_ip: str | None = None
    dest_port: _Port | None = None
    proto: str | None = None
    direction: str = ""
    flow: _Flow = _Flow()
    http: _Http = _Http()
    tls: _Tls = _Tls()
    dns: _Dns = _Dns()
    fileinfo: _File = _File()
    files: list[_File] = []
    smtp: _Smtp = _Smtp()
    email: _Email = _Email()


_SYSTEM_PORTS = 1024
_kind_of = msgspec.json.Decoder(_Kind).decode
_decode = msgspec.json.Decoder(_Event).decode


def eve_alert(element: bytes | str, zone: tzinfo) -> Alert | None:
    """Read an event.

    Args:
        element: A JSON object.
        zone: The time zone of a time that names none.

    Returns:
        None for an event that is no alert.

    Raises:
        MalformedError: If a time, an address or a hash is none.
        msgspec.DecodeError: If it is not JSON, no event of EVE, or has another form.
    """
    if _kind_of(element).event_type != "alert":
        return None
    event = _decode(element)
    rule, http = event.alert, event.http
    ends = (address(event.src_ip), address(event.dest_ip), event.dest_port)
    if _is_answer(event):
        ends = (ends[1], ends[0], event.src_port)
    fetched = typed_url(http.url) if "://" in http.url else None
    return Alert(
        seen=_moment(event.timestamp, zone),
        source=ends[0],
        destination=ends[1],
        server=None if fetched else typed_host(http.hostname) or typed_host(event.tls.sni),
        url=None if fetched else _url(http),
        asked=(fetched,) if fetched else tuple(_names(event.dns)),
        others=(*_files(event), *_senders(event)),
        product="Suricata",
        signature=rule.signature,
        signature_id=rule.signature_id,
        category=rule.category or None,
        severity=rule.severity,
        action=rule.action,
        port=ends[2],
        protocol=event.proto and event.proto.lower(),
    )


def _is_answer(event: _Event) -> bool:
    """Tell whether what matched went from the server to the client.

    Before version 7 no `direction` says so, and a packet that may be an answer is taken for one if
    it comes from a system port (RFC 6335) and goes to none, or if its own source is the HTTP host.
    """
    if event.direction or not event.flow.pkts_toclient:
        return event.direction == "to_client"
    source_port, port = event.src_port or _SYSTEM_PORTS, event.dest_port or 0
    return source_port < _SYSTEM_PORTS <= port or event.http.hostname == event.src_ip


def _moment(text: str, zone: tzinfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError("time", text, "want ISO 8601") from error
    return in_utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _url(http: _Http) -> Observable | None:
    """Put the URL together, if the host is one: attackers send any text for it, or none."""
    if not http.url.startswith("/") or not typed_host(http.hostname):
        return None
    host = f"{http.hostname}:{http.http_port}" if http.http_port else http.hostname
    return typed_url(f"http://{host}{http.url}")


def _names(dns: _Dns) -> Iterator[Observable]:
    for text in (dns.rrname, *(asked.rrname for asked in (*dns.query, *dns.queries))):
        found = typed_host(text) if text else None
        if found and not found.value.endswith(".arpa"):  # names of addresses, not of hosts
            yield found


def _files(event: _Event) -> Iterator[Mention]:
    for file in (event.fileinfo, *event.files):
        for digest in (file.md5, file.sha1, file.sha256):
            if digest:
                yield mention(filehash(digest), "sample")


def _senders(event: _Event) -> Iterator[Mention]:
    for text in filter(None, (event.smtp.mail_from, event.email.sender)):
        try:
            yield mention(email(text), "sender")
        except MalformedError:  # no fault of the log: somebody sent it so
            continue
