"""Logs of p0f, passive fingerprints of TCP: its own lines, and the same in JSON.

https://lcamtuf.coredump.cx/p0f3/README; the JSON is that of T-Pot.
"""

import re
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Annotated

import msgspec

from cure.errors import MalformedError
from cure.formats.moments import in_utc
from cure.model.conversion import converter


class Seen(msgspec.Struct, frozen=True, gc=False):
    """The part of a line that we use.

    Attributes:
        timestamp: When, without a zone.
        mod: What was looked at: syn, syn+ack, mtu, uptime, http request …
        client_ip: Who opened the connection.
        server_port: To which port.
        os: The system that a SYN tells, unless `app` is told; ``???`` where p0f knows none.
        app: The program that a SYN tells.
        dist: How many hops away it is, as ``11``, or how many at most, as ``<= 16``.
    """

    timestamp: str
    mod: str
    client_ip: str
    server_port: Annotated[int, msgspec.Meta(ge=0, le=65535)]
    os: str | None = None
    app: str | None = None
    dist: str | None = None

    def moment(self, zone: tzinfo) -> datetime:
        """Return when it was, in UTC, as clocks of this zone have it."""
        return _moment(self.timestamp, zone)


_seen_of = converter(Seen)
_decode = msgspec.json.Decoder(Seen).decode
_LINE = re.compile(r"\[(?P<time>[^]]+)\] (?P<fields>mod=.*)")


def seen_in(line: bytes) -> Seen:
    """Read a line of either form.

    Raises:
        MalformedError: If it is neither, or lacks what we use.
        msgspec.MsgspecError: If it is broken JSON or has other types.
    """
    if line.startswith(b"{"):
        return _decode(line)
    text = line.decode()
    found = _LINE.fullmatch(text)
    if found is None:
        raise MalformedError("p0f line", text, "want [time] mod=…|cli=…|srv=…")
    told: dict[str, str] = {}
    for field in found["fields"].split("|"):
        name, _, told[name] = field.partition("=")
    client, port = told.get("cli", "").partition("/")[0], told.get("srv", "").rpartition("/")[2]
    if not client or not port.isdecimal():
        raise MalformedError("p0f line", text, "no cli=address/port or no srv=address/port")
    seen = {"timestamp": found["time"], "client_ip": client, "server_port": int(port)}
    return _seen_of(told | seen)


@lru_cache(maxsize=1 << 10)
def _moment(text: str, zone: tzinfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("/", "-", 2))
    except ValueError as error:
        raise MalformedError("time", text, "want 2026/01/02 03:04:05") from error
    return in_utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))
