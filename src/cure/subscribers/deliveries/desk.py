"""Where somebody looks after the deliveries of an organisation."""

from collections.abc import Callable
from datetime import datetime
from itertools import takewhile

import msgspec

from cure.access.principal import Principal
from cure.errors import MalformedError
from cure.subscribers.deliveries.channel import Parcel
from cure.subscribers.deliveries.channels import Channels, PushSetting
from cure.subscribers.deliveries.delivery import Delivery, DeliveryForm, delivery_of
from cure.subscribers.deliveries.progress import DeadLetter, DeliveryState
from cure.subscribers.deliveries.samples import sample_hit
from cure.subscribers.deliveries.store import DeliveryStore
from cure.subscribers.watches.meaning import MEANINGS
from cure.subscribers.watches.store import WatchStore

_PAGE = 1000


class MadeDelivery(msgspec.Struct, frozen=True):
    """A delivery that was made.

    Attributes:
        delivery: The delivery.
        secret: What its events are signed with; told this once. Empty: they are not.
    """

    delivery: Delivery
    secret: str


class Tested(msgspec.Struct, frozen=True):
    """What came of a test.

    Attributes:
        acknowledged: Whether the receiver took it.
        why: What went wrong; empty: nothing.
    """

    acknowledged: bool
    why: str


class SendsAgain(msgspec.Struct, frozen=True):
    """What is to be sent again.

    Attributes:
        dead: How many dead letters.
    """

    dead: int


class DeliveryDesk:
    """The deliveries of one organisation; there is no way to those of others.

    Each method raises `NotKnownError` for a delivery that the organisation does not have, and
    `LogError` where nothing can be kept.
    """

    def __init__(
        self,
        store: DeliveryStore,
        watches: WatchStore,
        by: Principal,
        setting: PushSetting,
        clock: Callable[[], datetime],
    ) -> None:
        """Work for somebody's organisation."""
        self._store = store
        self._watches = watches
        self._by = by
        self._organisation = by.organisation
        self._setting = setting
        self._clock = clock

    def add(self, form: DeliveryForm) -> MadeDelivery:
        """Make a delivery of the hits that come from now on.

        Raises:
            MalformedError: If its address, a time, a zone or a meaning is none, or there are too
                many.
            NotKnownError: If a watch is none of the organisation.
        """
        for watch in form.watches:
            self._watches.watch(self._organisation, watch)
        for meaning in form.meanings:
            if meaning not in MEANINGS:
                raise MalformedError("meaning", meaning, f"want {', '.join(MEANINGS)}")
        made, secret = delivery_of(
            form, self._by, self._clock(), allow_private=self._setting.allow_private
        )
        self._store.add(made, secret, self._watches.last_position(self._organisation))
        return MadeDelivery(made, secret)

    def all(self) -> list[DeliveryState]:
        """Return the deliveries, the oldest first."""
        return self._store.of(self._organisation)

    def remove(self, delivery_id: str) -> None:
        """Remove a delivery with its dead letters; what waits for it is not sent."""
        self._store.remove(self._organisation, delivery_id)

    async def test(self, delivery_id: str) -> Tested:
        """Send something invented, at once, whatever waits."""
        delivery = self._store.called(self._organisation, delivery_id)
        at = self._clock()
        secret = self._store.secret(delivery_id)
        parcel = Parcel(delivery, secret, [sample_hit(at)], at, is_test=True)
        channels = Channels(self._setting)
        try:
            async with channels.opened(delivery) as channel:
                outcome = await channel.send(parcel)
        finally:
            await channels.close()
        return Tested(not outcome.why, outcome.why)

    def dead(self, delivery_id: str) -> list[DeadLetter]:
        """Return the hits that could not be sent, the oldest first."""
        return self._store.dead(self._organisation, delivery_id)

    def redrive(self, delivery_id: str, since: datetime | None = None) -> SendsAgain:
        """Have dead letters sent again, at once, and go on with a delivery that has stopped.

        Args:
            delivery_id: The delivery.
            since: From when on everything is sent again, acknowledged or not; None: dead letters
                only.
        """
        if since is None:
            return SendsAgain(self._store.redrive(self._organisation, delivery_id))
        position = 0
        while page := self._watches.after(self._organisation, position, _PAGE):
            old = list(takewhile(lambda one: one.at < since, page))
            position = old[-1].position if old else position
            if len(old) < len(page):
                break
        return SendsAgain(self._store.replay(self._organisation, delivery_id, position))
