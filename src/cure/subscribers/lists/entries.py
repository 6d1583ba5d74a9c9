"""What a list holds: the values that were named as bad, by whom, and how sure that is."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from cure.errors import MalformedError
from cure.hub.view import View, Wanted
from cure.model import Label, Observable, Pap, Tlp, Topic, recognise
from cure.subscribers.bad_roles import BAD_ROLES
from cure.warninglists import warned_of

MOST = 150_000
"""How many entries a list has at most: what the largest of common firewalls takes."""
MIN_SCORE = 50.0
"""The lowest maliciousness on a list by which something is blocked, unless asked otherwise."""

Scores: TypeAlias = Callable[[View, Sequence[Observable]], Sequence[float]]
"""Gives each value its maliciousness, 0 to 100, as a view may know it."""


class Entry(NamedTuple):
    """One line of a list.

    Attributes:
        observable: The value.
        roles: In which roles it was named.
        sources: By whom.
        records: In how many records.
        first_seen: From when.
        last_seen: Until when.
        score: Its maliciousness, 0 to 100.
    """

    observable: Observable
    roles: tuple[str, ...]
    sources: tuple[str, ...]
    records: int
    first_seen: datetime
    last_seen: datetime
    score: float


class Asked(NamedTuple):
    """Which list is asked for.

    Attributes:
        topic: Of what.
        blocks: Whether something will be blocked by it.
        min_score: The lowest maliciousness.
        since: When a value was seen last, at the earliest; None: at any time.
        tag: Only what stands beside this tag; None: anything.
        source: Only what this source says; None: any.
        limit: How many entries at most: those with the highest score, the later first.
    """

    topic: Topic
    blocks: bool
    min_score: float = 0.0
    since: datetime | None = None
    tag: Observable | None = None
    source: str | None = None
    limit: int = MOST


def entries(view: View, asked: Asked, scores: Scores) -> list[Entry]:
    """Return the entries of a list, the most malicious first.

    A list by which something is blocked is made only of what may be used so (PAP:CLEAR and
    PAP:GREEN; nothing that is AMBER+STRICT, for it goes on to devices of many), and has no
    value that a warning list names.

    Args:
        view: Made for Purpose.EXPORT.
        asked: Which list.
        scores: Says how malicious values are.
    """
    if asked.blocks:
        view = view.narrowed(_may_block)
    wanted = Wanted(asked.topic, BAD_ROLES, asked.since, asked.tag, asked.source)
    found = view.named(wanted, MOST)
    rated = zip(found, scores(view, [one.observable for one in found]), strict=True)
    listed = [
        Entry(*one, round(score, 1))
        for one, score in rated
        if score >= asked.min_score
        and reads_back(one.observable)
        and not (asked.blocks and warned_of(one.observable))
    ]
    listed.sort(key=lambda one: (-one.score, -one.last_seen.timestamp(), one.observable))
    return listed[: asked.limit]


def reads_back(observable: Observable) -> bool:
    """Tell whether a value, written down as it is, is read as itself again."""
    try:
        return recognise(observable.value) == observable
    except MalformedError:
        return False


def _may_block(label: Label) -> bool:
    return label.pap <= Pap.GREEN and label.tlp < Tlp.AMBER_STRICT
