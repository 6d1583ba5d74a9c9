"""Synchronised bursts: far more addresses than usual ask for one thing within ten minutes."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray

from cure.enrichers.behaviour.events import Events

BIN_S = 600
"""Length of a bin in seconds. Bins start at multiples of it since 1970."""
MIN_SCORE = 8.0
"""The robust z-score from which a bin is told."""
MIN_ADDRESSES = 10
"""Fewer addresses make no burst."""
_OFTEN = 12  # bins with a token, from which they alone tell what is usual for it
_NORMAL_MAD = 1.4826  # the standard deviation of a normal distribution, in its MADs
_NORMAL_MEAN = 1.2533  # and in its mean absolute deviations
_US = 1_000_000
_START = datetime(1970, 1, 1, tzinfo=UTC)


class Burst(msgspec.Struct, frozen=True):
    """More addresses than usual asked for one thing at once.

    Attributes:
        token: What they asked for.
        starts_at: When the bin starts; it lasts BIN_S.
        score: Robust z-score of the number of addresses.
        usual: The number of addresses that a bin of this token usually has.
        addresses: Who they were, in canonical text, ascending.
    """

    token: str
    starts_at: datetime
    score: float
    usual: float
    addresses: tuple[str, ...]


def bursts(
    events: Events, *, min_score: float = MIN_SCORE, min_addresses: int = MIN_ADDRESSES
) -> list[Burst]:
    """Find bins in which far more addresses than usual sent a token; highest score first.

    Score: (x - median) / scale. A token that was seen in 12 bins or more is judged by the bins
    in which it was seen, so a job that runs every hour is no burst; a rarer one by all bins from
    the first event to the last. The scale is 1.4826 MAD, or 1.2533 times the mean absolute
    deviation where the MAD is 0. It is never less than the square root of the median (the noise
    of a count), nor than 1: a calm token's score is then the surplus of addresses.

    Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993).

    Cost: a sort of the events, and one pass over the bins of each token that had a bin with
    `min_addresses` or more.
    """
    if not len(events.at):
        return []
    bins = events.at // (BIN_S * _US)
    first, count = int(bins.min()), int(bins.max() - bins.min()) + 1
    cell = events.service.astype(np.int64) * count + (bins - first)
    order = np.lexsort((events.ip, cell))
    cell, ip = cell[order], events.ip[order].astype(np.int64)
    once = np.r_[True, (np.diff(cell) != 0) | (np.diff(ip) != 0)]
    cell, ip = cell[once], ip[once]
    cells, starts, sizes = np.unique(cell, return_index=True, return_counts=True)
    busy = np.unique(cells[sizes >= min_addresses] // count)
    found: list[Burst] = []
    for token in map(int, busy):
        low, high = np.searchsorted(cells, (token * count, (token + 1) * count))
        usual, scale = _normal(sizes[low:high], count)
        scores = (sizes[low:high] - usual) / scale
        loud = low + np.flatnonzero((scores >= min_score) & (sizes[low:high] >= min_addresses))
        for at in map(int, loud):
            who = ip[starts[at] : starts[at] + sizes[at]]
            seconds = (first + int(cells[at]) % count) * BIN_S
            found.append(
                Burst(
                    events.tokens[token],
                    _START + timedelta(seconds=seconds),
                    round(float(scores[at - low]), 2),
                    usual,
                    tuple(sorted(events.ips[one] for one in map(int, who))),
                )
            )
    return sorted(found, key=lambda burst: (-burst.score, burst.starts_at, burst.token))


def _normal(sizes: NDArray[np.int64], count: int) -> tuple[float, float]:
    """Return the median and the scale of a token's bins, `count` with the empty ones."""
    values = sizes
    if len(sizes) < _OFTEN:
        values = np.zeros(count)
        values[: len(sizes)] = sizes
    median = float(np.median(values))
    away = np.abs(values - median)
    spread = _NORMAL_MAD * float(np.median(away)) or _NORMAL_MEAN * float(away.mean())
    return median, max(spread, median**0.5, 1.0)
