"""Opinions: what analysts say of values, as far as it bears on their scores.

Credibility, kappa, is what they give a value, where the word of its sources weighs as much as one
analyst who is fully believed: ``kappa = (1 + Σ rho v) / (1 + Σ rho)``, v from 1 for a digit of 1
to 0 for a 5. Whoever calls a value a false positive takes the part rho of its score away. What
has expired counts no more; what is seen later does.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.reliability.admiralty import DIGITS, UNKNOWN_DIGIT
from cure.enrichers.reliability.judgements import EXPIRED, FALSE_POSITIVE, RATED, is_analysts, words
from cure.enrichers.reliability.trust import Trust
from cure.hub.view import Evidence

_BELIEVED = 0.5
"""Analysts who are believed less than that cannot let evidence expire."""
_CREDIBILITY = {
    f"{RATED}{digit}": value / 100 for digit, value in DIGITS.items() if digit != UNKNOWN_DIGIT
}


class Opinions(NamedTuple):
    """What analysts say of values.

    Attributes:
        kappa: For each value its credibility, 0 to 1.
        doubt: For each value what is left of its score after false positives.
        deniers: Value → who calls it a false positive, and how far he is believed.
        expires: For each row of the evidence whether it counts no more, or was taken back.
    """

    kappa: NDArray[np.float64]
    doubt: NDArray[np.float64]
    deniers: Mapping[int, list[tuple[str, float]]]
    expires: NDArray[np.bool_]


def opinions(evidence: Evidence, count: int, trust: Trust) -> Opinions:
    """Return what analysts say of so many values."""
    for_it, weight, doubt = np.ones(count), np.ones(count), np.ones(count)
    deniers: dict[int, list[tuple[str, float]]] = {}
    latest: dict[tuple[int, str], int] = {}
    for value, word in words(evidence):
        rho = trust.rho(word.source)
        latest[value, word.source] = word.at_us
        if FALSE_POSITIVE in word.roles:
            doubt[value] *= 1 - rho
            deniers.setdefault(value, []).append((word.source, rho))
        for role in sorted(word.roles & _CREDIBILITY.keys()):
            for_it[value] += rho * _CREDIBILITY[role]
            weight[value] += rho
    expires = _expired(evidence, count, trust)
    ours = [at for at, said in enumerate(evidence.ways) if is_analysts(said.source)]
    for row in np.flatnonzero(np.isin(evidence.way, ours)).tolist():
        who = int(evidence.value[row]), evidence.ways[int(evidence.way[row])].source
        expires[row] |= evidence.last[row] < latest[who]
    return Opinions(for_it / weight, doubt, deniers, expires)


def _expired(evidence: Evidence, count: int, trust: Trust) -> NDArray[np.bool_]:
    ending = [
        at
        for at, (source, role, _) in enumerate(evidence.ways)
        if role == EXPIRED and is_analysts(source) and trust.rho(source) >= _BELIEVED
    ]
    rows = np.isin(evidence.way, ending)
    ended_us = np.full(count, -1)
    np.maximum.at(ended_us, evidence.value[rows], evidence.last[rows])
    return evidence.last <= ended_us[evidence.value]
