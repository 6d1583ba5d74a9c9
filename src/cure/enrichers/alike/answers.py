"""What is told of addresses that behave alike: values that become JSON."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from cure.errors import MalformedError


class Leaving(StrEnum):
    """Whom an answer leaves out."""

    SAME_NET = "same-net"
    KNOWN_SCANNER = "known-scanner"


def leaving(text: str) -> frozenset[Leaving]:
    """Read whom an answer leaves out: names with commas between.

    Raises:
        MalformedError: If that is nobody who can be left out.
    """
    try:
        return frozenset(Leaving(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as error:
        raise MalformedError("exclude", text, f"want {', '.join(Leaving)}") from error


class Asked(NamedTuple):
    """How one asks for addresses alike.

    Attributes:
        k: How many at most.
        min_score: How alike they are at least, 0.0 to 1.0.
        exclude: Whom to leave out.
        window: How far back, from the latest that the audience may see.
    """

    k: int = 20
    min_score: float = 0.7
    exclude: frozenset[Leaving] = frozenset()
    window: timedelta = timedelta(days=30)


class Window(msgspec.Struct, frozen=True):
    """The time of which an answer speaks."""

    since: datetime
    until: datetime


class Scores(msgspec.Struct, frozen=True):
    """How alike two addresses are in each view; null where one of them lacks it.

    Attributes:
        what: In what they ask for, and with what words.
        how: In their habits: hours, pauses, sizes.
        when: In their activity in the same bins of time.
        where: What networks they share, such as ``/24`` and ``AS64500``; no part of the score.
    """

    what: float | None
    how: float | None
    when: float | None
    where: tuple[str, ...] = ()


class Alike(msgspec.Struct, frozen=True):
    """An address that behaves like another.

    Attributes:
        ip: The address.
        score: How alike, 0.0 to 1.0.
        views: The same for each view.
        shared: What the two have in common, most telling first.
        first_seen: When it was first seen within the window.
        last_seen: When it was last seen.
        scanner: The list of known scanners that names it; null: none does.
        country: Where it is registered.
        asn: Who announces it, where a table of autonomous systems was given.
        as_name: What that is called.
        tags: What is said of it; no part of the score.
        hours: How often it came in each hour of the day, UTC.
        asked: What it asked for most often.
    """

    ip: str
    score: float
    views: Scores
    shared: list[str]
    first_seen: datetime
    last_seen: datetime
    scanner: str | None
    country: str | None
    asn: int | None
    as_name: str | None
    tags: list[str]
    hours: list[int]
    asked: list[str]


class Status(StrEnum):
    """Whether there was enough to compare."""

    OK = "ok"
    INSUFFICIENT = "insufficient"
    UNKNOWN = "unknown"


class Similar(msgspec.Struct, frozen=True):
    """The addresses that behave like one.

    Attributes:
        ip: The one.
        status: ``ok``; ``insufficient``: it was seen less than three times; ``unknown``: not
            once within the window.
        events: How often it was seen.
        window: The time of which this speaks; null: nobody was seen at all.
        results: They, the most alike first.
        hours: How often the one came in each hour of the day, UTC.
        asked: What it asked for most often.
    """

    ip: str
    status: Status
    events: int
    window: Window | None
    results: list[Alike]
    hours: list[int] = []
    asked: list[str] = []


class Compared(msgspec.Struct, frozen=True):
    """How alike two addresses are.

    Attributes:
        ips: The two.
        status: As of `Similar`, for the one of which less is known.
        events: How often each was seen.
        window: The time of which this speaks.
        score: How alike, 0.0 to 1.0; null without enough to compare.
        views: The same for each view.
        shared: What they have in common, most telling first.
        differs: What only one of them does, most often first, for each of the two.
    """

    ips: tuple[str, str]
    status: Status
    events: tuple[int, int]
    window: Window | None
    score: float | None
    views: Scores
    shared: list[str]
    differs: tuple[list[str], list[str]]
