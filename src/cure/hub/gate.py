"""The one gate out: it stands before the hub, and gives each audience its view."""

from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from cure.hub.index import Hub
from cure.hub.moment import Moment
from cure.hub.partitions.asking import FrontMoment
from cure.hub.partitions.hub import PartedHub
from cure.hub.partitions.view import PartedView
from cure.hub.view import View
from cure.hub.visible import Clearance
from cure.model import Audience
from cure.model.finding import EARLIEST

T = TypeVar("T")
_END = datetime.max.replace(tzinfo=UTC)
_VIEWS = 32  # kept of one moment; what one remembers may take 10 MB
_CLEARANCES = 1024


class _Decided(NamedTuple):
    """A clearance, and what it holds for: stamps as they were, and no label opening or closing."""

    clearance: Clearance
    relabelled: int
    since: datetime
    until: datetime

    def holds(self, moment: Moment | FrontMoment, at: datetime) -> bool:
        """Tell whether nothing has changed that the clearance depends on."""
        return (
            len(self.clearance.sees) == len(moment.stamps)
            and self.relabelled == moment.relabelled
            and self.since <= at < self.until
        )


class _Latest(NamedTuple):
    """The views of one moment, which goes when the next one comes."""

    moment: Moment | FrontMoment
    views: dict[Audience, View]


class Gate:
    """Stands before the hub; the only maker of views."""

    def __init__(self, hub: Hub | PartedHub) -> None:
        """Guard a hub."""
        self._hub = hub
        self._decided: dict[Audience, _Decided] = {}
        self._latest = _Latest(hub.moment, {})

    def view(self, audience: Audience, at: datetime = EARLIEST) -> View:
        """Return what an audience may see at a moment. Each label is decided on once.

        Args:
            audience: Who asks.
            at: When; without it, labels that open one day have not opened yet.
        """
        moment, latest = self._hub.moment, self._latest
        if latest.moment is not moment:
            latest = self._latest = _Latest(moment, {})
        clearance = self._clearance(moment, audience, at)
        view = latest.views.get(audience)
        if view is None or view.clearance is not clearance:
            if isinstance(moment, FrontMoment):
                view = PartedView(moment, clearance)
            else:
                view = View(moment, clearance)
            _remember(latest.views, audience, view, _VIEWS)
        return view

    def _clearance(
        self, moment: Moment | FrontMoment, audience: Audience, at: datetime
    ) -> Clearance:
        known = self._decided.get(audience)
        if known is None or not known.holds(moment, at):
            clearance = Clearance.of(moment, audience, at)
            known = _Decided(clearance, moment.relabelled, *_unchanging(moment, at))
            _remember(self._decided, audience, known, _CLEARANCES)
        return known.clearance


def _remember(kept: dict[Audience, T], audience: Audience, one: T, most: int) -> None:
    """Keep one more for an audience, and begin anew where there are too many."""
    if len(kept) >= most:
        kept.clear()
    kept[audience] = one


def _unchanging(moment: Moment | FrontMoment, at: datetime) -> tuple[datetime, datetime]:
    """Return the moments around `at` at which a label opens or closes."""
    turns = [
        turn
        for label in moment.labels
        for turn in (label.not_before, label.expires)
        if turn is not None
    ]
    return (
        max((turn for turn in turns if turn <= at), default=EARLIEST),
        min((turn for turn in turns if turn > at), default=_END),
    )
