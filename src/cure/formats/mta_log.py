"""Lines of the logs of mail servers: Postfix, sendmail and Exim.

Source: https://www.postfix.org/bounce.8.html, `returntosender` in sendmail's savemail.c, and
https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html
"""

import re
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from cure.formats.syslog_line import calendar_time, syslog_line


class Step(NamedTuple):
    """What a line tells of a mail on its way through a server.

    Attributes:
        seen: When; None: not told.
        mail: The server's own id of the mail; empty: it tells of none.
        sender: The envelope sender; empty: nobody, as of a bounce; None: not told.
        client: The address that it came from; empty: not told.
        recipient: To whom it could not be delivered; empty: not told.
        bounce_of: The id of the mail that it is a bounce of; empty: not told.
        bounce: The id of the notice that it has caused; empty: not told.
        has_failed: Whether the server has given up to tell its sender, but told the postmaster:
            if it is a bounce, this is a double bounce.
    """

    seen: datetime | None
    mail: str = ""
    sender: str | None = None
    client: str = ""
    recipient: str = ""
    bounce_of: str = ""
    bounce: str = ""
    has_failed: bool = False


_EXIM_ID = r"[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}"
_EXIM = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?)(?: (?P<offset>[+-]\d{4}))? "
    rf"(?:\[\d+\] )?(?P<mail>{_EXIM_ID}) (?P<said>.*)",
    re.ASCII | re.DOTALL,
)
_EXIM_CAME = re.compile(rf"<= (\S+)(?: R=({_EXIM_ID}))?")
_EXIM_CLIENT = re.compile(r" H=(?:[^\s(\[]+ )?(?:\(\S*\) )?\[([0-9A-Fa-f.:]+)\]")
_EXIM_FAILED = re.compile(r"\*\* (\S+)")
_EXIM_GIVEN_UP = ("Frozen (delivery error message)", "cancelled by timeout_frozen")

_SERVERS = re.compile(r"postfix|sendmail|sm-|exim", re.IGNORECASE)
_OF_MAIL = re.compile(
    r"(?:warning: )?((?=[A-Za-z]*\d)[0-9A-Za-z]{5,32}): (.*)", re.ASCII | re.DOTALL
)
_CLIENT = re.compile(r"client=[^\[\s]*\[([0-9A-Fa-f.:]+)\]")
_FROM = re.compile(r"from=<?([^\s<>,]*)>?,")
_RELAY = re.compile(r" relay=(?:[^\s,\[]{1,255} )?\[(?:IPv6:)?([0-9A-Fa-f.:]+)\]")
_FAILED = re.compile(r"to=<([^\s<>]+)>,.* (?:status=bounced|dsn=5\.\d+\.\d+, stat=)")
_BOUNCE = re.compile(r"sender non-delivery notification: (\w+)|(\w+): DSN: ", re.ASCII)
_GIVEN_UP = re.compile(
    r"postmaster non-delivery notification: (\w+)|(\w+): return to sender: ", re.ASCII
)


def mta_step(text: str, as_of: datetime, zone: tzinfo = UTC) -> Step:
    """Read a line.

    Args:
        text: The line, with the header of syslog or of Exim's own log.
        as_of: A moment not long before which it was written, for times without a year.
        zone: The time zone of times that name none.

    Raises:
        MalformedError: If it has no time, or none of the calendar.
    """
    if found := _EXIM.fullmatch(text):
        time = found["time"] + (found["offset"] or "")
        return _exim_step(calendar_time(time, as_of, zone), found["mail"], found["said"])
    line = syslog_line(text, as_of, zone)
    if not _SERVERS.match(line.app):
        return Step(line.seen)
    if found := _EXIM.fullmatch(line.message):
        return _exim_step(line.seen, found["mail"], found["said"])
    named = _OF_MAIL.fullmatch(line.message)
    return _step(line.seen, named[1], named[2]) if named else Step(line.seen)


def _step(seen: datetime | None, mail: str, said: str) -> Step:
    """Read what Postfix or sendmail says of a mail."""
    if found := _CLIENT.match(said):
        return Step(seen, mail, client=found[1])
    if found := _FROM.match(said):
        relay = _RELAY.search(said)
        return Step(seen, mail, sender=found[1], client=relay[1] if relay else "")
    if found := _FAILED.match(said):
        return Step(seen, mail, recipient=found[1])
    if found := _BOUNCE.match(said):
        return Step(seen, mail, bounce=found[1] or found[2])
    if found := _GIVEN_UP.match(said):
        return Step(seen, mail, bounce=found[1] or found[2], has_failed=True)
    return Step(seen, mail)


def _exim_step(seen: datetime | None, mail: str, said: str) -> Step:
    if found := _EXIM_CAME.match(said):
        client = _EXIM_CLIENT.search(said)
        sender = "" if found[1] == "<>" else found[1]
        return Step(seen, mail, sender, client[1] if client else "", bounce_of=found[2] or "")
    if found := _EXIM_FAILED.match(said):
        return Step(seen, mail, recipient=found[1].strip("<>:"))
    return Step(seen, mail, has_failed=said.startswith(_EXIM_GIVEN_UP))
