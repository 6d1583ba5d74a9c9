"""CEF, the Common Event Format of ArcSight, which many appliances speak.

Source: ArcSight's "Implementing ArcSight Common Event Format (CEF)", version 26, at
https://www.microfocus.com/documentation/arcsight/
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from cure.errors import MalformedError
from cure.formats import alerts
from cure.formats.alerts import Alert
from cure.formats.cells import is_left_out
from cure.formats.typed import typed_host, typed_url
from cure.model import Mention, filehash, mention

PREFIX = "CEF:"
"""How an event begins."""


class Cef(NamedTuple):
    """An event of CEF, taken apart.

    Attributes:
        vendor: Who made the appliance.
        product: What it is.
        version: Of the product.
        signature_id: The kind of event, for programs.
        name: The same in words.
        severity: From 0 to 10, or a word.
        fields: The extension; custom fields also by their labels, in lower case.
    """

    vendor: str
    product: str
    version: str
    signature_id: str
    name: str
    severity: str
    fields: Mapping[str, str]


_HEADER = re.compile(r"CEF:\s*\d+(?:\.\d+)?" + r"\|((?:[^|\\]|\\.)*+)" * 6 + r"(?:\||$)", re.DOTALL)
_HEADER_ESCAPE = re.compile(r"\\([|\\])")
_KEY = re.compile(r"(?:^|(?<=\s))([\w.\[\]-]+)=", re.ASCII)
_ESCAPE = re.compile(r"\\([=|\\nr])")
_ESCAPED = {"n": "\n", "r": "\r"}
# What ArcSight adds to harmless events, how firewalls rate their traffic, and what proxies call it.
_HARMLESS = ("/Normal", "/Informational")
_UNRATED = frozenset({"0", "unknown"})
_LET_THROUGH = frozenset({"allow", "allowed", "accept", "accepted", "permit", "permitted", "pass"})


def cef(text: str) -> Cef:
    r"""Take an event apart.

    Args:
        text: The event, from ``CEF:`` on.

    Raises:
        MalformedError: If its header is not seven parts with bars between them.

    >>> cef(r"CEF:0|Example|IPS|1|7|a \| b|5|msg=x \= y cs1=z cs1Label=Rule").fields
    {'rule': 'z', 'msg': 'x = y', 'cs1': 'z', 'cs1Label': 'Rule'}
    """
    header = _HEADER.match(text)
    if header is None:
        raise MalformedError("CEF event", text, "want a header of seven parts")
    vendor, product, version, signature_id, name, severity = (
        _HEADER_ESCAPE.sub(r"\1", part).strip() for part in header.groups()
    )
    fields = _fields(text[header.end() :])
    return Cef(vendor, product, version, signature_id, name, severity, fields)


def _fields(extension: str) -> dict[str, str]:
    keys = list(_KEY.finditer(extension))
    ends = [*(key.start() for key in keys[1:]), len(extension)]
    fields = {
        key[1]: _unescaped(extension[key.end() : end].strip())
        for key, end in zip(keys, ends, strict=False)
    }
    labelled = {
        fields[f"{key}Label"].lower(): value
        for key, value in fields.items()
        if f"{key}Label" in fields
    }
    return labelled | fields


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)


def cef_alert(text: str, sent: datetime | None, as_of: datetime, zone: tzinfo) -> Alert | None:
    """Read an event as an alert.

    Args:
        text: The event, from ``CEF:`` on.
        sent: When it was sent, for an event that has no time of its own.
        as_of: What `calendar_time` needs to know of times without a year.
        zone: The time zone of times that name none.

    Returns:
        None for a record of traffic or of the appliance itself.

    Raises:
        MalformedError: If its header is broken, or an address, a port, a number, a time or a hash
            is none.
    """
    event = cef(text)
    get = event.fields.get
    category = get("cat") or get("deviceEventCategory")
    if not alerts.is_alert(category or event.name) or _is_harmless(event):
        return None
    return Alert(
        seen=alerts.appliance_time(get("start") or get("rt"), as_of, zone) or sent,
        until=alerts.appliance_time(get("end"), as_of, zone),
        count=alerts.whole_number(get("cnt")) or 1,
        source=alerts.address(get("src") or get("source ipv6 address")),
        destination=alerts.address(get("dst") or get("destination ipv6 address")),
        server=typed_host(name) if (name := get("dhost")) else None,
        url=typed_url(request) if (request := get("request")) else None,
        others=tuple(_files(event.fields)),
        product=f"{event.vendor} {event.product}".strip(),
        signature=event.name,
        signature_id=alerts.number_or_text(event.signature_id),
        category=category,
        severity=alerts.number_or_text(event.severity),
        action=get("act"),
        port=alerts.port(get("dpt")),
        protocol=get("proto", "").lower() or None,
    )


def _is_harmless(event: Cef) -> bool:
    return (
        event.severity.lower() in _UNRATED
        or event.name.lower() in _LET_THROUGH
        or event.fields.get("categorySignificance", "").startswith(_HARMLESS)
    )


def _files(fields: Mapping[str, str]) -> Iterator[Mention]:
    for name in ("fileHash", "md5", "sha1", "sha256"):
        if (digest := fields.get(name)) and not is_left_out(digest):
            yield mention(filehash(digest), "sample")
