"""How often somebody may try or ask: a bucket of tokens for each, filled at a steady rate."""

import math
import threading
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network

from cure.errors import LockedError

_MAX_BUCKETS = 100_000


class Buckets:
    """A bucket for each who asks; the longest unused are forgotten when there are too many."""

    def __init__(self, per_minute: float, burst: int) -> None:
        """Allow `burst` at once, and so many a minute in the long run."""
        self._per_s = per_minute / 60
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, who: str, now_s: float) -> None:
        """Take a token out of somebody's bucket.

        Args:
            who: Whose.
            now_s: The time, in seconds of any clock that goes forward.

        Raises:
            LockedError: If it is empty.
        """
        with self._lock:
            left, since = self._buckets.pop(who, (float(self._burst), now_s))
            left = min(self._burst, left + max(0.0, now_s - since) * self._per_s)
            is_empty = left < 1
            self._buckets[who] = (left if is_empty else left - 1, now_s)
            if len(self._buckets) > _MAX_BUCKETS:
                self._buckets.popitem(last=False)
        if is_empty:
            raise LockedError(math.ceil((1 - left) / self._per_s))


def side_of(address: str) -> str:
    """Return for what an address counts: itself, or the /64 that one customer has in IPv6.

    >>> side_of("192.0.2.1"), side_of("2001:db8::1:2:3:4"), side_of("unix")
    ('192.0.2.1', '2001:db8::/64', 'unix')
    """
    try:
        one = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(one, IPv6Address):
        return address
    return str(one.ipv4_mapped or ip_network((one, 64), strict=False))
