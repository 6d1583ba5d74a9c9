"""DDoSPot: attacks that a reflection honeypot took part in, and the scans before them.

Source: https://github.com/aelth/ddospot
"""

from datetime import datetime, tzinfo
from typing import Annotated, Any, TypeAlias

import msgspec

from cure.errors import MalformedError
from cure.formats.moments import in_utc
from cure.model import Observable

Port: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Size: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=1 << 32)]
"""The bytes of a request or of its whole response."""


class Attack(msgspec.Struct, kw_only=True):
    """Requests from one source, with no pause of minutes between them.

    Attributes:
        service: Which service was asked: ``"ntp"``, ``"dns"`` …
        source: Who asked, or whose address was forged.
        first_seen: When the first request came, UTC; None where the log has no time.
        last_seen: When the last one came that we know of.
        count: How many requests came that we know of.
        is_cut_off: Whether the honeypot would not answer any more.
        may_go_on: Whether it may have gone on after what was read.
        name: The name asked for, of DNS.
        attributes: What else is known of the first request.
    """

    service: str
    source: Observable
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    count: int = 1
    is_cut_off: bool = False
    may_go_on: bool = False
    name: str = ""
    attributes: dict[str, Any] = {}


NTP_MODES = {3: "DATA", 6: "CONTROL", 7: "MONLIST"}
"""The modes of NTP that it answers, as its logs call them."""


def local_time(text: str, zone: tzinfo) -> datetime:
    """Read a time, which DDoSPot writes in the time zone of its machine, and T-Pot in UTC.

    Raises:
        MalformedError: If it is none.
    """
    try:
        moment = datetime.fromisoformat(text)
        return in_utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except ValueError as error:
        raise MalformedError("time", text, "want ISO 8601") from error


def sizes(request: Size | None, response: Size | None) -> dict[str, Any]:
    """Return the attributes that follow from the bytes of a request and of its response."""
    if not request or response is None:
        return {}
    return {
        "request_bytes": request,
        "response_bytes": response,
        "amplification": round(response / request, 1),
    }
