"""ATT&CK as STIX bundles: what each object says, once all objects are known.

Source: https://github.com/mitre-attack/attack-stix-data/blob/master/USAGE.md
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import msgspec

from cure.errors import MalformedError
from cure.formats.lines import UNREADABLE, reason
from cure.formats.moments import in_utc
from cure.formats.stix import StixObject, elements
from cure.interfaces import Reading
from cure.model import Finding, Kind, Mention, Observable, mention, tag, url

_VOCABULARY_OF_NAMES = {
    "attack-pattern": None,
    "x-mitre-tactic": None,
    "intrusion-set": "actor",
    "malware": "malware",
    "tool": "malware",
    "campaign": "campaign",
}
_ROLE_OF_TARGET = {
    "uses": "uses",
    "attributed-to": "attributed-to",
    "subtechnique-of": "part-of",
}
_CATALOGUES = {
    *("mitre-attack", "mitre-ics-attack", "mitre-mobile-attack", "mitre-pre-attack"),
    "mitre-attack-mobile",  # so the first versions have it
}
_ATTACK_ID = re.compile(r"(?:[A-Z]{3}-)?(?:TA|[TGSC])\d{4}(?:\.\d{3})?", re.ASCII)
_OWN_PAGE = "://attack.mitre.org/"
_MAX_UNREAD = 20
_MAX_UNREAD_CHARS = 200


class _Phase(msgspec.Struct, frozen=True):
    phase_name: str


class AttackObject(StixObject, frozen=True, kw_only=True):
    """The part of an object of ATT&CK that we use; other objects of its bundles have less."""

    first_seen: str | None = None
    last_seen: str | None = None
    kill_chain_phases: tuple[_Phase, ...] = ()
    x_mitre_aliases: tuple[str, ...] = ()
    x_mitre_deprecated: bool = False
    x_mitre_domains: tuple[str, ...] = ()
    x_mitre_platforms: tuple[str, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether it is neither revoked nor deprecated."""
        return not self.revoked and not self.x_mitre_deprecated


_decode = msgspec.json.Decoder(AttackObject).decode


class _Known(NamedTuple):
    """What one object has to know of the others.

    Attributes:
        live: The tags of what is neither revoked nor deprecated, by STIX id.
        successors: By which objects a revoked one was replaced.
    """

    live: dict[str, Observable]
    successors: dict[str, list[str]]


def readings(document: bytes) -> Iterator[Reading]:
    """Yield one reading for each object of a bundle, in its order.

    Raises:
        ValueError: If the document is no bundle; before the first reading.
    """
    parts = elements(document, _decode, {*_VOCABULARY_OF_NAMES, "relationship"})
    known = _known([part.content for part in parts if part.content])
    for number, (raw, content, why) in enumerate(parts, 1):
        if content is None:
            yield Reading(number, raw, why=why)
            continue
        try:
            yield Reading(number, raw, tuple(_said(content, known)))
        except UNREADABLE as error:
            yield Reading(number, raw, why=reason(error))
    if not parts:
        yield Reading(1, document)


def _known(contents: list[AttackObject]) -> _Known:
    known = _Known({}, {})
    for content in contents:
        if content.relationship_type == "revoked-by" and content.is_live:
            known.successors.setdefault(content.source_ref, []).append(content.target_ref)
        elif content.type != "relationship" and content.is_live:
            called = _attack_tag(content)
            if called:
                known.live[content.id] = called
    return known


def _attack_tag(content: AttackObject) -> Observable | None:
    for reference in content.external_references:
        attack_id = reference.external_id or ""
        if reference.source_name in _CATALOGUES and _ATTACK_ID.fullmatch(attack_id):
            return tag(f"attack:{attack_id}")
    return None


def _said(content: AttackObject, known: _Known) -> Iterator[Finding]:
    if content.type == "relationship":
        source, target = known.live.get(content.source_ref), known.live.get(content.target_ref)
        role = _ROLE_OF_TARGET.get(content.relationship_type)
        if source and target and role and content.is_live:
            yield _annotation(content, [mention(source), mention(target, role)])
        return
    called = _attack_tag(content)
    if content.is_live:
        if called is None:
            raise MalformedError(content.type, content.id, "no ATT&CK id among its references")
        yield _annotation(content, [mention(called)])
    elif content.revoked and called is not None:
        successors = _successors(content.id, known) - {called}
        if successors:
            now_called = [mention(successor) for successor in sorted(successors)]
            yield _annotation(content, [*now_called, mention(called, "alias")])


def _successors(revoked: str, known: _Known) -> set[Observable]:
    """Follow from one revoked object to the next until all are live."""
    found: set[Observable] = set()
    seen: set[str] = set()
    todo = [revoked]
    while todo:
        one = todo.pop()
        if one in known.live:
            found.add(known.live[one])
        elif one not in seen:
            seen.add(one)
            todo += known.successors.get(one, ())
    return found


def _annotation(content: AttackObject, mentions: list[Mention]) -> Finding:
    """Make a finding of the mentions, the names and the references of an object."""
    found = dict.fromkeys(mentions)
    unread: list[str] = []
    for form, text, role in (*_names(content), *_references(content)):
        try:
            found[mention(form(text), role)] = None
        except MalformedError:
            unread.append(text[:_MAX_UNREAD_CHARS])
    attributes: dict[str, Any] = {
        "name": content.name,
        "type": content.type,
        "stix_id": content.id,
        "relationship": content.relationship_type,
        "domains": content.x_mitre_domains,
        "platforms": content.x_mitre_platforms,
        "tactics": [phase.phase_name for phase in content.kill_chain_phases],
        "active_from": content.first_seen,
        "active_until": content.last_seen,
        "unread": unread[:_MAX_UNREAD],
    }
    created = content.created and in_utc(content.created)
    modified = content.modified and in_utc(content.modified)
    return Finding(
        Kind.ANNOTATION,
        tuple(found),
        created,
        # Some objects were given a new id, and their creation a new time.
        max(created, modified) if created and modified else modified,
        attributes={name: value for name, value in attributes.items() if value},
        key=content.id,
    )


_Text: TypeAlias = tuple[Callable[[str], Observable], str, str]


def _names(content: AttackObject) -> Iterator[_Text]:
    vocabulary = _VOCABULARY_OF_NAMES.get(content.type) if content.is_live else None
    if vocabulary:
        for name in (content.name, *content.aliases, *content.x_mitre_aliases):
            if name:
                yield tag, f"{vocabulary}:{name}", "alias"


def _references(content: AttackObject) -> Iterator[_Text]:
    for reference in content.external_references:
        if reference.url and _OWN_PAGE not in reference.url:
            yield url, reference.url, "reference"
