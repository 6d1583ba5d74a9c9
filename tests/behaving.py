"""Events of addresses from rows, as tests write them."""

from collections.abc import Iterable

import numpy as np

from cure.enrichers.behaviour.events import Events

START = 1_767_225_600
MINUTE, HOUR = 60, 3600


def events_of(
    rows: Iterable[tuple[str, float, str, int]],
    payload: Iterable[tuple[str, str, int]] = (),
) -> Events:
    """Make events of (address, second, service, count) and of (address, token, count).

    Numbers are given in the order of appearance, so another order of rows is another numbering.
    """
    ips: dict[str, int] = {}
    tokens: dict[str, int] = {}
    did = [
        (ips.setdefault(ip, len(ips)), int(at * 1e6), tokens.setdefault(name, len(tokens)), times)
        for ip, at, name, times in rows
    ]
    brought = [
        (ips.setdefault(ip, len(ips)), tokens.setdefault(name, len(tokens)), times)
        for ip, name, times in payload
    ]
    first = np.array(did, np.int64).reshape(-1, 4)
    second = np.array(brought, np.uint32).reshape(-1, 3)
    return Events(
        list(ips),
        list(tokens),
        first[:, 0].astype(np.uint32),
        first[:, 1].copy(),
        first[:, 2].astype(np.uint32),
        first[:, 3].astype(np.uint32),
        *(second[:, place].copy() for place in range(3)),
    )
