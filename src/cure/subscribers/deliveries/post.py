"""The post from which deliveries leave: their file, and what sends them while a server runs."""

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cure.access.accounts import Accounts
from cure.access.principal import Principal
from cure.hub.gate import Gate
from cure.subscribers.deliveries.channels import Channels, PushSetting
from cure.subscribers.deliveries.desk import DeliveryDesk
from cure.subscribers.deliveries.outlook import Outlook
from cure.subscribers.deliveries.running import Deliveries
from cure.subscribers.deliveries.sender import Sender
from cure.subscribers.deliveries.store import DeliveryStore
from cure.subscribers.deliveries.sums import DeliverySums, sums_of
from cure.subscribers.watches.audiences import Audiences
from cure.subscribers.watches.store import WatchStore


class DeliveryPost:
    """All that deliveries need in a running server.

    Attributes:
        store: The deliveries.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is one thing of its own
        self,
        directory: Path,
        gate: Gate,
        watches: WatchStore,
        audiences: Audiences,
        accounts: Accounts | None,
        setting: PushSetting,
        clock: Callable[[], datetime],
        is_due: Callable[[], bool] = lambda: True,
    ) -> None:
        """Open the deliveries of a data directory.

        Args:
            directory: The data directory.
            gate: The way to views.
            watches: Watches and their hits.
            audiences: As whom organisations are told, for `Purpose.PUSH`.
            accounts: Whose audit log is told what was sent; None: there is none.
            setting: What the operator says of all deliveries.
            clock: What time it is, UTC.
            is_due: Whether to send from here; of a cluster's nodes one does.

        Raises:
            LogError: If they cannot be opened.
        """
        self.store = DeliveryStore(directory)
        self._watches = watches
        self._setting = setting
        self._clock = clock
        outlook = Outlook(gate, watches, audiences, accounts, clock)
        sender = Sender(self.store, watches, outlook, clock, random.random)
        self._deliveries = Deliveries(self.store, watches, sender, Channels(setting), clock, is_due)

    def desk(self, by: Principal) -> DeliveryDesk:
        """Return where somebody looks after the deliveries of his organisation."""
        return DeliveryDesk(self.store, self._watches, by, self._setting, self._clock)

    def sums(self) -> DeliverySums:
        """Return all deliveries in sum.

        Raises:
            LogError: If they cannot be read.
        """
        return sums_of(self.store, self._watches)

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        await self._deliveries.run()
