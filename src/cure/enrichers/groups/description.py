"""What sets groups apart: their tokens, their time, their networks, how close they stand."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Network
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.behaviour.events import Events
from cure.enrichers.groups.group import TypicalToken

_COMMON = 0.2  # a token that fewer of the members have says little of the group
_TOKENS = 5  # so many are told
_START = datetime(1970, 1, 1, tzinfo=UTC)


class Membership(NamedTuple):
    """Which address stands in which group.

    Attributes:
        number: int64 [n], the group of each address by its place in ``Events.ips``; -1: none.
        compared: bool [n], the addresses that were compared.
        sizes: int64 [groups], how many members each group has, 1 or more.
    """

    number: NDArray[np.int64]
    compared: NDArray[np.bool_]
    sizes: NDArray[np.int64]


def cohesion(membership: Membership, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean cosine of the members to their centroid, per group.

    For rows of length 1 this is the length of their mean.

    Args:
        rows: float32 [n, d], rows of length 1, by place in ``Events.ips``.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - takes 0.3 s; only who groups needs it

    inside = np.flatnonzero(membership.number >= 0)
    sums = csr_matrix(
        (np.ones(len(inside), np.float32), (membership.number[inside], inside)),
        shape=(len(membership.sizes), len(rows)),
    ).dot(rows)
    return np.linalg.norm(sums, axis=1) / membership.sizes


def typical_tokens(membership: Membership, events: Events) -> list[tuple[TypicalToken, ...]]:
    """Name the tokens that set each group apart from all compared addresses, up to five.

    A token counts that a fifth of the members have and that they have more often than others.
    Order: share times log2 of the lift, its part in the Kullback-Leibler divergence; so what
    most members have and few others stands first, before what is rare but no common trait.
    """
    width = len(events.tokens)
    ip = np.concatenate((events.ip, events.payload_ip)).astype(np.int64)
    token = np.concatenate((events.service, events.payload_token)).astype(np.int64)
    compared = membership.compared[ip]
    pairs = np.sort(ip[compared] * width + token[compared])  # ten times as fast as np.unique
    ip, token = np.divmod(pairs[np.diff(pairs, prepend=-1) != 0], width)
    everywhere = np.bincount(token, minlength=width) / max(1, membership.compared.sum())
    number = membership.number[ip]
    inside = number >= 0
    pairs, counts = np.unique(number[inside] * width + token[inside], return_counts=True)
    group, token = np.divmod(pairs, width)
    share = counts / membership.sizes[group]
    lift = share / everywhere[token]
    telling = (share >= _COMMON) & (lift > 1)
    group, token, share, lift = group[telling], token[telling], share[telling], lift[telling]
    found: list[list[TypicalToken]] = [[] for _ in membership.sizes]
    texts = events.tokens
    order = sorted(
        range(len(group)), key=lambda at: (-share[at] * np.log2(lift[at]), texts[token[at]])
    )
    for at in order:
        tokens = found[group[at]]
        if len(tokens) < _TOKENS:
            tokens.append(
                TypicalToken(
                    texts[int(token[at])], round(float(share[at]), 3), round(float(lift[at]), 2)
                )
            )
    return [tuple(tokens) for tokens in found]


def spans(membership: Membership, events: Events) -> list[tuple[datetime, datetime]]:
    """Return when the first and the last event of each group's members were."""
    number = membership.number[events.ip]
    inside = number >= 0
    number, at = number[inside], events.at[inside]
    first = np.full(len(membership.sizes), np.iinfo(np.int64).max)
    last = np.full(len(membership.sizes), np.iinfo(np.int64).min)
    np.minimum.at(first, number, at)
    np.maximum.at(last, number, at)
    return [(_moment(one), _moment(other)) for one, other in zip(first, last, strict=True)]


def distinct(members: Sequence[str], of: Callable[[str], object]) -> int:
    """Count how many different values addresses have, such as networks; None is no value."""
    return len({value for value in map(of, members) if value is not None})


def network(ip: str) -> str:
    """Return the network in which an address stands, for counting: its /24, or /48 of IPv6.

    >>> network("192.0.2.7"), network("2001:db8:1:2::3")
    ('192.0.2', '2001:db8:1::/48')
    """
    if ":" in ip:
        return str(IPv6Network((ip, 48), strict=False))
    return ip.rpartition(".")[0]


def _moment(microseconds: np.int64) -> datetime:
    return _START + timedelta(microseconds=int(microseconds))
