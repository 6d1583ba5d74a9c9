"""What is told of groups of addresses: values that become JSON."""

from datetime import datetime
from enum import StrEnum

import msgspec

from cure.enrichers.alike.answers import Window


class TokenShown(msgspec.Struct, frozen=True):
    """A token that sets a group apart.

    Attributes:
        token: Its text.
        share: The share of members that have it.
        lift: How many times likelier they have it than all that were compared.
    """

    token: str
    share: float
    lift: float


class GroupShown(msgspec.Struct, frozen=True):
    """Addresses that behave alike, in sum.

    Attributes:
        id: Its name, which it keeps from run to run.
        size: How many addresses.
        cohesion: How close they stand, 0.0 to 1.0.
        growth: By how many it grew since the run before.
        tokens: What sets it apart, most telling first.
        networks: In how many /24s (IPv6: /48s) they stand.
        asns: In how many autonomous systems, where a table of these was given.
        scanner_share: The share of known scanners.
        first_seen: When the first of them was first seen within the window.
        last_seen: When the last of them was.
        identical: Those that hardly differ, in sets.
    """

    id: str
    size: int
    cohesion: float
    growth: int
    tokens: list[TokenShown]
    networks: int
    asns: int | None
    scanner_share: float
    first_seen: datetime
    last_seen: datetime
    identical: list[list[str]]


class ChangeShown(msgspec.Struct, frozen=True):
    """What became of groups between two runs: new, split, merge or gone."""

    kind: str
    before: list[str]
    after: list[str]


class BurstShown(msgspec.Struct, frozen=True):
    """Far more addresses than usual asked for one thing within ten minutes.

    Attributes:
        token: What they asked for.
        starts_at: When the ten minutes began.
        score: How many times the usual spread above what is usual.
        addresses: How many there were.
    """

    token: str
    starts_at: datetime
    score: float
    addresses: int


class Order(StrEnum):
    """Which groups come first."""

    SIZE = "size"
    GROWTH = "growth"


class GroupsShown(msgspec.Struct, frozen=True):
    """All groups of an audience.

    Attributes:
        status: ``ok``, or ``computing``: ask again in some seconds.
        as_of: When they were computed.
        window: The time of which they speak; null: nobody was seen at all.
        compared: How many addresses were compared.
        total: How many groups there are.
        groups: They, or the first of them.
        changes: What became of the groups of the run before.
        bursts: What many did at once.
    """

    status: str
    as_of: datetime | None = None
    window: Window | None = None
    compared: int = 0
    total: int = 0
    groups: list[GroupShown] = []
    changes: list[ChangeShown] = []
    bursts: list[BurstShown] = []


class Member(msgspec.Struct, frozen=True):
    """An address of a group.

    Attributes:
        ip: The address.
        score: How close it stands to the middle of the group, 0.0 to 1.0; null: it was not seen
            lately.
        scanner: As of `Alike`, like the others.
        country: Likewise.
        asn: Likewise.
        as_name: Likewise.
    """

    ip: str
    score: float | None
    scanner: str | None
    country: str | None
    asn: int | None
    as_name: str | None


class GroupMembers(msgspec.Struct, frozen=True):
    """A group with its members.

    Attributes:
        status: As of `GroupsShown`.
        group: The group in sum; null while it is being computed.
        members: Its addresses, those in the middle first.
    """

    status: str
    group: GroupShown | None = None
    members: list[Member] = []


class GroupsPublished(msgspec.Struct, frozen=True):
    """What was published of groups.

    Attributes:
        groups: How many groups there are.
        joined: How many addresses came into one, or into another.
        left: How many are in none any more.
    """

    groups: int
    joined: int
    left: int
