"""The score of a value: how malicious it is, what speaks for it, and the verdict from both."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from cure.enrichers.maliciousness.association import Association, association
from cure.enrichers.maliciousness.benign import Speaking, known_benign, together
from cure.enrichers.maliciousness.classes import EvidenceClass
from cure.enrichers.maliciousness.factors import CLASSES, DAY_US, Factors, factors
from cure.enrichers.reliability.trust import Trust, derivable, trust_in
from cure.hub.batch import instant, microseconds
from cure.hub.view import View
from cure.model import Observable, Topic

MALICIOUS = 50.0
SUSPICIOUS = 20.0
BENIGN = 50.0
AHEAD_DAYS = (1, 3, 7, 14, 30, 60, 90)
SHOWN_FACTORS = 100


class Verdict(StrEnum):
    """What the two numbers come to."""

    MALICIOUS = "malicious"
    SUSPICIOUS = "suspicious"
    CONTESTED = "contested"  # much speaks against it, and much for it
    KNOWN_BENIGN = "known-benign"
    UNKNOWN = "unknown"  # too little was seen, or too long ago


class Factor(msgspec.Struct, frozen=True):
    """What one source saw on one day.

    Attributes:
        source: Who.
        kind: What kind of evidence.
        day: When, UTC.
        last_seen: When last on that day.
        count: How often.
        age_days: How long ago, in days.
        p: How much it says when fresh: weight of its kind × reliability × credibility.
        left: What is left of that by now, 0 to 1.
        adds: By how much the score would be lower without it.
    """

    source: str
    kind: EvidenceClass
    day: date
    last_seen: datetime
    count: int
    age_days: float
    p: float
    left: float
    adds: float


class For(msgspec.Struct, frozen=True):
    """Something that speaks for a value.

    Attributes:
        what: A kind of list, or ``false positive``.
        by: The lists, or the analysts.
        weight: How much it says, 0 to 1.
    """

    what: str
    by: list[str]
    weight: float


class Ahead(msgspec.Struct, frozen=True):
    """The score on a later day, if nothing more is seen."""

    days: int
    maliciousness: float


class Score(msgspec.Struct, frozen=True):
    """How malicious a value is, as of a moment.

    Attributes:
        topic: Its topic.
        value: Its canonical form.
        at: The moment.
        maliciousness: 0 to 100, from what was seen of it, by age.
        benign: 0 to 100, from what speaks for it; a number of its own, taken off nothing.
        verdict: What both come to.
        factors: What the first is made of, those that add most in front.
        more_factors: How many further factors there are.
        speaking_for: What the second is made of.
        ahead: The score of later days.
        association: What stands beside it; no part of its score.
    """

    topic: Topic
    value: str
    at: datetime
    maliciousness: float
    benign: float
    verdict: Verdict
    factors: list[Factor]
    more_factors: int
    speaking_for: list[For]
    ahead: list[Ahead]
    association: Association


def verdict(maliciousness: float, benign: float) -> Verdict:
    """Return what the two numbers come to.

    >>> verdict(60, 0).value, verdict(60, 80).value, verdict(5, 80).value, verdict(5, 0).value
    ('malicious', 'contested', 'known-benign', 'unknown')
    """
    if benign >= BENIGN:
        return Verdict.CONTESTED if maliciousness >= SUSPICIOUS else Verdict.KNOWN_BENIGN
    if maliciousness >= MALICIOUS:
        return Verdict.MALICIOUS
    return Verdict.SUSPICIOUS if maliciousness >= SUSPICIOUS else Verdict.UNKNOWN


def score(view: View, observable: Observable, at: datetime, trust: Trust | None = None) -> Score:
    """Return the score of a value, with all that it is made of.

    Args:
        view: Whose score it is; records that forbid deriving take no part.
        observable: The value; of one that is not known the score is 0.
        at: As of when: what was seen or judged later does not count.
        trust: How far sources are believed; else it is found out, once for a view.

    Cost: about 0.3 ms, and 3 µs a factor.
    """
    trust = trust_in(view, at) if trust is None else trust
    view, at_us = derivable(view), microseconds(at)
    found = factors(view, [observable], at, trust)
    speaking = known_benign(observable)
    speaking += (Speaking("false positive", (who,), rho) for who, rho in found.deniers.get(0, ()))
    maliciousness, benign = _at(found, at_us), round(together(speaking), 1)
    shown = _shown(found, at_us)
    return Score(
        observable.topic,
        observable.value,
        at,
        maliciousness,
        benign,
        verdict(maliciousness, benign),
        shown[:SHOWN_FACTORS],
        max(0, len(shown) - SHOWN_FACTORS),
        [For(what, list(by), round(weight, 3)) for what, by, weight in speaking],
        [Ahead(days, _at(found, at_us + days * DAY_US)) for days in AHEAD_DAYS],
        association(view, observable, at, trust),
    )


def scores(
    view: View, observables: Sequence[Observable], at: datetime, trust: Trust | None = None
) -> NDArray[np.float64]:
    """Return how malicious values are, 0.0 to 100.0, one for each; as `score` has it.

    Cost: about 5 µs a value.
    """
    trust = trust_in(view, at) if trust is None else trust
    return factors(derivable(view), observables, at, trust).maliciousness(microseconds(at))


def _at(found: Factors, at_us: int) -> float:
    return round(float(found.maliciousness(at_us)[0]), 1)


def _shown(found: Factors, at_us: int) -> list[Factor]:
    left = found.decayed(at_us)
    says = found.p * left
    kept = 100 * float(found.doubt[0]) * float(np.prod(1 - says))
    adds = kept * says / (1 - says)
    shown: list[Factor] = []
    for row in np.argsort(-says, kind="stable").tolist():
        seen = instant(int(found.last_us[row]))
        shown.append(
            Factor(
                found.sources[int(found.source[row])],
                CLASSES[int(found.kind[row])],
                seen.date(),
                seen,
                int(found.counts[row]),
                round((at_us - int(found.last_us[row])) / DAY_US, 2),
                round(float(found.p[row]), 4),
                round(float(left[row]), 4),
                round(float(adds[row]), 2),
            )
        )
    return shown
