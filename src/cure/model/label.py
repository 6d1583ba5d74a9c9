"""Labels: how far a record may travel, and what may be done with it."""

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import reduce

import msgspec


class Tlp(IntEnum):
    """Traffic Light Protocol 2.0 (FIRST, 2022), from the most open to the closest."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def title(self) -> str:
        """The name as the standard writes it, such as ``"TLP:AMBER+STRICT"``."""
        return f"TLP:{self.name.replace('_', '+')}"


class Confidentiality(IntEnum):
    """機密性 of the Japanese government's unified standards, from the most open."""

    LEVEL_1 = 1
    LEVEL_2 = 2
    LEVEL_3 = 3


class Pap(IntEnum):
    """Permissible Actions Protocol, from the most free; it limits deeds, not readers."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    RED = 3

    @property
    def title(self) -> str:
        """The name as the standard writes it, such as ``"PAP:AMBER"``."""
        return f"PAP:{self.name}"


class Caveat(StrEnum):
    """What is to be minded when a record is used (取扱制限)."""

    NO_ATTRIB = "no-attrib"  # source and owner stay unnamed
    NO_DERIVE = "no-derive"  # no enricher reads it
    NO_EXPORT = "no-export"  # in no list, feed or file that leaves
    NO_PUSH = "no-push"  # is not sent by itself, only asked for
    PII = "pii"  # speaks of persons
    SENSOR_ADDR = "sensor-addr"  # would give a sensor away


NOBODY = ("",)
"""Releasable to the organisation without a name, which there is none of."""


class Label(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a record may travel.

    Attributes:
        tlp: Its marking.
        owner: The organisation that the record belongs to; it always sees it.
        releasable: Who may see it besides the owner: organisations, ``group:NAME`` and
            ``user:NAME``; empty: all whose clearance reaches it. From AMBER on empty means the
            owner alone, and RED reaches only users that are named.
        confidentiality: Its 機密性.
        caveats: What is to be minded, in order of name.
        pap: What may be done with it.
        not_before: From when others than the owner may see it.
        expires: From when they no longer may.
        but_owner: Whether it is for others only: what was cut from a record for them, while the
            owner has the whole of it in another.
    """

    tlp: Tlp
    owner: str
    releasable: tuple[str, ...] = ()
    confidentiality: Confidentiality = Confidentiality.LEVEL_1
    caveats: tuple[Caveat, ...] = ()
    pap: Pap = Pap.CLEAR
    not_before: datetime | None = None
    expires: datetime | None = None
    but_owner: bool = False


def join(labels: Iterable[Label]) -> Label:
    """Return the label of what is derived from records with these labels; at least one.

    Whoever may read it may read each of them. Commutative, associative, idempotent. Where owners
    differ it has none: each of them sees it if the others let him. What was cut for others from
    records of different owners comes to nobody, for a label can leave out one owner only.
    """
    return reduce(_join_two, dict.fromkeys(labels))


def _join_two(a: Label, b: Label) -> Label:
    left_out = {one.owner for one in (a, b) if one.but_owner}
    owners = left_out or {a.owner, b.owner}
    owner = min(owners) if len(owners) == 1 else ""
    return Label(
        tlp=max(a.tlp, b.tlp),
        owner=owner,
        releasable=NOBODY if len(left_out) > 1 else _named_by_both(a, b, owner),
        confidentiality=max(a.confidentiality, b.confidentiality),
        caveats=tuple(sorted({*a.caveats, *b.caveats})),
        pap=max(a.pap, b.pap),
        not_before=max(filter(None, (a.not_before, b.not_before)), default=None),
        expires=min(filter(None, (a.expires, b.expires)), default=None),
        but_owner=bool(left_out),
    )


def _named_by_both(a: Label, b: Label, owner: str) -> tuple[str, ...]:
    """Return who is named by both besides the owner of the join; empty: whoever is cleared."""
    named = [
        {*one.releasable, *(() if one.but_owner else (one.owner,))} - {owner, *NOBODY}
        for one in (a, b)
        if one.releasable or one.tlp >= Tlp.AMBER
    ]
    return tuple(sorted(set.intersection(*named))) or NOBODY if named else ()
