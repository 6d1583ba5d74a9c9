"""What two addresses have in common, in words."""

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.behaviour.events import Events

_BIN_US = 600_000_000
_HOUR_US = 3_600_000_000
_HOURS = 24


class Evidence:
    """Names what addresses share; made once per set of events (cost: two sorts), asked often."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._events_of = _Rows(events.ip, len(events.ips))
        self._payload_of = _Rows(events.payload_ip, len(events.ips))
        tokens = np.uint64(max(len(events.tokens), 1))
        had = np.concatenate(
            [
                _pairs(events.ip, events.service, tokens),
                _pairs(events.payload_ip, events.payload_token, tokens),
            ]
        )
        self._holders = np.bincount(
            (np.unique(had) % tokens).astype(np.int64), minlength=len(events.tokens)
        )

    def shared(self, one: int, other: int, limit: int) -> list[str]:
        """Name what two addresses share, the rarest first, `limit` of it at most.

        Tokens with their lift, that is, how many times rarer they are among all addresses:
        ``7547/tcp (lift 41)``, ``path /HNAP1 (lift 9)``; last, ``34 common 10-minute bins``:
        spans of the clock in which both asked for the same.
        """
        tokens = np.intersect1d(self._tokens(one), self._tokens(other))
        lift = len(self._events.ips) / self._holders[tokens]
        texts = [self._events.tokens[int(token)] for token in tokens]
        rarest = sorted(zip(lift, texts, strict=True), key=lambda each: (-each[0], each[1]))
        bins = len(np.intersect1d(self._bins(one), self._bins(other)))
        room = limit - 1 if bins else limit
        told = [f"{_spoken(text)} (lift {rarer:.3g})" for rarer, text in rarest[:room]]
        if bins:
            told.append(f"{bins} common 10-minute bin{'s' if bins > 1 else ''}")
        return told

    def hours(self, ip: int) -> list[int]:
        """Return how often an address came in each hour of the day, UTC."""
        rows = self._events_of.rows(ip)
        hour = self._events.at[rows] // _HOUR_US % _HOURS
        return np.bincount(hour, self._events.count[rows], _HOURS).astype(np.int64).tolist()

    def asked(self, ip: int, limit: int) -> list[str]:
        """Name what an address asked for, `limit` of it at most, the most frequent first."""
        rows = self._events_of.rows(ip)
        services, place = np.unique(self._events.service[rows], return_inverse=True)
        times = np.bincount(place, self._events.count[rows], len(services))
        named = zip((-times).tolist(), services.tolist(), strict=True)
        return [self._events.tokens[int(service)] for _, service in sorted(named)[:limit]]

    def _tokens(self, ip: int) -> NDArray[np.uint32]:
        services = self._events.service[self._events_of.rows(ip)]
        brought = self._events.payload_token[self._payload_of.rows(ip)]
        return np.unique(np.concatenate([services, brought]))

    def _bins(self, ip: int) -> NDArray[np.int64]:
        rows = self._events_of.rows(ip)
        bins = self._events.at[rows] // _BIN_US * len(self._events.tokens)
        return np.unique(bins + self._events.service[rows])


class _Rows:
    """Which rows are an address's."""

    def __init__(self, ip: NDArray[np.uint32], addresses: int) -> None:
        self._order = np.argsort(ip, kind="stable")
        self._ends = np.cumsum(np.bincount(ip, minlength=addresses))

    def rows(self, ip: int) -> NDArray[np.int64]:
        first = self._ends[ip - 1] if ip else 0
        return self._order[first : self._ends[ip]]


def _pairs(
    ip: NDArray[np.uint32], token: NDArray[np.uint32], tokens: np.uint64
) -> NDArray[np.uint64]:
    return np.unique(ip.astype(np.uint64) * tokens + token)


def _spoken(token: str) -> str:
    """Write a token for people.

    >>> _spoken("path:/HNAP1"), _spoken("7547/tcp")
    ('path /HNAP1', '7547/tcp')
    """
    name, colon, value = token.partition(":")
    return f"{name} {value}" if colon and name.isalnum() else token
