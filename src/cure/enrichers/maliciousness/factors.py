"""Factors: the evidence against values, one for each source, class and day.

``p = weight of the class × rho of the source × kappa``, and ``d`` is what the curve of the topic
has left of it: ``M = 100 (1 - Π (1 - p d))``, less what analysts take away (`opinions`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.maliciousness.classes import BESIDE, WEIGHTS, EvidenceClass, weighed
from cure.enrichers.maliciousness.decay import CURVES, left
from cure.enrichers.maliciousness.opinions import opinions
from cure.enrichers.reliability.trust import Trust
from cure.hub.view import Evidence, View
from cure.model import Observable

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
CLASSES = tuple(EvidenceClass)
_WEIGHTS = np.array([WEIGHTS[one] for one in CLASSES])
DAY_US = 86_400_000_000


class Factors(NamedTuple):
    """Factors against values, a row each, by value.

    Attributes:
        sources: Names that `source` counts in.
        value: Position of the value in the question.
        source: Who saw it.
        kind: Position of its class in `CLASSES`.
        last_us: When it was seen last on its day, in microseconds since 1970.
        counts: How often.
        p: How much it says when it is fresh.
        lifetime: Days after which nothing is left of it.
        delta: The other number of its curve.
        doubt: For each value what is left of the score after false positives.
        deniers: Value → who calls it a false positive, and how far he is believed.
    """

    sources: tuple[str, ...]
    value: Numbers
    source: Numbers
    kind: Numbers
    last_us: Numbers
    counts: Numbers
    p: Floats
    lifetime: Floats
    delta: Floats
    doubt: Floats
    deniers: Mapping[int, list[tuple[str, float]]]

    def decayed(self, at_us: int) -> Floats:
        """Return what is left of each at a moment."""
        return left((at_us - self.last_us) / DAY_US, self.lifetime, self.delta)

    def maliciousness(self, at_us: int) -> Floats:
        """Return for each value its score at a moment, 0 to 100."""
        none_of_it = np.bincount(
            self.value,
            weights=np.log1p(-self.p * self.decayed(at_us)),
            minlength=len(self.doubt),
        )
        return np.abs(100 * self.doubt * np.expm1(none_of_it))


class _Ways(NamedTuple):
    """The ways in which something is said of values, as numbers; a row for each.

    Attributes:
        sources: Names of the sources.
        source: Position in `sources`.
        kind: Position in `CLASSES`; -1: it says nothing against a value.
        is_told: Whether the source may have it from another.
    """

    sources: tuple[str, ...]
    source: Numbers
    kind: Numbers
    is_told: NDArray[np.bool_]


def factors(view: View, observables: Sequence[Observable], at: datetime, trust: Trust) -> Factors:
    """Return the factors against values, as of a moment.

    Cost: about 5 µs a value and 0.2 µs a mention in their records.
    """
    evidence = view.evidence(observables, at, BESIDE)
    said = opinions(evidence, len(observables), trust)
    ways = _ways(evidence)
    counted = (ways.kind[evidence.way] >= 0) & ~said.expires
    rows = np.flatnonzero(counted & ~_copied(evidence, ways, trust, len(observables)))
    value, day = evidence.value[rows], evidence.day[rows]
    source, kind = ways.source[evidence.way[rows]], ways.kind[evidence.way[rows]]
    order = np.lexsort((day, kind, source, value))
    changes = np.zeros(len(rows), bool)
    for column in (value, source, kind, day):
        changes |= np.diff(column[order], prepend=-1) != 0
    starts = np.flatnonzero(changes)
    rows, first = rows[order], order[starts]
    value, source, kind = value[first], source[first], kind[first]
    rho = np.array([trust.rho(name) for name in ways.sources])
    curves = np.array([CURVES[one.topic] for one in observables], np.float64).reshape(-1, 2)
    return Factors(
        ways.sources,
        value,
        source,
        kind,
        np.maximum.reduceat(evidence.last[rows], starts) if len(starts) else starts,
        np.add.reduceat(evidence.counts[rows], starts) if len(starts) else starts,
        _WEIGHTS[kind] * rho[source] * said.kappa[value],
        curves[value, 0],
        curves[value, 1],
        said.doubt,
        said.deniers,
    )


def _ways(evidence: Evidence) -> _Ways:
    sources = tuple(dict.fromkeys(said.source for said in evidence.ways))
    found = [weighed(said) for said in evidence.ways]
    return _Ways(
        sources,
        np.array([sources.index(said.source) for said in evidence.ways], np.int64),
        np.array([-1 if one is None else CLASSES.index(one.kind) for one in found], np.int64),
        np.array([one is not None and one.is_told for one in found], bool),
    )


def _copied(evidence: Evidence, ways: _Ways, trust: Trust, count: int) -> NDArray[np.bool_]:
    """Tell which rows say again what a source says from whom theirs copies."""
    again = np.zeros(len(evidence.value), bool)
    here = {name: number for number, name in enumerate(ways.sources)}
    for name in trust.copies.keys() & here.keys():
        own = (ways.source == here[name]) & ways.is_told
        others = [here[one] for one in trust.copies[name] if one in here]
        original = np.isin(ways.source, others) & ways.is_told
        has_original = np.zeros(count, bool)
        has_original[evidence.value[original[evidence.way]]] = True
        again |= own[evidence.way] & has_original[evidence.value]
    return again
