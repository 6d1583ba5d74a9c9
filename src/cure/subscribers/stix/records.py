"""A record as STIX objects, in a fixed order.

| kind | objects |
| --- | --- |
| sighting | `observed-data`; for what did harm, an `indicator` and its `sighting` |
| annotation | `grouping`; for what did harm, an `indicator` |
| assessment | `opinion` |
| similarity | `relationship` related-to |

Beside them stand what they refer to: the values, the meanings of tags, the `identity` of the
source, the marking definition; and each indicator `indicates` what the record's tags mean.
What several records have in common is written with the first of them only, as `First` says.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from cure.enrichers.reliability.admiralty import admiralty, confidence
from cure.enrichers.reliability.judgements import FALSE_POSITIVE
from cure.errors import MalformedError
from cure.hub.view import First
from cure.model import Audience, Kind, Mention, Record, Topic
from cure.model.audience import UNDISCLOSED_NAME
from cure.subscribers.stix.ids import object_id, secret_name
from cure.subscribers.stix.markings import DEFINITIONS
from cure.subscribers.stix.values import CREATED, observable_object, pattern_of, tag_object

HARMFUL = frozenset({"attacker", "c2", "payload", "sample", "written", "listed", "redirector"})
"""The roles of which indicators are made."""
MAX_RELATIONSHIPS = 50
"""In a record with more pairs of an indicator and a tag, the grouping alone says it."""
MAX_COUNT = 999_999_999
_INDICATED = frozenset(
    {"attack-pattern", "campaign", "intrusion-set", "malware", "threat-actor", "tool"}
)
_BETWEEN = {
    "uses": (
        {"campaign", "intrusion-set", "malware", "threat-actor"},
        {"attack-pattern", "malware", "tool"},
    ),
    "attributed-to": ({"campaign", "intrusion-set"}, {"intrusion-set", "threat-actor"}),
    "part-of": (frozenset[str](), frozenset[str]()),
}
_OPINIONS = ("strongly-disagree", "disagree", "neutral", "agree", "strongly-agree")


class Heard(NamedTuple):
    """A record that a view has released, with what is to be known of it here.

    Attributes:
        record: The record.
        added: When it was added to what the audience may see.
        first: What it is the first to say.
    """

    record: Record
    added: datetime
    first: First


def objects_of(heard: Heard, audience: Audience, secret: bytes) -> list[dict[str, Any] | None]:
    """Return the objects of a record; None where an earlier record has the same one.

    So the place of an object in the list is its own, whatever came earlier. Cost: about 5 µs an
    object.

    Args:
        heard: The record.
        audience: Who is told.
        secret: The installation's secret, by which records get their names.
    """
    return list(_Writer(heard, audience, secret).objects())


def revoked(said: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Return the last version of an object: what it said no longer holds (STIX 2.1, 3.6)."""
    return {**said, "modified": _microsecond(at), "revoked": True}


class _Writer:
    """Writes the objects of one record."""

    def __init__(self, heard: Heard, audience: Audience, secret: bytes) -> None:
        record, added, self._first = heard
        self._said = record.finding
        self._marking = DEFINITIONS[record.label.tlp]
        self._marked = {"object_marking_refs": [self._marking["id"]]}
        named = audience.may_attribute(record.label)
        self._source = record.source if named else UNDISCLOSED_NAME
        self._owner = record.label.owner if named else ""
        self._by = object_id("identity", self._source, self._owner)
        self._name = secret_name(record.digest, secret)
        begins = self._said.first_seen or added
        self._begins = _microsecond(begins)
        self._ends = _microsecond(self._said.last_seen or begins)
        # There are clients that take `modified` for the date to go on from (MineMeld).
        self._modified = _microsecond(added)
        self._created = _microsecond(min(begins, added))
        self._indicators = [
            (self._indicator_id(one), one, is_first)
            for one, is_first in zip(self._said.observables, self._first.named, strict=True)
            if one.role in HARMFUL and one.topic is not Topic.TAG
        ]

    def objects(self) -> Iterator[dict[str, Any] | None]:
        yield self._marking if self._first.marking else None
        yield self._identity() if self._first.source else None
        values, meanings, labels = [], [], []
        for mention, is_first in zip(self._said.observables, self._first.values, strict=True):
            if mention.topic is not Topic.TAG:
                found = observable_object(mention.topic, mention.value)
                values.append(found["id"])
            elif (meant := tag_object(mention.value)) is not None:
                found = meant
                meanings.append((mention, found["id"]))
            else:
                labels.append(mention.value)
                yield None
                continue
            yield {**found, **self._marked} if is_first else None
        match self._said.kind:
            case Kind.SIGHTING if values:
                yield from self._sighting(values, meanings, labels)
            case Kind.ASSESSMENT:
                yield from self._assessment([*values, *(one for _, one in meanings)])
            case Kind.SIMILARITY:
                yield from self._similarity(values)
            case _:
                yield from self._annotation(values, meanings, labels)

    def _sighting(
        self, values: list[str], meanings: list[tuple[Mention, str]], labels: list[str]
    ) -> Iterator[dict[str, Any] | None]:
        observed = self._new("observed-data")
        yield {
            **observed,
            "first_observed": self._begins,
            "last_observed": self._ends,
            "number_observed": min(self._said.count, MAX_COUNT),
            "object_refs": _once(values),
            **({"labels": _once(labels)} if labels else {}),
        }
        for indicator, written in self._written():
            yield written
            yield {
                **self._new("sighting", indicator),
                "first_seen": self._begins,
                "last_seen": self._ends,
                "count": min(self._said.count, MAX_COUNT),
                "sighting_of_ref": indicator,
                "observed_data_refs": [observed["id"]],
                "where_sighted_refs": [self._by],
            }
        yield from self._relationships(meanings)

    def _annotation(
        self, values: list[str], meanings: list[tuple[Mention, str]], labels: list[str]
    ) -> Iterator[dict[str, Any] | None]:
        together = _once([*values, *(one for _, one in meanings)])
        if together:
            title = self._said.attributes.get("title")
            yield {
                **self._new("grouping"),
                **({"name": title[:1000]} if isinstance(title, str) and title else {}),
                "context": "unspecified",
                "object_refs": together,
                **({"labels": _once(labels)} if labels else {}),
            }
        for _, written in self._written():
            yield written
        yield from self._relationships(meanings)
        if not values and meanings:
            yield from self._between(meanings)

    def _written(self) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """Yield the id of each indicator, once, and the indicator if it is the first."""
        done: set[str] = set()
        for indicator, mention, is_first in self._indicators:
            if indicator not in done:
                done.add(indicator)
                yield indicator, (self._indicator(indicator, mention) if is_first else None)

    def _indicator_id(self, mention: Mention) -> str:
        return object_id("indicator", self._source, self._owner, mention.topic, mention.value)

    def _indicator(self, indicator: str, mention: Mention) -> dict[str, Any]:
        return {
            **self._new("indicator"),
            "id": indicator,
            "name": mention.value[:200],
            "description": f"Named as {mention.role} by {self._source}.",
            "indicator_types": ["malicious-activity"],
            "pattern": pattern_of(mention.topic, mention.value),
            "pattern_type": "stix",
            "pattern_version": "2.1",
            "valid_from": self._begins,
        }

    def _relationships(self, meanings: list[tuple[Mention, str]]) -> Iterator[dict[str, Any]]:
        """Yield what each indicator of the record indicates."""
        meant = _once([one for mention, one in meanings if mention.role not in _BETWEEN])
        indicators = _once([indicator for indicator, _, _ in self._indicators])
        if len(meant) * len(indicators) > MAX_RELATIONSHIPS:
            return
        for indicator in indicators:
            for one in meant:
                kind = "indicates" if one.partition("--")[0] in _INDICATED else "related-to"
                yield self._relationship(indicator, kind, one)

    def _between(self, meanings: list[tuple[Mention, str]]) -> Iterator[dict[str, Any]]:
        """Yield how the first tag of a record stands to the others."""
        (_, start), *rest = meanings
        for mention, one in rest:
            if mention.role in _BETWEEN and one != start:
                starts, ends = _BETWEEN[mention.role]
                fits = start.partition("--")[0] in starts and one.partition("--")[0] in ends
                yield self._relationship(start, mention.role if fits else "related-to", one)

    def _assessment(self, about: list[str]) -> Iterator[dict[str, Any]]:
        judged = self._judged()
        score = self._score() if judged is None else judged / 100
        if not about or score is None:
            return
        if FALSE_POSITIVE in {one.role for one in self._said.observables}:
            score = 0.0
        scale = self._said.attributes.get("admiralty" if judged is not None else "scale", "score")
        yield {
            **self._new("opinion"),
            "explanation": f"{scale}: {score:.4g} of 1",
            "opinion": _OPINIONS[min(int(score * len(_OPINIONS)), len(_OPINIONS) - 1)],
            "object_refs": _once(about),
            **({} if judged is None else {"confidence": judged}),
        }

    def _judged(self) -> int | None:
        """Return an analyst's judgement, from 0 to 100; None: it is none."""
        try:
            return confidence(admiralty(str(self._said.attributes.get("admiralty", ""))))
        except MalformedError:
            return None

    def _similarity(self, values: list[str]) -> Iterator[dict[str, Any]]:
        pair = _once(values)
        if len(pair) > 1:
            score = self._score()
            yield {
                **self._relationship(pair[0], "related-to", pair[1]),
                "description": "They behave alike.",
                **({} if score is None else {"confidence": round(score * 100)}),
            }

    def _score(self) -> float | None:
        score = self._said.attributes.get("score")
        return score if isinstance(score, int | float) and 0 <= score <= 1 else None

    def _relationship(self, start: str, kind: str, end: str) -> dict[str, Any]:
        return {
            **self._new("relationship", start, kind, end),
            "relationship_type": kind,
            "source_ref": start,
            "target_ref": end,
        }

    def _identity(self) -> dict[str, Any]:
        name = f"{self._source} ({self._owner})" if self._owner else self._source
        return {
            "type": "identity",
            "spec_version": "2.1",
            "id": self._by,
            "created": CREATED,
            "modified": CREATED,
            "name": name,
            "identity_class": "system",
            **self._marked,
        }

    def _new(self, kind: str, *parts: str) -> dict[str, Any]:
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": object_id(kind, self._name, *parts),
            "created_by_ref": self._by,
            "created": self._created,
            "modified": self._modified,
            **self._marked,
        }


def _once(some: list[str]) -> list[str]:
    return list(dict.fromkeys(some))


def _microsecond(moment: datetime) -> str:
    """Write a moment in UTC to the microsecond."""
    return f"{moment.isoformat(timespec='microseconds')[:26]}Z"
