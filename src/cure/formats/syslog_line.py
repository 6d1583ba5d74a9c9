"""Lines of syslog: who sent them, when, and with what message.

Source: https://www.rfc-editor.org/rfc/rfc3164 and https://www.rfc-editor.org/rfc/rfc5424; files
often leave the priority out, and rsyslog writes the time of RFC 3164 lines as RFC 3339.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from cure.errors import MalformedError
from cure.formats.moments import in_utc


class SyslogLine(NamedTuple):
    """A line of syslog, taken apart.

    Attributes:
        priority: Eight times the facility, plus the severity; None where files leave it out.
        seen: When it was sent, UTC; None for the `-` of RFC 5424.
        host: Which machine sent it, as it calls itself; empty where left out.
        app: Which program, without its process number; empty where left out.
        message: The rest.
    """

    priority: int | None
    seen: datetime | None
    host: str
    app: str
    message: str


_MAX_PRIORITY = 191
_CLOCK = r"\d\d:\d\d:\d\d(?:\.\d{1,9})?"
_DATE = rf"[A-Z][a-z]{{2}} [ \d]?\d (?:\d{{4}} )?{_CLOCK}"
_ISO = rf"\d{{4}}-\d\d-\d\d[T ]{_CLOCK}(?:Z|[+-]\d\d:?\d\d)?"
_PRIORITY = re.compile(r"<(\d{1,3})>", re.ASCII)
_RFC3164 = re.compile(
    rf"(?P<time>{_DATE}|{_ISO}):? (?:(?P<host>(?!\S*[:|](?: |$))[^\s|]+) )?"
    r'(?:(?P<app>[^\s:\[\]|{"]+)(?:\[[^\]\s]*\])?:(?: |$))?',
    re.ASCII,
)
_RFC5424 = re.compile(
    rf"1 (?P<time>-|{_ISO}) (?P<host>\S+) (?P<app>\S+) \S+ \S+ "
    r'(?:-|(?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*+")*+\])++)(?: \ufeff?|$)',
    re.ASCII | re.DOTALL,
)


def syslog_line(text: str, as_of: datetime, zone: tzinfo = UTC) -> SyslogLine:
    """Take a line of RFC 3164 or RFC 5424 apart.

    Args:
        text: The line, without a count of its bytes before it (RFC 6587).
        as_of: A moment not long before which it was not sent, for times without a year.
        zone: The time zone of times that name none.

    Raises:
        MalformedError: If it has no time, or one that the calendar does not know.

    >>> line = "<22>Jan  2 03:04:05 mx postfix/qmgr[7]: 4Z1: removed"
    >>> syslog_line(line, datetime(2026, 2, 1, tzinfo=UTC))[2:]
    ('mx', 'postfix/qmgr', '4Z1: removed')
    """
    priority, start = _priority(text)
    if found := _RFC5424.match(text, start):
        time, host, app = ("" if part == "-" else part for part in found.groups())
    elif found := _RFC3164.match(text, start):
        time, host, app = (part or "" for part in found.groups())
    else:
        raise MalformedError("syslog line", text, "no time at its beginning")
    seen = calendar_time(time, as_of, zone) if time else None
    return SyslogLine(priority, seen, host, app, text[found.end() :])


def _priority(text: str) -> tuple[int | None, int]:
    """Read the priority; return also where what follows it begins."""
    found = _PRIORITY.match(text)
    if found is None:
        return None, 0
    priority = int(found[1])
    if priority > _MAX_PRIORITY:
        raise MalformedError("syslog line", text, f"its priority exceeds {_MAX_PRIORITY}")
    return priority, found.end()


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CALENDAR = re.compile(
    r"([A-Z][a-z]{2}) +(\d\d?) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?: (\S+))?", re.ASCII
)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d\d):?(\d\d)", re.ASCII)
# Names of RFC 5322 §4.3, and those of Japan and Central Europe; others mean several zones.
_ZONES = {
    name: timezone(timedelta(hours=hours))
    for hours, *names in (
        *((-8, "PST"), (-7, "MST", "PDT"), (-6, "CST", "MDT"), (-5, "EST", "CDT"), (-4, "EDT")),
        *((0, "UTC", "GMT", "UT", "Z"), (1, "CET"), (2, "CEST"), (9, "JST")),
    )
    for name in names
}
_LEAP_YEARS = 8
"""Within so many years there is a 29 February."""
_SKEW = timedelta(days=1)


def calendar_time(text: str, as_of: datetime, zone: tzinfo = UTC) -> datetime:
    """Read the time of a device: ``Jan  2 03:04:05``, a year and a zone in it or not, or ISO 8601.

    Args:
        text: The time.
        as_of: What has no year is the last such day that was not more than a day later.
        zone: The time zone of a time that names none.

    Raises:
        MalformedError: If it has neither form, or there is no such time.

    >>> calendar_time("Dec 31 23:59:59", datetime(2026, 1, 1, tzinfo=UTC)).year
    2025
    """
    try:
        if found := _CALENDAR.fullmatch(text):
            return in_utc(_latest(found, as_of, zone))
        moment = datetime.fromisoformat(text)
        return in_utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (ValueError, OverflowError) as error:
        if isinstance(error, MalformedError):
            raise
        raise MalformedError("time", text, str(error)) from error


def _latest(found: re.Match[str], as_of: datetime, zone: tzinfo) -> datetime:
    month, day, year, hour, minute, second, fraction, named = found.groups()
    moment = datetime(
        int(year or 2000),  # a leap year, that 29 February be one
        _MONTHS.index(month) + 1,
        int(day),
        int(hour),
        int(minute),
        int(second),
        int((fraction or ".")[1:7].ljust(6, "0")),
        _zone(named) if named else zone,
    )
    if year:
        return moment
    limit = as_of + _SKEW
    for candidate in range(limit.year, limit.year - _LEAP_YEARS, -1):
        try:
            dated = moment.replace(year=candidate)
        except ValueError:  # 29 February, in another year
            continue
        if dated <= limit:
            return dated
    raise MalformedError("time", found[0], "no such day in the last years")


def _zone(name: str) -> tzinfo:
    if name in _ZONES:
        return _ZONES[name]
    offset = _OFFSET.fullmatch(name)
    if offset is None:
        raise MalformedError("time", name, "nobody knows which zone it is")
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    return timezone(ahead if offset[1] == "+" else -ahead)
