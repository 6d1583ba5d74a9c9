"""Lines of security appliances: EVE, CEF or LEEF, behind a header of syslog or not."""

import re
from datetime import datetime, tzinfo

from cure.errors import MalformedError
from cure.formats import cef, leef
from cure.formats.alerts import Alert
from cure.formats.suricata import eve_alert
from cure.formats.syslog_line import syslog_line

_EVENT = re.compile(r"(?:CEF|LEEF): ?\d")


def appliance_alert(line: bytes, as_of: datetime, zone: tzinfo) -> Alert | None:
    """Read a line.

    Args:
        line: The line.
        as_of: What `calendar_time` needs to know of times without a year.
        zone: The time zone of times that name none.

    Returns:
        None for a blank line, and for syslog of anything but an alert.

    Raises:
        MalformedError: If it is neither of these formats nor syslog, or has a value that is none.
        msgspec.DecodeError: If it is broken JSON, or no EVE.
    """
    text = line.decode().strip()
    if not text:
        return None
    if text.startswith("{"):
        return eve_alert(text, zone)
    if found := _EVENT.search(text):
        header, event = text[: found.start()], text[found.start() :]
        read = cef.cef_alert if event.startswith(cef.PREFIX) else leef.leef_alert
        return read(event, _sent(header, as_of, zone), as_of, zone)
    message = syslog_line(text, as_of, zone).message
    return eve_alert(message, zone) if message.startswith("{") else None


def _sent(header: str, as_of: datetime, zone: tzinfo) -> datetime | None:
    """Return when an event was sent, if its header is that of syslog; most say it themselves."""
    try:
        return syslog_line(header, as_of, zone).seen
    except MalformedError:
        return None
