"""Hits as events of CEF, for SIEMs that speak it.

Source: ArcSight's "Implementing ArcSight Common Event Format (CEF)", version 26, at
https://www.microfocus.com/documentation/arcsight/
"""

import re
from datetime import datetime

from cure.model import Topic
from cure.subscribers.watches.hit import HitShown

_APPLIANCE = ("CURE", "cure", "1")
_SEVERITY = "5"
_FIELDS = {
    Topic.DOMAIN: "dhost",
    Topic.URL: "request",
    Topic.HASH: "fileHash",
    Topic.EMAIL: "suser",
}
_BLANKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def cef(hit: HitShown) -> str:
    """Write a hit. Whatever its texts hold, it stays one line and every field stays its own."""
    header = (*_APPLIANCE, hit.meaning, hit.text.en, _SEVERITY)
    fields = {
        **_value(hit),
        "externalId": hit.id,
        "cat": hit.meaning,
        "cnt": str(hit.count),
        "rt": _milliseconds(hit.at),
        "start": _milliseconds(hit.first_seen),
        "end": _milliseconds(hit.last_seen),
        "cs1Label": "Watch",
        "cs1": hit.name,
        "cs2Label": "Entry",
        "cs2": hit.entry,
        "cs3Label": "Sources",
        "cs3": ", ".join(sorted(hit.sources)),
        "cs4Label": "Tags",
        "cs4": ", ".join(hit.tags),
        "cs5Label": "Topic",
        "cs5": hit.topic.value,
    }
    written = " ".join(f"{key}={_field(text)}" for key, text in fields.items() if text)
    return f"CEF:0|{'|'.join(map(_header, header))}|{written}"


def _value(hit: HitShown) -> dict[str, str]:
    if hit.topic is Topic.IP and "/" not in hit.value:
        if ":" in hit.value:
            return {"c6a2Label": "Source IPv6 Address", "c6a2": hit.value}
        return {"src": hit.value}
    if hit.topic in _FIELDS:
        return {_FIELDS[hit.topic]: hit.value}
    return {"cs6Label": "Value", "cs6": hit.value}


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def _header(text: str) -> str:
    return _BLANKS.sub(" ", text).replace("\\", r"\\").replace("|", r"\|")


def _field(text: str) -> str:
    return _BLANKS.sub(" ", text).replace("\\", r"\\").replace("=", r"\=").strip()
