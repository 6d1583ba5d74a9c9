"""Groups as they are told: in sum, and with their members."""

from collections.abc import Iterator

import numpy as np

from cure.enrichers.alike.answers import Window
from cure.enrichers.alike.behaviours import addresses_of
from cure.enrichers.alike.current import Current
from cure.enrichers.alike.scanners import scanner_of
from cure.enrichers.geography import Geography
from cure.enrichers.groups.group import Group
from cure.enrichers.groups.runs import Grouped
from cure.enrichers.groups.shown import (
    BurstShown,
    ChangeShown,
    GroupMembers,
    GroupShown,
    GroupsShown,
    Member,
    Order,
    TokenShown,
)
from cure.errors import NotKnownError
from cure.hub.batch import instant

COMPUTING = "computing"


def groups_shown(
    grouped: Grouped | None, order: Order, limit: int, ip: str | None = None
) -> GroupsShown:
    """Show the groups of a run, or those of an address, the largest or fastest growing first."""
    if grouped is None:
        return GroupsShown(COMPUTING)
    found = grouped.run.groups
    wanted = [one for one in found.groups if ip is None or ip in one.members]
    if order is Order.GROWTH:
        ordered = sorted(wanted, key=lambda one: (one.left - one.joined, -one.size, one.id))
    else:
        ordered = sorted(wanted, key=lambda one: (-one.size, one.id))
    window = Window(instant(grouped.since), instant(grouped.until)) if grouped.until else None
    return GroupsShown(
        "ok",
        grouped.at,
        window,
        found.compared,
        len(ordered),
        [_in_sum(one) for one in ordered[:limit]],
        [ChangeShown(one.kind, list(one.before), list(one.after)) for one in found.changes],
        [
            BurstShown(one.token, one.starts_at, one.score, len(one.addresses))
            for one in grouped.run.bursts
        ],
    )


def group_members(
    grouped: Grouped | None, name: str, current: Current, geography: Geography
) -> GroupMembers:
    """Show one group of a run, its members with how close they stand to its middle.

    Raises:
        NotKnownError: If there is no group of this name.
    """
    if grouped is None:
        return GroupMembers(COMPUTING)
    for group in grouped.run.groups.groups:
        if group.id == name:
            members = sorted(
                _members(group, current, geography), key=lambda one: (-(one.score or 0.0), one.ip)
            )
            return GroupMembers("ok", _in_sum(group), members)
    raise NotKnownError(f"nothing is known of a group {name[:50]!r}")


def _in_sum(group: Group) -> GroupShown:
    return GroupShown(
        group.id,
        group.size,
        group.cohesion,
        group.joined - group.left,
        [TokenShown(one.token, one.share, one.lift) for one in group.tokens],
        group.network_count,
        group.asn_count,
        group.scanner_share,
        group.first_seen,
        group.last_seen,
        [list(one) for one in group.identical],
    )


def _members(group: Group, current: Current, geography: Geography) -> Iterator[Member]:
    numbers = [current.vectors.number(ip) for ip in group.members]
    rows = current.vectors.joined()[[one for one in numbers if one is not None]]
    centre = rows.sum(axis=0)
    centre /= max(float(np.linalg.norm(centre)), 1e-12)
    scores = iter((rows @ centre).tolist())
    for ip, number, address in zip(
        group.members, numbers, addresses_of(group.members), strict=True
    ):
        place = geography.place(ip)
        yield Member(
            ip,
            None if number is None else round(max(0.0, next(scores)), 3),
            scanner_of(address),
            place.country,
            place.asn,
            place.as_name,
        )
