"""The post at which watches stand: watches, hits and alerts, with the thread that matches them."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cure.hub.gate import Gate
from cure.subscribers.alerts.ids import AlertIds
from cure.subscribers.alerts.matching import AlertMatching
from cure.subscribers.alerts.store import AlertStore
from cure.subscribers.watches.audiences import Audiences
from cure.subscribers.watches.desk import WatchDesk
from cure.subscribers.watches.store import WatchStore
from cure.subscribers.watches.thread import WatchThread
from cure.subscribers.watches.watching import Watching

_log = logging.getLogger(__name__)


class WatchPost:
    """All that watches and own alerts need in a running server, or for one command.

    Attributes:
        store: The watches and their hits.
        watching: What compares them with what comes.
        alerts: What became of own alerts.
        alert_ids: Their ids.
        thread: The thread that matches in a server; `notice` is for a writer's listener.
    """

    def __init__(
        self,
        directory: Path,
        gate: Gate,
        audiences: Audiences,
        clock: Callable[[], datetime],
        is_due: Callable[[], bool] = lambda: True,
    ) -> None:
        """Open the watches and alerts of a data directory.

        Args:
            directory: The data directory.
            gate: The way to views.
            audiences: As whom organisations are told.
            clock: What time it is, UTC.
            is_due: Whether to match here; of a cluster's nodes one does.

        Raises:
            LogError: If they cannot be opened.
            ConfigError: If others may read the key of ids.
        """
        self._clock = clock
        self._is_due = is_due
        self._was_due = True
        self.store = WatchStore(directory)
        self.watching = Watching(self.store, gate, audiences, clock)
        self.alerts = AlertStore(self.store)
        self.alert_ids = AlertIds(directory)
        self._alert_matching = AlertMatching(self.alerts, gate, audiences, clock)
        self.thread = WatchThread(self.match, lambda error: _log.warning("%s", error))

    def match(self) -> None:
        """Compare all that has not been compared yet: with watches, and with past alerts.

        Raises:
            LogError: If what was found could not be kept.
        """
        was_due, self._was_due = self._was_due, self._is_due()
        if not self._was_due:
            return
        if not was_due:
            self.watching.begin_anew()
            self._alert_matching.begin_anew()
        self.watching.match()
        self._alert_matching.match()

    def desk(self, organisation: str, by: str) -> WatchDesk:
        """Return where somebody of an organisation looks after its watches."""
        return WatchDesk(self.store, self.watching, organisation, by, self._clock)

    def start(self) -> None:
        """Begin to match what comes from now on.

        Raises:
            LogError: If it cannot be read how far it was matched.
        """
        self._alert_matching.begin()
        self.thread.start()

    def stop(self) -> None:
        """Match what came, then close the file."""
        self.thread.stop()
        self.store.close()
