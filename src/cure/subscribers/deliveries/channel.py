"""What every way of sending has in common: what it is given, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cure.subscribers.deliveries.delivery import Delivery, Way
from cure.subscribers.watches.hit import HitShown


@dataclass(frozen=True)
class Parcel:
    """What is sent at once.

    Attributes:
        delivery: Where to, and how.
        secret: To sign with; empty: there is none.
        hits: What is told, the oldest first; at least one.
        at: Now.
        is_test: Whether it is invented, to show that the delivery works.
    """

    delivery: Delivery
    secret: str
    hits: Sequence[HitShown]
    at: datetime
    is_test: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of it; without a reason the receiver has acknowledged all.

    Attributes:
        why: What went wrong; it tells nothing of the network on this side.
        wants_nothing: Whether the receiver wants nothing any more.
        retry_after_s: In how many seconds it wants to be asked again.
    """

    why: str = ""
    wants_nothing: bool = False
    retry_after_s: int = 0


ACKNOWLEDGED = Outcome()


class Channel(Protocol):
    """A way of sending."""

    async def send(self, parcel: Parcel) -> Outcome:
        """Send, within bounded time; what goes wrong is told, not raised."""
        ...

    async def close(self) -> None:
        """Let go of what is open."""
        ...


def most_at_once(delivery: Delivery) -> int:
    """Return how many hits one parcel may hold."""
    if delivery.way is Way.WEBHOOK:
        return 100 if delivery.batch else 1
    return 200
