"""Hits as events of LEEF 2.0, for QRadar.

Source: https://www.ibm.com/docs/en/dsm?topic=leef-overview
"""

import re
from datetime import UTC, datetime

from cure.model import Topic
from cure.subscribers.watches.hit import HitShown

_APPLIANCE = ("CURE", "cure", "1")
_SEVERITY = "5"
_TIME = "MMM dd yyyy HH:mm:ss.SSS z"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_FIELDS = {
    Topic.IP: "src",
    Topic.DOMAIN: "domain",
    Topic.URL: "url",
    Topic.HASH: "fileHash",
    Topic.EMAIL: "sender",
    Topic.TAG: "tag",
}
_BLANKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def leef(hit: HitShown) -> str:
    """Write a hit, its attributes with tabs between them, which none can hold itself."""
    header = (*_APPLIANCE, hit.meaning)
    fields = {
        _FIELDS[hit.topic]: hit.value,
        "cat": hit.meaning,
        "sev": _SEVERITY,
        "devTime": _moment(hit.at),
        "devTimeFormat": _TIME,
        "hitId": hit.id,
        "count": str(hit.count),
        "watch": hit.name,
        "entry": hit.entry,
        "sources": ", ".join(sorted(hit.sources)),
        "tags": ", ".join(hit.tags),
        "firstSeen": hit.first_seen.isoformat(),
        "lastSeen": hit.last_seen.isoformat(),
        "msg": hit.text.en,
    }
    written = "\t".join(f"{key}={_plain(text)}" for key, text in fields.items() if text)
    return f"LEEF:2.0|{'|'.join(_plain(one).replace('|', '/') for one in header)}|x09|{written}"


def _moment(moment: datetime) -> str:
    """Write a moment without the words of whatever language this machine speaks.

    >>> _moment(datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC))
    'Jan 02 2026 03:04:05.678 UTC'
    """
    at = moment.astimezone(UTC)
    return f"{_MONTHS[at.month - 1]} {at:%d %Y %H:%M:%S}.{at.microsecond // 1000:03d} UTC"


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()
