"""Groups of addresses that behave alike: from vectors to named, described groups."""

from collections.abc import Collection, Mapping
from itertools import pairwise

import numpy as np
import xxhash
from numpy.typing import NDArray

from cure.enrichers.behaviour.events import Events
from cure.enrichers.behaviour.vectors import Vectors
from cure.enrichers.groups.communities import communities, mutual
from cure.enrichers.groups.description import (
    Membership,
    cohesion,
    distinct,
    network,
    spans,
    typical_tokens,
)
from cure.enrichers.groups.group import Group, Groups
from cure.enrichers.groups.identical import near_identical
from cure.enrichers.groups.naming import named
from cure.enrichers.groups.neighbours import nearest

NEIGHBOURS = 10
"""Each address is joined with so many of the most alike, if they choose it as well."""
MIN_SIZE = 5
"""Fewer addresses are no group."""
_DENSE = 1000  # few addresses are joined with more: Louvain cuts a sparse group that is half of all
_GRAIN = 1024  # rows that are equal when multiplied by this and rounded are one
_BLOCK = 65_536  # rows hashed at a time


def groups(
    vectors: Vectors,
    events: Events,
    previous: Groups | None = None,
    *,
    scanners: Collection[str] = (),
    networks: Mapping[str, int] | None = None,
) -> Groups:
    """Group the addresses that behave alike, and name the groups as in the previous run.

    Deterministic; the order of the addresses and of the events changes nothing.

    Args:
        vectors: Rows of the addresses of `events`, in the same order.
        events: What the addresses did, from which the groups are described.
        previous: The groups of the run before.
        scanners: Known scanners among the addresses: told of, not grouped by.
        networks: The number of the autonomous system of each address, if known.

    Cost: a million addresses take minutes, a part of them in one call that holds the interpreter:
    run it in a process of its own.
    """
    broad, strict = _numbered(vectors)
    membership = Membership(broad, vectors.known, np.bincount(broad[broad >= 0]))
    members = _texts(vectors, broad, len(membership.sizes))
    past = {} if previous is None else {group.id: group.members for group in previous.groups}
    names = named(members, past, () if previous is None else previous.retired)
    closeness = cohesion(membership, vectors.joined())
    tokens = typical_tokens(membership, events)
    times = spans(membership, events)
    identical = _inner(vectors, broad, strict, len(members))
    known_scanners = frozenset(scanners)
    found = []
    for number, (name, group) in enumerate(zip(names.ids, members, strict=True)):
        before = frozenset(past.get(name, ()))
        stayed = len(before.intersection(group))
        first, last = times[number]
        found.append(
            Group(
                id=name,
                members=group,
                identical=identical[number],
                cohesion=round(float(closeness[number]), 3),
                tokens=tokens[number],
                first_seen=first,
                last_seen=last,
                network_count=distinct(group, network),
                asn_count=None if networks is None else distinct(group, networks.get),
                scanner_share=round(len(known_scanners.intersection(group)) / len(group), 3),
                joined=len(group) - stayed,
                left=len(before) - stayed,
            )
        )
    found.sort(key=lambda group: (-group.size, group.id))
    return Groups(tuple(found), names.changes, int(vectors.known.sum()), names.retired)


def _numbered(vectors: Vectors) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the broad and the strict group of each address by its place; -1: none.

    The rows are put in order of a hash of their addresses, and equal ones taken as one: so
    neither the order of arrival, nor who stands next to whom in a network, nor chance among
    equals shapes a group.
    """
    known = np.flatnonzero(vectors.known & vectors.joined().any(axis=1))
    hashes = [xxhash.xxh3_64_intdigest(vectors.ips[place].encode()) for place in known.tolist()]
    places = known[np.argsort(np.array(hashes, np.uint64))]
    first, same = _unique(vectors.joined(), places)
    single = places[first]
    near = nearest(vectors.joined()[single], max(NEIGHBOURS, _DENSE // max(1, len(single))))
    both_ways = mutual(near)
    broad = communities(near, both_ways)
    strict = near_identical((vectors.what[single], vectors.how[single]), both_ways, broad)
    return _large_only(places, broad[same], len(vectors.ips)), _large_only(
        places, strict[same], len(vectors.ips)
    )


def _unique(
    rows: NDArray[np.float32], places: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find rows that are equal but for rounding.

    Returns:
        Where in `places` each different row stands first, ascending; and for each place, which
        of these its row is.
    """
    hashes = np.empty(len(places), np.uint64)
    for start in range(0, len(places), _BLOCK):
        block = np.rint(rows[places[start : start + _BLOCK]] * _GRAIN).astype(np.int16)
        hashes[start : start + _BLOCK] = [xxhash.xxh3_64_intdigest(row) for row in block]
    _, first, same = np.unique(hashes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[same]


def _large_only(
    places: NDArray[np.int64], labels: NDArray[np.int32], count: int
) -> NDArray[np.int64]:
    """Number the groups of MIN_SIZE or more, in order of their first addresses."""
    which, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    large = which[sizes >= MIN_SIZE][np.argsort(first[sizes >= MIN_SIZE])]
    number = np.full(int(labels.max(initial=0)) + 1, -1, np.int64)
    number[large] = np.arange(len(large))
    by_place = np.full(count, -1, np.int64)
    by_place[places] = number[labels]
    return by_place


def _texts(vectors: Vectors, number: NDArray[np.int64], count: int) -> list[tuple[str, ...]]:
    """Return the addresses of each group as text, ascending."""
    inside = np.flatnonzero(number >= 0)
    order = inside[np.argsort(number[inside], kind="stable")]
    bounds = np.searchsorted(number[order], np.arange(count + 1)).tolist()
    places = order.tolist()
    return [
        tuple(sorted(vectors.ips[place] for place in places[low:high]))
        for low, high in pairwise(bounds)
    ]


def _inner(
    vectors: Vectors, broad: NDArray[np.int64], strict: NDArray[np.int64], count: int
) -> list[tuple[tuple[str, ...], ...]]:
    """Return the strict groups within each broad one, largest first."""
    inner: list[list[tuple[str, ...]]] = [[] for _ in range(count)]
    total = int(strict.max(initial=-1)) + 1
    owner = np.full(total, -1, np.int64)
    owner[strict[strict >= 0]] = broad[strict >= 0]
    for number, texts in enumerate(_texts(vectors, strict, total)):
        inner[owner[number]].append(texts)
    return [tuple(sorted(some, key=lambda one: (-len(one), one))) for some in inner]
