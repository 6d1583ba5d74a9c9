"""Attributes of MISP: values that a source named on a day.

https://www.misp-standard.org/rfc/misp-standard-core.html
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from cure.hub.view import NamedOn
from cure.model import Label, Record, Topic

TYPES_OF_TOPIC: dict[Topic, frozenset[str]] = {
    Topic.IP: frozenset({"ip-src", "ip-dst"}),
    Topic.DOMAIN: frozenset({"domain"}),
    Topic.URL: frozenset({"url"}),
    Topic.HASH: frozenset({"md5", "sha1", "sha256", "sha512"}),
    Topic.EMAIL: frozenset({"email-src"}),
}
CATEGORIES = {
    **dict.fromkeys(("ip-src", "ip-dst", "domain", "url"), "Network activity"),
    **dict.fromkeys(("md5", "sha1", "sha256", "sha512", "email-src"), "Payload delivery"),
}
"""Type → the category in which we put it."""
_NAMESPACE = UUID("6f0f2d9e-6a4b-5c1e-9b7e-3a53c1d0a7c4")
_HASHES = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_SOUGHT = frozenset({"c2", "payload", "listed"})


class Kept(NamedTuple):
    """A value with the newest record that says it.

    Attributes:
        named: The value.
        record: The record, as the audience may see it.
        at: When that came.
    """

    named: NamedOn
    record: Record
    at: datetime


def event_uuid(source: str, day: object) -> str:
    """Return the id of what a source named on a day."""
    return str(uuid5(_NAMESPACE, f"{source}|{day}"))


def number_of(uuid: str) -> str:
    """Return the number that clients want beside an id.

    >>> number_of("0000002a-0000-5000-8000-000000000000")
    '42'
    """
    return str(int(uuid[:8], 16))


def attribute(kept: Kept) -> dict[str, Any]:
    """Write an attribute, as a feed and a search have it."""
    named, observable = kept.named, kept.named.observable
    kind = _type_of(named)
    event = event_uuid(named.source, named.day)
    uuid = str(uuid5(UUID(event), f"{observable.topic}|{observable.value}"))
    return {
        "id": number_of(uuid),
        "uuid": uuid,
        "event_id": number_of(event),
        "event_uuid": event,
        "type": kind,
        "category": CATEGORIES[kind],
        "value": observable.value,
        "to_ids": True,
        "timestamp": str(int(kept.at.timestamp())),
        "first_seen": named.first_seen.isoformat(),
        "last_seen": named.last_seen.isoformat(),
        "comment": f"{named.role}, by {named.source}",
        "distribution": "5",
        "deleted": False,
        "disable_correlation": False,
        "object_relation": None,
        "sharing_group_id": "0",
        "Tag": tags(kept.record.label, _tags_in(kept.record)),
    }


def tags(label: Label, more: Iterable[str] = ()) -> list[dict[str, str]]:
    """Write tags: the marking, the permitted actions where they are limited, and others."""
    names = [label.tlp.title.lower()]
    if label.pap:
        names.append(label.pap.title)
    return [{"name": name, "colour": "#5a6b86"} for name in (*names, *more)]


def _tags_in(record: Record) -> list[str]:
    mentions = record.finding.observables
    return sorted({one.value for one in mentions if one.topic is Topic.TAG})


def _type_of(named: NamedOn) -> str:
    """Return the type: of an address whether one was called, or called; of a hash its kind."""
    topic, value = named.observable.topic, named.observable.value
    if topic is Topic.IP:
        return "ip-dst" if named.role in _SOUGHT else "ip-src"
    if topic is Topic.HASH:
        return _HASHES[len(value)]
    return "email-src" if topic is Topic.EMAIL else str(topic)
