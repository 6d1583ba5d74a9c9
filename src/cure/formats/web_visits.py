"""Requests that web honeypots have logged: Glastopf and its successor TANNER.

Sources: glastopf/modules/events/attack.py of <https://github.com/mushorg/glastopf>, which wrote
`request` before it wrote `request_raw`, and tanner/server.py of <https://github.com/mushorg/tanner>.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

import msgspec

from cure.errors import MalformedError
from cure.formats.moments import in_utc
from cure.model.conversion import converter


class WebVisit(NamedTuple):
    """A request, and what the honeypot made of it.

    Attributes:
        address: Who sent it.
        seen: When, UTC.
        pattern: The name that the honeypot has for what it recognised.
        request: The request with its headers and body, as it was on the wire or could have been.
        payload: Hash of the file that the honeypot fetched because of it; empty: none.
    """

    address: str
    seen: datetime
    pattern: str
    request: str
    payload: str


class _Request(msgspec.Struct, frozen=True, gc=False):
    method: str
    url: str
    header: dict[str, str] = {}
    body: str = ""


class _Event(msgspec.Struct, frozen=True, gc=False):
    """An event of Glastopf; its time is local, its source a pair or the text of one."""

    source: tuple[str, int] | str
    time: datetime
    pattern: str
    filename: str | None = None
    request_raw: str = ""
    request: _Request | None = None


class _Peer(msgspec.Struct, frozen=True, gc=False):
    ip: str


class _Detection(msgspec.Struct, frozen=True, gc=False):
    name: str


class _Message(msgspec.Struct, frozen=True, gc=False):
    detection: _Detection


class _Response(msgspec.Struct, frozen=True, gc=False):
    message: _Message


class _Answer(msgspec.Struct, frozen=True, gc=False):
    response: _Response


class _Report(msgspec.Struct, frozen=True, gc=False):
    """A report of TANNER; its time is UTC."""

    peer: _Peer
    timestamp: datetime
    method: str
    path: str
    headers: dict[str, str | None]
    response_msg: _Answer
    post_data: dict[str, Any] = {}


_report_of = converter(_Report)
_event_of = converter(_Event)
_PAIR = re.compile(r"\(?u?'?(?P<ip>[0-9A-Fa-f.:]+)'?(?:, ?|:)\d{1,5}\)?")


def web_visit(entry: Mapping[str, Any], zone: tzinfo = UTC) -> WebVisit:
    """Read an event of Glastopf or a report of TANNER.

    Args:
        entry: The object of JSON or BSON.
        zone: The time zone of Glastopf's times.

    Raises:
        MalformedError: If it is neither, or the source is no pair of address and port.
        msgspec.ValidationError: If a field that we use has another form.
    """
    if "peer" in entry:
        return _reported(_report_of(entry))
    if "source" not in entry:
        raise MalformedError("Glastopf event", ", ".join(entry), "has neither source nor peer")
    event = _event_of(entry)
    raw = event.request_raw
    if event.request is not None:
        made = event.request
        raw = _on_the_wire(made.method, made.url, made.header, made.body)
    seen = in_utc(event.time if event.time.tzinfo else event.time.replace(tzinfo=zone))
    return WebVisit(_address(event.source), seen, event.pattern, raw, event.filename or "")


def _reported(report: _Report) -> WebVisit:
    body = "\n".join(f"{name}={value}" for name, value in report.post_data.items())
    raw = _on_the_wire(report.method, report.path, report.headers, body)
    pattern = report.response_msg.response.message.detection.name
    return WebVisit(report.peer.ip, in_utc(report.timestamp), pattern, raw, "")


def _on_the_wire(method: str, target: str, headers: Mapping[str, str | None], body: str) -> str:
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {headers[name] or ''}" for name in headers)]
    return "\r\n".join([*lines, "", body])


def _address(source: tuple[str, int] | str) -> str:
    """Return the address of ``["192.0.2.1", 80]``, ``('192.0.2.1', 80)`` or ``192.0.2.1:80``."""
    if isinstance(source, tuple):
        return source[0]
    pair = _PAIR.fullmatch(source)
    if pair is None:
        raise MalformedError("source", source, "no pair of address and port")
    return pair["ip"]
