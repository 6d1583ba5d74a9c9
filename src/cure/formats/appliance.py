"""Lines of security appliances: EVE, CEF or LEEF, behind a header of syslog or not."""

from datetime import datetime, tzinfo

from cure.formats import cef, leef
from cure.formats.alerts import Alert
from cure.formats.suricata import eve_alert
from cure.formats.syslog_line import syslog_line


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
    message, sent = line.decode().strip(), None
    if message and not message.startswith(("{", cef.PREFIX, leef.PREFIX)):
        header = syslog_line(message, as_of, zone)
        message, sent = header.message, header.seen
    if message.startswith("{"):
        return eve_alert(message, zone)
    if message.startswith(cef.PREFIX):
        return cef.cef_alert(message, sent, as_of, zone)
    if message.startswith(leef.PREFIX):
        return leef.leef_alert(message, sent, as_of, zone)
    return None
