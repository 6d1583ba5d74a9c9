"""Events of MISP, its feed's manifest and hashes: what one source named on one day."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import md5
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from cure.hub.view import AskedByDay, DayOf, View
from cure.interfaces import Log
from cure.model.label import join
from cure.subscribers.bad_roles import BAD_ROLES
from cure.subscribers.misp.attributes import (
    TYPES_OF_TOPIC,
    Kept,
    attribute,
    event_uuid,
    number_of,
    tags,
)

ALL = AskedByDay(BAD_ROLES, frozenset(TYPES_OF_TOPIC))
MOST_ATTRIBUTES = 50_000
"""How many attributes an event has at most: those that came first."""
MOST_EVENTS = 1_000
"""How many events a search answers with at most."""


class Dated(NamedTuple):
    """What a source named on a day, and when the last of it came."""

    of: DayOf
    at: datetime

    @property
    def uuid(self) -> str:
        """The id of the event."""
        return event_uuid(self.of.source, self.of.day)

    def is_called(self, name: str) -> bool:
        """Tell whether a client means this event, by its id or its number."""
        return name in {self.uuid, number_of(self.uuid)}


def dated(view: View, log: Log, asked: AskedByDay) -> list[Dated]:
    """Return the days of the sources, those with the latest news first."""
    found, newest = view.days(asked)
    return sorted(
        map(Dated, found, log.kept_at(newest)), key=lambda one: (one.at, one.of), reverse=True
    )


def kept(view: View, log: Log, asked: AskedByDay, skip: int, limit: int) -> tuple[list[Kept], bool]:
    """Return the values that are asked for as they came, and whether there are more."""
    named, newest, more = view.named_by_day(asked, skip, limit)
    return list(map(Kept, named, log.fetch(newest), log.kept_at(newest))), more


def event(one: Dated, attributes: Sequence[Kept], producer: str) -> dict[str, Any]:
    """Write an event with its attributes; its marking is the join of theirs."""
    labels = [each.record.label for each in attributes]
    return {
        "Event": {
            **_heading(one, producer),
            "id": number_of(one.uuid),
            "uuid": one.uuid,
            "published": True,
            "publish_timestamp": _seconds(one.at),
            "attribute_count": str(len(attributes)),
            "distribution": "1",
            "Tag": tags(join(labels)) if labels else [],
            "Attribute": [attribute(each) for each in attributes],
            "Object": [],
            "Galaxy": [],
        }
    }


def listed(one: Dated, producer: str) -> dict[str, Any]:
    """Write an event as lists of events have it: without its attributes."""
    return {
        **_heading(one, producer),
        "id": number_of(one.uuid),
        "uuid": one.uuid,
        "published": True,
        "publish_timestamp": _seconds(one.at),
        "attribute_count": str(one.of.values),
        "distribution": "1",
    }


def manifest(events: Sequence[Dated], producer: str) -> dict[str, Any]:
    """Write what a feed holds: for each event its heading."""
    return {one.uuid: {**_heading(one, producer), "Tag": []} for one in events}


def hashes(attributes: Sequence[Kept]) -> str:
    """Write which value is in which event, as feeds do: the MD5 of the value, and the id."""
    rows = [
        f"{md5(each.named.observable.value.encode(), usedforsecurity=False).hexdigest()},"
        f"{event_uuid(each.named.source, each.named.day)}\n"
        for each in attributes
    ]
    return "".join(rows)


def _heading(one: Dated, producer: str) -> dict[str, Any]:
    return {
        "info": f"{one.of.source}, {one.of.day}",
        "date": str(one.of.day),
        "timestamp": _seconds(one.at),
        "analysis": "2",
        "threat_level_id": "4",
        "Orgc": {"name": producer, "uuid": str(uuid5(NAMESPACE_URL, f"cure:{producer}"))},
    }


def _seconds(moment: datetime) -> str:
    return str(int(moment.timestamp()))
