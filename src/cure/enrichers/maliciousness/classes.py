"""What kind of evidence a record is, by the publisher and the role that the value had in it.

The table is in `docs/scores.md`, too. A role says what was seen, not guilt: roles that are not
here say nothing against a value.
"""

from enum import StrEnum
from typing import NamedTuple

from cure.enrichers.reliability.judgements import CONFIRMING, is_analysts
from cure.hub.view import Said


class EvidenceClass(StrEnum):
    """Kinds of evidence."""

    SCAN = "scan"
    LISTED = "listed"
    BRUTE_FORCE = "brute-force"
    EXPLOIT = "exploit"
    MALWARE = "malware"
    JUDGED = "judged"


WEIGHTS = {
    EvidenceClass.SCAN: 0.2,
    EvidenceClass.LISTED: 0.4,
    EvidenceClass.BRUTE_FORCE: 0.5,
    EvidenceClass.EXPLOIT: 0.7,
    EvidenceClass.MALWARE: 0.9,
    EvidenceClass.JUDGED: 0.9,
}
"""How likely a value is malicious that a reliable source saw so once, today."""

_LEAVES = frozenset(("payload", "sample", "written"))
"""What an attacker leaves who did more than knock."""
_BY_PUBLISHER = {
    "nicter": EvidenceClass.SCAN,
    "amppot": EvidenceClass.SCAN,
    "glastopf": EvidenceClass.EXPLOIT,
    "nirvana": EvidenceClass.EXPLOIT,
}
"""Of what those are guilty whom a publisher calls attackers; of any other: brute force."""
_TELLING = frozenset(("attack", "reports", "social", "tickets"))
"""Publishers that speak of values because they are bad."""
_BY_ROLE = {
    "visitor": EvidenceClass.SCAN,
    "listed": EvidenceClass.LISTED,
    "link": EvidenceClass.LISTED,
    "sender": EvidenceClass.LISTED,
    "redirector": EvidenceClass.LISTED,
    "written": EvidenceClass.EXPLOIT,
    "c2": EvidenceClass.MALWARE,
    "payload": EvidenceClass.MALWARE,
    "sample": EvidenceClass.MALWARE,
}
_OF_HOSTS = ("payload", "c2", "listed", "link")
BESIDE = (*sorted(_LEAVES), "c2", "listed", "link")
"""The roles of others that matter."""
_FIRST_HAND = frozenset(("attacker", "visitor", "sender"))


class Weighed(NamedTuple):
    """Evidence of a kind.

    Attributes:
        kind: Its kind.
        is_told: Whether the source may have it from another: then a copy adds nothing.
    """

    kind: EvidenceClass
    is_told: bool


def weighed(said: Said) -> Weighed | None:
    """Return what kind of evidence it is that somebody says something so; None: it is none."""
    kind = _kind(said)
    if kind is None:
        return None
    return Weighed(kind, kind is not EvidenceClass.JUDGED and said.role not in _FIRST_HAND)


def _kind(said: Said) -> EvidenceClass | None:
    publisher = said.source.partition("@")[0]
    if is_analysts(said.source):
        return EvidenceClass.JUDGED if said.role in CONFIRMING else None
    match said.role:
        case "attacker" if not said.beside.isdisjoint(_LEAVES):
            return EvidenceClass.EXPLOIT
        case "attacker":
            return _BY_PUBLISHER.get(publisher, EvidenceClass.BRUTE_FORCE)
        case "host":
            of = next((role for role in _OF_HOSTS if role in said.beside), None)
            return None if of is None else _BY_ROLE[of]
        case "subject":
            return EvidenceClass.LISTED if publisher in _TELLING else None
        case role:
            return _BY_ROLE.get(role)
