"""Lines of Squid's log: in its own format, with columns added to it, and in those of web servers.

Source: https://www.squid-cache.org/Doc/config/logformat/
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from cure.errors import MalformedError

# Before the line may stand the header of syslog; between result and method, sizes of all kinds.
_NATIVE = re.compile(
    rb"(?:\S.{0,100} \(?squid\S*: +)?(?P<time>\d{9,10}\.\d{3})\s+-?\d+\s+\S+\s+(?:\d+\s+)?"
    rb"(?P<result>[A-Z_]+/\d{3})\s+(?:(?:-|-?\d+)\s+){1,8}(?P<method>[A-Z_-]+)\s+(?P<url>\S+)\s.*"
)
_OF_SERVERS = re.compile(
    rb"(?:\S.{0,100} \(?squid\S*: +)?\S+ \S+ .{1,200}?\[(?P<time>[^\]]{20,30})\] "
    rb'"(?P<method>[A-Z_-]+) (?P<url>\S+)(?: [^"]*)?" (?P<status>\d{3}) (?:\d+|-)'
    rb'(?: "(?P<referrer>[^"]*)" ".*")?(?P<result>(?: [A-Z_]+:[A-Z_]+)?)(?: .*)?'
)


class Request(NamedTuple):
    """What a line says: the URL, or the host and port of a tunnel."""

    seen: datetime
    method: str
    url: str
    result: str
    referrer: str = ""


class Unread(NamedTuple):
    """A line, its URL found, and the rest as yet unread: most name nothing on a list."""

    url: str
    found: re.Match[bytes]

    def request(self) -> Request:
        """Read the rest.

        Raises:
            MalformedError: If its time is none.
        """
        said = {
            name: (text or b"").decode("latin-1") for name, text in self.found.groupdict().items()
        }
        result = said["result"].strip() or said.get("status", "")
        seen = _moment(said["time"])
        return Request(seen, said["method"], self.url, result, said.get("referrer", ""))


def squid_line(line: bytes) -> Unread | None:
    """Find the URL of a line, or return None if it is no line of Squid."""
    found = _NATIVE.fullmatch(line) or _OF_SERVERS.fullmatch(line)
    return Unread(found["url"].decode(errors="backslashreplace"), found) if found else None


def is_squid(line: bytes) -> bool:
    """Tell whether a line is one of a proxy: a web server names no host in its requests."""
    if _NATIVE.fullmatch(line):
        return True
    found = _OF_SERVERS.fullmatch(line)
    return bool(found) and (b"://" in found["url"] or found["method"] == b"CONNECT")


def _moment(text: str) -> datetime:
    try:
        if text[0].isdigit() and "/" not in text:
            return datetime.fromtimestamp(float(text), UTC)
        return datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MalformedError("time", text, "neither seconds nor a day of a web server") from error
