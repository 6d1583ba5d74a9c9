"""New intelligence looked for that concerns past alerts, which it opens again."""

from collections.abc import Callable
from datetime import datetime

from cure.hub.gate import Gate
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

    def match(self) -> None:
        """Look at all that has not been looked at yet.

        An organisation that is new begins with what comes: what was known before is answered
        with each alert anyway.

        Raises:
            LogError: If news could not be kept; the same records are looked at again.
        """
        for organisation in self._audiences.organisations():
            audience = self._audiences.of(organisation)
            if audience is None:
                continue
            now = self._clock()
            of = self._gate.view(audience, now).alerts_of(PUBLISHER)
            if organisation not in self._matched:
                kept = self._store.matched(organisation)
                self._matched[organisation] = _EVERYTHING if kept is None else kept
            news, upto = of.news(self._matched[organisation])
            if news or upto - self._kept.get(organisation, -KEEP_EVERY) >= KEEP_EVERY:
                self._store.keep(organisation, news, upto, now)
                self._kept[organisation] = upto
            self._matched[organisation] = upto


_EVERYTHING = 2**62  # no record has a higher number
