"""How often somebody may ask, and how often an address may try: more is answered with 429."""

from time import monotonic

from cure.access.limits import Buckets, side_of
from cure.access.principal import Principal

REQUESTS_A_MINUTE = 60_000
"""For each principal, all keys of a machine's organisation together."""
_BURST_S = 10
_TRIES_A_MINUTE = 10
_TRIES_AT_ONCE = 20


class Limits:
    """The limits of one server. Nothing is told of them but when to come again."""

    def __init__(self, requests_a_minute: int) -> None:
        """Let each principal ask so often, and ten seconds' worth of it at once."""
        at_once = max(1, requests_a_minute * _BURST_S // 60)
        self._requests = Buckets(requests_a_minute, at_once)
        self._tries = Buckets(_TRIES_A_MINUTE, _TRIES_AT_ONCE)

    def ask(self, who: Principal) -> None:
        """Count a request of somebody.

        Raises:
            LockedError: If there were too many.
        """
        self._requests.take(who.name, monotonic())

    def guess(self, address: str) -> None:
        """Count a try of an address at what costs much, before anybody is known.

        Raises:
            LockedError: If there were too many.
        """
        self._tries.take(side_of(address), monotonic())
