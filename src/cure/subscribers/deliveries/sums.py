"""All deliveries in sum, for whoever watches the server: how many there are, and what waits."""

from typing import NamedTuple

from cure.subscribers.deliveries.store import DeliveryStore
from cure.subscribers.watches.hit_store import HitStore


class DeliverySums(NamedTuple):
    """All deliveries of an installation in sum.

    Attributes:
        sending: How many of them work.
        failing: How many fail, and are tried again.
        stopped: How many have stopped, as their receivers want nothing.
        waiting: How many hits they have not come to yet.
        dead: How many dead letters there are.
    """

    sending: int = 0
    failing: int = 0
    stopped: int = 0
    waiting: int = 0
    dead: int = 0


def sums_of(store: DeliveryStore, hits: HitStore) -> DeliverySums:
    """Sum up all deliveries. Cost: about 50 µs each, and 0.1 µs for each hit that waits.

    Raises:
        LogError: If they cannot be read.
    """
    found = DeliverySums()
    for organisation in sorted({one.organisation for one in store.all()}):
        for state in store.of(organisation):
            progress = store.progress(state.delivery.id)
            if progress is None:
                continue
            failing = bool(state.failures) and not state.is_stopped
            found = DeliverySums(
                found.sending + (not failing and not state.is_stopped),
                found.failing + failing,
                found.stopped + state.is_stopped,
                found.waiting + hits.count_after(organisation, progress.position),
                found.dead + state.dead,
            )
    return found
