"""Reputation: how often analysts confirmed what a source said, and how often they refuted it.

Beta reputation (Jøsang and Ismail, 2002), in which older judgements weigh less.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from cure.enrichers.maliciousness.classes import BESIDE, weighed
from cure.enrichers.reliability.admiralty import LETTERS, UNKNOWN_LETTER
from cure.enrichers.reliability.judgements import (
    CONFIRMING,
    FALSE_POSITIVE,
    RATED,
    REFUTING,
    is_analysts,
    is_of_source,
    words,
)
from cure.hub.batch import microseconds
from cure.hub.view import View

PRIOR = 2.0
"""As if each source had been confirmed twice and refuted twice."""
LEFT_A_DAY = 0.99
ENOUGH = 10
"""So many judgements, and a letter may be suggested."""
_INTERVAL = (0.05, 0.95)
_SUGGESTED = ((0.9, "a"), (0.75, "b"), (0.5, "c"), (0.25, "d"))
_DAY_US = 86_400_000_000


class Tally(NamedTuple):
    """What became of what a source said.

    Attributes:
        confirmed: How many of its values were confirmed.
        refuted: How many were refuted.
        weight_for: The first, each by its age.
        weight_against: The second, likewise.
    """

    confirmed: int = 0
    refuted: int = 0
    weight_for: float = 0.0
    weight_against: float = 0.0

    @property
    def rho(self) -> float:
        """The expected share of what it says that is right."""
        return (PRIOR + self.weight_for) / (2 * PRIOR + self.weight_for + self.weight_against)

    def interval(self) -> tuple[float, float]:
        """Return in which range that lies, with a probability of 90 %."""
        from scipy.special import betaincinv  # noqa: PLC0415 - takes 0.1 s, and is seldom asked

        low, high = betaincinv(PRIOR + self.weight_for, PRIOR + self.weight_against, _INTERVAL)
        return round(float(low), 3), round(float(high), 3)

    def letter(self) -> str:
        """Return the letter that it has earned; F, where too little was judged."""
        if self.confirmed + self.refuted < ENOUGH:
            return UNKNOWN_LETTER
        return next((letter for least, letter in _SUGGESTED if self.rho >= least), "e")


UNJUDGED = Tally()


class Judged(NamedTuple):
    """What analysts said, as far as it bears on sources.

    Attributes:
        letters: Tag of a source → the letter that analysts gave it last.
        tallies: Source → what became of what it said.
    """

    letters: Mapping[str, str]
    tallies: Mapping[str, Tally]


def judged(view: View, at: datetime) -> Judged:
    """Return what analysts have said up to a moment.

    A source takes part in the fate of a value if it spoke of it as bad before it was judged.
    Cost: some microseconds a judged value and source.
    """
    values = view.spoken_by(is_analysts)
    evidence = view.evidence(values, at, BESIDE)
    speakers: dict[int, dict[str, int]] = {}
    for value, way, last in zip(
        evidence.value.tolist(), evidence.way.tolist(), evidence.last.tolist(), strict=True
    ):
        said = evidence.ways[way]
        if weighed(said) is not None:
            since = speakers.setdefault(value, {})
            since[said.source] = min(last, since.get(said.source, last))
    now = microseconds(at)
    letters: dict[str, tuple[int, str]] = {}
    tallies: dict[str, Tally] = {}
    for value, word in words(evidence):
        if is_of_source(values[value]):
            for letter in (one.removeprefix(RATED) for one in word.roles):
                if letter in LETTERS and letter != UNKNOWN_LETTER:
                    name = values[value].value
                    letters[name] = max(letters.get(name, (0, "")), (word.at_us, letter))
            continue
        is_right = not word.roles.isdisjoint(CONFIRMING) and FALSE_POSITIVE not in word.roles
        if not is_right and word.roles.isdisjoint(REFUTING):
            continue
        weight = LEFT_A_DAY ** (max(now - word.at_us, 0) / _DAY_US)
        for source, since_us in speakers.get(value, {}).items():
            if source != word.source and since_us <= word.at_us:
                tallies[source] = _with(tallies.get(source, UNJUDGED), weight, is_right=is_right)
    return Judged({name: letter for name, (_, letter) in letters.items()}, tallies)


def _with(before: Tally, weight: float, *, is_right: bool) -> Tally:
    confirmed, refuted, weight_for, weight_against = before
    if is_right:
        return Tally(confirmed + 1, refuted, weight_for + weight, weight_against)
    return Tally(confirmed, refuted + 1, weight_for, weight_against + weight)
