"""Events of addresses sorted and counted; and from the counts, what they ask for and how."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.behaviour.asked import orders, services
from cure.enrichers.behaviour.events import Events
from cure.enrichers.behaviour.habits import CELLS, rhythm, steps
from cure.enrichers.behaviour.hashes import Keys, signs
from cure.enrichers.behaviour.tallies import Rarity, Rows, Tally, projected, tallied, unit
from cure.enrichers.behaviour.timeline import Timeline

WIDTH = 48
_PAYLOAD_WEIGHT = 2
"""What an address brings along says more of it than where it knocks."""


class _Part(NamedTuple):
    """Counts of the addresses from `first` to before `end`."""

    first: int
    end: int
    timeline: Timeline
    services: Tally
    orders: Tally
    payload: Tally
    steps: Tally


class Counted(NamedTuple):
    """Counts of all addresses.

    Attributes:
        seen: int64 [n], how many events of each address.
        parts: Counts, some addresses at a time.
    """

    seen: NDArray[np.int64]
    parts: list[_Part]

    def rarity(self) -> Rarity:
        """Count in how many addresses each key occurs."""
        rarity = Rarity(len(self.seen))
        rarity.count([part.services for part in self.parts])
        rarity.count([part.orders for part in self.parts])
        rarity.count([part.payload for part in self.parts])
        rarity.count([part.steps for part in self.parts])
        return rarity

    def profiles(self, rarity: Rarity, seed: int) -> Iterator[tuple[int, int, Rows, Rows]]:
        """Yield first address, end, and rows of length 1: what they ask for, and how."""
        table = signs(seed, WIDTH)
        for first, end, timeline, *tallies in self.parts:
            services, orders, payload, steps = (
                projected(tally, first, end, rarity, table) for tally in tallies
            )
            payload *= _PAYLOAD_WEIGHT
            what = services + orders + payload
            how = rhythm(timeline, first, end) @ table[:CELLS] + steps
            yield first, end, unit(what), unit(how)


def counted(events: Events, timeline: Timeline, keys: Keys) -> Counted:
    """Count what addresses did and brought. Cost: three sorts of the events, part by part."""
    addresses = len(events.ips)
    brought = tallied(events.payload_ip, keys[events.payload_token], events.payload_count)
    parts = [
        _Part(
            first, end, part, services(part), orders(part), brought.between(first, end), steps(part)
        )
        for first, end, part in timeline.parts(addresses)
    ]
    seen = np.bincount(timeline.ip, weights=timeline.times, minlength=addresses)
    return Counted(seen.astype(np.int64), parts)
