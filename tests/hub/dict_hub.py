"""The plain model of the hub: lists and loops, too simple to be wrong, and slow."""

from collections import Counter
from datetime import datetime
from ipaddress import ip_network

import msgspec

from cure.interfaces import Logged
from cure.model import Audience, Observable, Record, Topic
from cure.model.networks import Networks


class DictHub:
    """Answers from the records that an audience may see, and that no newer one replaces."""

    def __init__(
        self, logged: list[Logged], audience: Audience, at: datetime, unlinked: Networks
    ) -> None:
        self.unlinked = unlinked
        replaced = {one.replaces for one in logged}
        self.records: list[Record] = [
            one.record
            if audience.may_attribute(one.record.label)
            else msgspec.structs.replace(one.record, source="undisclosed")
            for one in logged
            if one.seq not in replaced
            and one.record.finding.observables
            and audience.may_read(one.record.source, one.record.label, at)
        ]

    def about(self, observable: Observable) -> list[Record]:
        wanted = (observable.topic, observable.value)
        return [
            record
            for record in self.records
            if any((m.topic, m.value) == wanted for m in record.finding.observables)
        ]

    def values(self, source: str, topic: Topic | None = None) -> set[tuple[Topic, str]]:
        return {
            (m.topic, m.value)
            for record in self.records
            if record.source == source
            for m in record.finding.observables
            if topic in (None, m.topic)
        }

    def sums(self, observable: Observable) -> dict[str, tuple[int, object, object]]:
        sums: dict[str, tuple[int, object, object]] = {}
        for source in {record.source for record in self.records}:
            own = [r.finding for r in self.about(observable) if r.source == source]
            if own:
                sums[source] = (
                    sum(finding.count for finding in own),
                    min(finding.first_seen for finding in own),
                    max(finding.last_seen for finding in own),
                )
        return sums

    def roles(self, observable: Observable) -> Counter[str]:
        return Counter(
            m.role
            for record in self.about(observable)
            for m in record.finding.observables
            if (m.topic, m.value) == (observable.topic, observable.value)
        )

    def tags(self, observable: Observable) -> Counter[str]:
        return Counter(
            m.value
            for record in self.about(observable)
            for m in record.finding.observables
            if m.topic is Topic.TAG and m.value != observable.value
        )

    def contained_in(self, observable: Observable) -> set[str]:
        if observable.topic is not Topic.IP:
            return set()
        inner = ip_network(observable.value)
        known = {m.value for r in self.records for m in r.finding.observables if m.topic == "ip"}
        return {
            value
            for value in known
            if "/" in value
            and value != observable.value
            and ip_network(value).version == inner.version
            and inner.subnet_of(ip_network(value))
        }

    def linkable(self, value: str) -> bool:
        return not any(ip_network(value) == one for one in self.unlinked.networks)

    def matrix(self, topic: Topic | None) -> tuple[list[str], list[list[int]]]:
        names = sorted({record.source for record in self.records})
        return names, [[self.in_common(a, b, topic) for b in names] for a in names]

    def in_common(self, a: str, b: str, topic: Topic | None) -> int:
        shared = self.values(a, topic) & self.values(b, topic)
        if a == b:
            return len(shared)
        return sum(kind is not Topic.IP or self.linkable(value) for kind, value in shared)
