"""How far deliveries have come, as it is kept and as it is told."""

from datetime import datetime

import msgspec

from cure.subscribers.deliveries.delivery import Delivery


class Progress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a delivery has come.

    Attributes:
        position: Up to here the organisation's hits are done with; never told.
        sent: How many hits the receiver has acknowledged.
        withheld: How many were not sent because nothing of them may be sent any more.
        sent_at: When the receiver last acknowledged something.
        failures: How many failures there were in a row.
        failing_since: When the first of them was.
        retry_at: When to try again.
        why: What went wrong last.
        is_stopped: Whether nothing is sent any more, as the receiver wants nothing.
        begun: How many times somebody had it begin anew; what was on its way then counts no more.
    """

    position: int
    sent: int = 0
    withheld: int = 0
    sent_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    retry_at: datetime | None = None
    why: str = ""
    is_stopped: bool = False
    begun: int = 0


class DeadLetter(msgspec.Struct, frozen=True):
    """A hit that could not be sent.

    Attributes:
        hit: Its id.
        at: When it was given up.
        why: What went wrong.
        again: Whether it is to be sent again.
    """

    hit: str
    at: datetime
    why: str
    again: bool


class DeliveryState(msgspec.Struct, frozen=True):
    """A delivery as its organisation is told of it.

    Attributes:
        delivery: The delivery.
        sent: How many hits the receiver has acknowledged.
        withheld: How many were not sent because nothing of them may be sent any more.
        sent_at: When the receiver last acknowledged something.
        failures: How many failures there were in a row.
        retry_at: When it is tried again.
        why: What went wrong last.
        is_stopped: Whether nothing is sent any more, as the receiver wants nothing.
        dead: How many dead letters there are.
    """

    delivery: Delivery
    sent: int
    withheld: int
    sent_at: datetime | None
    failures: int
    retry_at: datetime | None
    why: str
    is_stopped: bool
    dead: int

    @classmethod
    def of(cls, delivery: Delivery, progress: Progress, dead: int) -> "DeliveryState":
        """Put together what is told."""
        return cls(
            delivery,
            progress.sent,
            progress.withheld,
            progress.sent_at,
            progress.failures,
            progress.retry_at,
            progress.why,
            progress.is_stopped,
            dead,
        )
