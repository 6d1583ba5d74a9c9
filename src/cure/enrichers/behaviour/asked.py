"""What addresses ask for: services, in which order, and what they bring along."""

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.behaviour.hashes import Keys, mixed
from cure.enrichers.behaviour.tallies import Tally, tallied
from cure.enrichers.behaviour.timeline import Timeline

ORDER_LENGTH = 12
"""So many services of a session tell it from others; what follows is more of the same."""


def services(timeline: Timeline) -> Tally:
    """Count events by service."""
    return tallied(timeline.ip, timeline.service, timeline.times)


def orders(timeline: Timeline) -> Tally:
    """Count sessions by the sequence of their first services.

    A programme asks for the same things in the same order, wherever it runs.
    """
    starts = timeline.sessions()
    return tallied(timeline.ip[starts], _sequence_keys(timeline.service, starts))


def _sequence_keys(service: Keys, starts: NDArray[np.int64]) -> Keys:
    lengths = np.minimum(np.diff(np.append(starts, len(service))), ORDER_LENGTH)
    keys = np.zeros(len(starts), np.uint64)
    for place in range(ORDER_LENGTH):
        longer = np.flatnonzero(lengths > place)
        keys[longer] = mixed(keys[longer] ^ service[starts[longer] + place])
    return keys
