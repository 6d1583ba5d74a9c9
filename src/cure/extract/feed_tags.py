"""Tags of feeds: a thing has the tag that it has in reports, whatever a feed calls it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from msgspec import structs

from cure.extract.analyst_tags import canonical
from cure.extract.vocabulary import vocabulary
from cure.interfaces import Reading
from cure.model import Finding, Mention, Topic, mention

_TAG = Topic.TAG  # looking up a member of an enumeration takes 40 ns
_KINDS = frozenset({"malware", "actor", "campaign"})


def canonically_tagged(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Yield the readings of a feed with canonical tags.

    Tags of malware, groups and campaigns are exchanged where the vocabulary has the name; names
    of malware and groups among the free tags of a finding become tags of their own.

    Cost: 0.3 µs for a finding without tags, 2 µs for one with them; 0.5 s for the first.
    """
    for reading in readings:
        if any(map(_has_tags, reading.findings)):
            findings = tuple([_tagged(one) for one in reading.findings])
            yield structs.replace(reading, findings=findings)
        else:
            yield reading


def _has_tags(finding: Finding) -> bool:
    if "tags" in finding.attributes:
        return True
    return any(one.topic is _TAG for one in finding.observables)


def _tagged(finding: Finding) -> Finding:
    mentions = [
        _renamed(one) if one.topic is _TAG and one.role != "alias" else one
        for one in finding.observables
    ]
    attributes = finding.attributes
    if "tags" in attributes:
        named = {label: _named(label) for label in attributes["tags"]}
        mentions += filter(None, named.values())
        others = [label for label, tag in named.items() if tag is None]
        attributes = {**attributes, "tags": others} if others else _without_tags(attributes)
    return structs.replace(
        finding, observables=tuple(dict.fromkeys(mentions)), attributes=attributes
    )


def _without_tags(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if name != "tags"}


@lru_cache(maxsize=1 << 14)
def _renamed(one: Mention) -> Mention:
    kind, _, name = one.value.partition(":")
    term = vocabulary().named(name, kind) if kind in _KINDS else None
    return Mention(_TAG, term.tag, one.role) if term else one


@lru_cache(maxsize=1 << 14)
def _named(label: str) -> Mention | None:
    found = canonical(label)
    if found is None or found.value.partition(":")[0] not in {"malware", "actor"}:
        return None
    return mention(found, "tag")
