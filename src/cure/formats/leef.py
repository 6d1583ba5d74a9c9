"""LEEF, the Log Event Extended Format of QRadar, versions 1.0 and 2.0.

Source: https://www.ibm.com/docs/en/dsm?topic=leef-overview
"""

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from cure.errors import MalformedError
from cure.formats import alerts
from cure.formats.alerts import Alert
from cure.formats.typed import typed_url

PREFIX = "LEEF:"
"""How an event begins."""


class Leef(NamedTuple):
    """An event of LEEF, taken apart.

    Attributes:
        vendor: Who made the appliance.
        product: What it is.
        version: Of the product.
        event_id: The kind of event.
        fields: Its attributes.
    """

    vendor: str
    product: str
    version: str
    event_id: str
    fields: Mapping[str, str]


_HEADER = re.compile(r"LEEF:\s*([12])(?:\.0)?" + r"\|([^|]*)" * 4 + r"\|")
# Between attributes, if what should be there got lost on the way: tabs that became blanks.
_BETWEEN = re.compile(r"[ \t|^]+(?=\w+=)")
_DELIMITER = re.compile(r"(?:(?:0?x)([0-9A-Fa-f]{1,4})|([^|]?))\|")


def leef(text: str) -> Leef:
    r"""Take an event apart.

    Args:
        text: The event, from ``LEEF:`` on.

    Raises:
        MalformedError: If its header is broken, or an attribute is not `key=value`.

    >>> leef("LEEF:2.0|Example|IPS|1|probe|^|src=192.0.2.1^sev=5").fields
    {'src': '192.0.2.1', 'sev': '5'}
    """
    header = _HEADER.match(text)
    if header is None:
        raise MalformedError("LEEF event", text, "want a header of five parts")
    major, vendor, product, version, event_id = header.groups()
    delimiter, start = "\t", header.end()
    if major == "2" and (named := _DELIMITER.match(text, start)):
        delimiter = chr(int(named[1], 16)) if named[1] else named[2] or "\t"
        start = named.end()
    fields: dict[str, str] = {}
    rest = text[start:]
    for attribute in rest.split(delimiter) if delimiter in rest else _BETWEEN.split(rest):
        key, equals, value = attribute.partition("=")
        if not equals and key.strip():
            raise MalformedError("LEEF attribute", attribute, "want key=value")
        fields[key.strip()] = value.strip()
    return Leef(vendor, product, version, event_id, fields)


def leef_alert(text: str, sent: datetime | None, as_of: datetime, zone: tzinfo) -> Alert | None:
    """Read an event as an alert.

    Args:
        text: The event, from ``LEEF:`` on.
        sent: When it was sent, for an event that has no time of its own.
        as_of: What `calendar_time` needs to know of times without a year.
        zone: The time zone of times that name none.

    Returns:
        None for a record of traffic or of the appliance itself.

    Raises:
        MalformedError: If it is broken, or an address, a port or a time is none.
    """
    event = leef(text)
    get = event.fields.get
    category = get("cat")
    if not alerts.is_alert(category or event.event_id):
        return None
    return Alert(
        seen=alerts.appliance_time(get("devTime"), as_of, zone) or sent,
        source=alerts.address(get("src")),
        destination=alerts.address(get("dst")),
        url=typed_url(url) if (url := get("url")) else None,
        product=f"{event.vendor} {event.product}",
        signature=event.event_id,
        category=category,
        severity=alerts.number_or_text(get("sev")),
        action=get("action"),
        port=alerts.port(get("dstPort")),
        protocol=get("proto", "").lower() or None,
    )
