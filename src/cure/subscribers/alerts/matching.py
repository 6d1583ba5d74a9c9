"""New intelligence looked for that concerns past alerts, which it opens again."""

from collections.abc import Callable, Iterator
from datetime import datetime

from cure.hub.alerts import AlertsOf
from cure.hub.gate import Gate
from cure.model import Audience
from cure.subscribers.alerts.alert import PUBLISHER
from cure.subscribers.alerts.store import AlertStore
from cure.subscribers.watches.audiences import Audiences

KEEP_EVERY = 20_000
"""After so many records without news it is kept how far they were looked for."""


class AlertMatching:
    """Looks, for each organisation in its own view, at what came."""

    def __init__(
        self, store: AlertStore, gate: Gate, audiences: Audiences, clock: Callable[[], datetime]
    ) -> None:
        """Look through a gate; news are kept in the store."""
        self._store = store
        self._gate = gate
        self._audiences = audiences
        self._clock = clock
        self._matched: dict[str, int] = {}
        self._kept: dict[str, int] = {}

    def begin(self) -> None:
        """Have organisations that are new begin with what comes from now on.

        What was known before is answered with each alert anyway.

        Raises:
            LogError: If it cannot be read who is new.
        """
        for organisation, audience in self._told():
            self._matched_upto(organisation, self._alerts(audience, self._clock()))

    def begin_anew(self) -> None:
        """Go on where the store says: another node of the cluster has looked meanwhile."""
        self._matched.clear()
        self._kept.clear()

    def match(self) -> None:
        """Look at all that has not been looked at yet.

        Raises:
            LogError: If news could not be kept; the same records are looked at again.
        """
        for organisation, audience in self._told():
            now = self._clock()
            of = self._alerts(audience, now)
            news, upto = of.news(self._matched_upto(organisation, of))
            if news or upto - self._kept.get(organisation, -KEEP_EVERY) >= KEEP_EVERY:
                self._store.keep(organisation, news, upto, now)
                self._kept[organisation] = upto
            self._matched[organisation] = upto

    def _told(self) -> Iterator[tuple[str, Audience]]:
        for organisation in self._audiences.organisations():
            if (audience := self._audiences.of(organisation)) is not None:
                yield organisation, audience

    def _alerts(self, audience: Audience, now: datetime) -> AlertsOf:
        return self._gate.view(audience, now).alerts_of(PUBLISHER)

    def _matched_upto(self, organisation: str, of: AlertsOf) -> int:
        if organisation not in self._matched:
            kept = self._store.matched(organisation)
            self._matched[organisation] = of.news(_EVERYTHING)[1] if kept is None else kept
        return self._matched[organisation]


_EVERYTHING = 2**62  # no record has a higher number
