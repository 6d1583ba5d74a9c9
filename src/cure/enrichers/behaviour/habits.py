"""How addresses go about it: at which hours, at which pace, in which steps, how much a day."""

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.behaviour.hashes import Keys, mixed
from cure.enrichers.behaviour.tallies import Rows, Tally, tallied
from cure.enrichers.behaviour.timeline import Timeline

_HOURS = 24
_DECADES_S = 10 ** np.arange(7)
_PACES_S = np.ceil(10 ** (np.arange(21) / 3) - 1e-6).astype(np.int64)
"""1, 3, 5, 10, 22, 47, 100 … seconds."""
_LOTS = np.ceil(2 ** (np.arange(1, 16) / 2) - 1e-6).astype(np.int64)
"""2, 2, 3, 4, 6, 8, 12 … events a day."""
_PACES, _VOLUMES = len(_PACES_S) + 1, len(_LOTS) + 1
CELLS = _HOURS + 2 * _PACES + _VOLUMES
"""How many numbers `rhythm` gives per address."""
_HOUR_S = 3600
_DAY_S = 86400
_EXACT = 4096


def steps(timeline: Timeline) -> Tally:
    """Count steps from one event to the next by both services and the decade of the pause."""
    same, gap = timeline.pauses()
    decade = np.searchsorted(_DECADES_S, gap[same], side="right").astype(np.uint64)
    keys: Keys = mixed(mixed(timeline.service[:-1][same] ^ decade) ^ timeline.service[1:][same])
    return tallied(timeline.ip[1:][same], keys)


def rhythm(timeline: Timeline, first: int, end: int) -> Rows:
    """Return four histograms per address, side by side: shape (end - first, CELLS).

    Events by hour of the day; pauses and lengths of sessions by their logarithm, three cells
    to the decade of seconds; days by events, two cells to the doubling. Each is of length 1,
    or 0 where there is nothing to count, in whole steps of 1 : 4096.
    """
    ip, addresses = timeline.ip - first, end - first
    same, gap = timeline.pauses()
    starts = timeline.sessions()
    last = np.append(starts[1:], len(ip))[: len(starts)] - 1
    lasted = timeline.second[last] - timeline.second[starts]
    days = tallied(
        ip, (timeline.second // _DAY_S).astype(np.uint64) << np.uint64(24), timeline.times
    )
    hour = _histogram(ip, timeline.second // _HOUR_S % _HOURS, addresses, _HOURS)
    joined = np.concatenate(
        [
            hour / np.maximum(np.sqrt((hour * hour).sum(axis=1, keepdims=True)), 1),
            _shares(_smooth(_histogram(ip[1:][same], _pace(gap[same]), addresses, _PACES))),
            _shares(_smooth(_histogram(ip[starts], _pace(lasted), addresses, _PACES))),
            _shares(
                _smooth(
                    _histogram(
                        days.ip,
                        np.searchsorted(_LOTS, days.times, side="right"),
                        addresses,
                        _VOLUMES,
                    )
                )
            ),
        ],
        axis=1,
    )
    return np.rint(joined * _EXACT).astype(np.float32) / np.float32(_EXACT)


def _histogram(ip: NDArray[np.int32], cell: NDArray[np.int64], addresses: int, cells: int) -> Rows:
    counted = np.bincount(ip * cells + cell, minlength=addresses * cells)
    return counted.reshape(addresses, cells).astype(np.float32)


def _pace(seconds: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.searchsorted(_PACES_S, seconds, side="right")


def _smooth(histogram: Rows) -> Rows:
    """Give a quarter of each cell to either side: 9 s and 11 s are much the same."""
    quarter = histogram / np.float32(4)
    smooth = histogram / np.float32(2)
    smooth[:, 1:] += quarter[:, :-1]
    smooth[:, :-1] += quarter[:, 1:]
    smooth[:, [0, -1]] += quarter[:, [0, -1]]
    return smooth


def _shares(histogram: Rows) -> Rows:
    """Return square roots of shares: their product is Bhattacharyya's coefficient."""
    total = np.maximum(histogram.sum(axis=1), 1).astype(np.float32)
    shares = histogram / total[:, None]
    return np.sqrt(shares, out=shares)
