"""Which addresses behave like one, and how alike two are, each score with what it rests on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.alike.answers import (
    Alike,
    Asked,
    Compared,
    Leaving,
    Scores,
    Similar,
    Status,
    Window,
)
from cure.enrichers.alike.behaviours import Addresses, addresses_of
from cure.enrichers.alike.chosen import Chosen
from cure.enrichers.alike.current import Current
from cure.enrichers.alike.scanners import scanner_of
from cure.enrichers.behaviour.vectors import Neighbour
from cure.enrichers.geography import Geography, Place
from cure.hub.batch import instant
from cure.hub.view import View
from cure.model import ip as ip_called

EVIDENCE = 6
"""So many things that two addresses share are named."""
_ASKED = 6
_DIFFERENT = 8
_IPV4_FROM = 12  # in an address of 16 bytes


def similar(
    current: Current, ip: str, asked: Asked, geography: Geography, reading: View
) -> Similar:
    """Return the addresses that behave like one.

    Args:
        current: What its audience may derive from.
        ip: The address, in canonical text.
        asked: How many, how alike, and without whom.
        geography: Where addresses belong.
        reading: What the audience may read, for tags.

    Cost: one product of all vectors with one, and about 1 ms a result.
    """
    window = _window(current.chosen)
    number = current.vectors.number(ip)
    status, events = _status(current, ip)
    if status is not Status.OK or number is None:
        return Similar(ip, status, events, window, [])
    found = current.vectors.similar(
        number, asked.k, asked.min_score, leave_out=_left_out(current, number, asked.exclude)
    )
    here = geography.place(ip)
    results = [_alike(current, ip, one, (geography, here), reading) for one in found]
    alike = [one for one in results if one is not None]
    own = current.chosen.number(ip)
    assert own is not None  # noqa: S101 - its status says so
    evidence = current.evidence
    return Similar(
        ip, status, events, window, alike, evidence.hours(own), evidence.asked(own, _ASKED)
    )


def compare(current: Current, ips: tuple[str, str], geography: Geography) -> Compared:
    """Tell how alike two addresses are, what they share, and what sets them apart."""
    chosen, vectors = current.chosen, current.vectors
    (worse, _), *_ = sorted((_status(current, ip) for ip in ips), key=lambda one: _ORDER[one[0]])
    events = (_status(current, ips[0])[1], _status(current, ips[1])[1])
    where = _where(ips[0], ips[1], geography.place(ips[0]), geography.place(ips[1]))
    one, other = (chosen.number(ip) for ip in ips)
    numbers = [vectors.number(ip) for ip in ips]
    score, views, common = None, Scores(None, None, None, where), list[str]()
    if worse is Status.OK and numbers[0] is not None and numbers[1] is not None:
        found = vectors.compare(numbers[0], numbers[1])
        score, views = _rounded(found.score), _scores(found, where)
    if one is not None and other is not None:
        common = current.evidence.shared(one, other, EVIDENCE)
    differs = (_only_of(chosen, one, other), _only_of(chosen, other, one))
    return Compared(ips, worse, events, _window(chosen), score, views, common, differs)


_ORDER = {Status.UNKNOWN: 0, Status.INSUFFICIENT: 1, Status.OK: 2}


def _status(current: Current, ip: str) -> tuple[Status, int]:
    number = current.vectors.number(ip)
    if number is None or current.chosen.number(ip) is None:
        return Status.UNKNOWN, 0
    is_known = bool(current.vectors.known[number])
    return Status.OK if is_known else Status.INSUFFICIENT, int(current.vectors.seen[number])


def _window(chosen: Chosen) -> Window | None:
    if not chosen.until:
        return None
    return Window(instant(chosen.since), instant(chosen.until))


def _alike(
    current: Current,
    ip: str,
    found: Neighbour,
    geography: tuple[Geography, Place],
    reading: View,
) -> Alike | None:
    """Say what there is to say of a neighbour; None: it has left the window meanwhile."""
    chosen = current.chosen
    other = current.vectors.ips[found.number]
    one, number = chosen.number(ip), chosen.number(other)
    if one is None or number is None:
        return None
    first, last = chosen.seen(number)
    places, here = geography
    place = places.place(other)
    return Alike(
        other,
        round(float(found.score), 3),
        _scores(found, _where(ip, other, here, place)),
        current.evidence.shared(one, number, EVIDENCE),
        instant(first),
        instant(last),
        scanner_of(current.addresses[found.number]),
        place.country,
        place.asn,
        place.as_name,
        list(reading.card(ip_called(other)).tags),
        current.evidence.hours(number),
        current.evidence.asked(number, _ASKED),
    )


def _scores(found: Neighbour, where: tuple[str, ...]) -> Scores:
    return Scores(_rounded(found.what), _rounded(found.how), _rounded(found.when), where)


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(float(score), 3)


def _left_out(
    current: Current, number: int, exclude: frozenset[Leaving]
) -> NDArray[np.bool_] | None:
    if not exclude:
        return None
    left_out = np.zeros(len(current.addresses), bool)
    if Leaving.KNOWN_SCANNER in exclude:
        left_out |= current.is_scanner
    if Leaving.SAME_NET in exclude:
        left_out |= _in_net_of(current.addresses, number)
    return left_out


def _in_net_of(addresses: Addresses, number: int) -> NDArray[np.bool_]:
    """Tell which addresses share the /24 or, of IPv6, the /48 with one."""
    octets = np.ascontiguousarray(addresses).view(np.uint8).reshape(-1, 16)
    own = octets[number]
    is_ipv4 = bytes(own[:_IPV4_FROM]) == bytes(10) + b"\xff\xff"
    length = _IPV4_FROM + 3 if is_ipv4 else 6
    return (octets[:, :length] == own[:length]).all(axis=1)


def _where(one: str, other: str, here: Place, there: Place) -> tuple[str, ...]:
    """Name the networks that two addresses share, the narrowest first."""
    octets = addresses_of([one, other]).view(np.uint8).reshape(2, 16)
    alike = np.cumprod(octets[0] == octets[1]).sum()
    is_ipv4 = ":" not in one and ":" not in other
    nets = ((15, "/24"), (14, "/16")) if is_ipv4 else ((6, "/48"), (4, "/32"))
    found = [name for length, name in nets if alike >= length]
    if here.asn is not None and here.asn == there.asn:
        found.append(f"AS{here.asn}")
    return tuple(found)


def _only_of(chosen: Chosen, one: int | None, other: int | None) -> list[str]:
    """Name what an address does and another does not, the most frequent first."""
    if one is None:
        return []
    counts = _tokens_of(chosen, one)
    theirs = {} if other is None else _tokens_of(chosen, other)
    own = [
        (-count, chosen.events.tokens[token])
        for token, count in counts.items()
        if token not in theirs
    ]
    return [token for _, token in sorted(own)[:_DIFFERENT]]


def _tokens_of(chosen: Chosen, number: int) -> dict[int, int]:
    events = chosen.events
    counts: dict[int, int] = {}
    columns: Sequence[tuple[NDArray[np.uint32], ...]] = (
        (events.ip, events.service, events.count),
        (events.payload_ip, events.payload_token, events.payload_count),
    )
    for ip, token, count in columns:
        own = ip == number
        for name, times in zip(token[own].tolist(), count[own].tolist(), strict=True):
            counts[name] = counts.get(name, 0) + times
    return counts
