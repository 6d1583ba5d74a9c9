"""Likeness over an installation: the columns beside its log, and what answers from them."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import NamedTuple

from cure.enrichers.alike.keeping_up import KeepingUp, Turn
from cure.enrichers.alike.likeness import WINDOW, Likeness
from cure.enrichers.geography import Geography
from cure.enrichers.groups.publishing import GroupPublishing
from cure.enrichers.groups.running import Apart, run
from cure.enrichers.groups.runs import GroupRuns
from cure.installation import Installation


class Opened(NamedTuple):
    """What keeps up with the log, and what answers."""

    columns: KeepingUp
    likeness: Likeness


def opened_over(  # noqa: PLR0913 - each is one thing of its own
    installation: Installation,
    observes: Callable[[str], bool],
    clock: Callable[[], datetime],
    *,
    geography: Geography,
    keep: timedelta = WINDOW,
    is_apart: bool = False,
    turn: Turn = nullcontext,
) -> Opened:
    """Set up likeness over an installation; nothing is read yet.

    Args:
        installation: Whose behaviour.
        observes: Tells of a source whether it says what it saw, and not what it means.
        clock: What time it is, UTC.
        geography: Where addresses belong.
        keep: How far back behaviour is held.
        is_apart: Whether groups are computed in a process of their own.
        turn: In which to read some records.
    """
    columns = KeepingUp(installation.log, installation.directory, observes, keep, turn)
    place = installation.directory / "groups"
    grouping = Apart(place)
    likeness = Likeness(
        columns.held,
        lambda audience: installation.gate.view(audience, clock()),
        geography,
        GroupRuns(place, grouping if is_apart else run, geography, clock, grouping.close),
        GroupPublishing(place / "published.json"),
        keep,
    )
    return Opened(columns, likeness)
