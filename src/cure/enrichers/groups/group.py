"""What is told of groups of addresses: values that become JSON."""

from datetime import datetime
from enum import StrEnum

import msgspec


class TypicalToken(msgspec.Struct, frozen=True):
    """A token that sets a group apart.

    Attributes:
        token: Its text, such as ``cowrie:22/tcp`` or ``path:/HNAP1``.
        share: The share of the members that have it, 0 to 1.
        lift: This share, divided by the share of all compared addresses that have it.
    """

    token: str
    share: float
    lift: float


class Group(msgspec.Struct, frozen=True):
    """Addresses that behave alike.

    Attributes:
        id: Its name, which it keeps from run to run and which no other group ever gets.
        members: Its addresses in canonical text, ascending.
        identical: Those of the members that hardly differ: sets of MIN_SIZE or more.
        cohesion: The mean cosine of the members to their centroid, 0 to 1.
        tokens: What sets it apart, most telling first.
        first_seen: When the first event of a member was.
        last_seen: When the last one was.
        network_count: How many /24s (of IPv6: /48s) the members stand in.
        asn_count: How many autonomous systems; None if these are not known.
        scanner_share: The share of members that are known scanners, 0 to 1.
        joined: How many of the members were not in it in the previous run.
        left: How many of the previous run's members are no longer in it.
    """

    id: str
    members: tuple[str, ...]
    identical: tuple[tuple[str, ...], ...]
    cohesion: float
    tokens: tuple[TypicalToken, ...]
    first_seen: datetime
    last_seen: datetime
    network_count: int
    asn_count: int | None
    scanner_share: float
    joined: int
    left: int

    @property
    def size(self) -> int:
        """How many members it has."""
        return len(self.members)


class ChangeKind(StrEnum):
    """What became of groups between two runs, beyond growing and shrinking."""

    NEW = "new"
    SPLIT = "split"
    MERGE = "merge"
    GONE = "gone"


class Change(msgspec.Struct, frozen=True):
    """A group came, went, was split, or swallowed others.

    Attributes:
        kind: Which of these.
        before: Ids of the previous run.
        after: Ids of this run; an id that stands on both sides was kept.
    """

    kind: ChangeKind
    before: tuple[str, ...]
    after: tuple[str, ...]


class Groups(msgspec.Struct, frozen=True):
    """The groups of one run.

    Attributes:
        groups: Largest first, equals in order of their ids.
        changes: What became of the previous run's groups.
        compared: How many addresses were compared: those with enough events.
        retired: Ids of groups that are no more; none of them is given again.
    """

    groups: tuple[Group, ...]
    changes: tuple[Change, ...]
    compared: int
    retired: tuple[str, ...]
