"""Hits found are kept: each record once, and what goes on within an hour as one hit."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import msgspec

from cure.hub.view import Touch
from cure.subscribers.watches.hit import HitState
from cure.subscribers.watches.watch import Watch

DEDUPLICATION = timedelta(hours=1)
"""For so long further records of a value belong to the same hit, unless another source speaks."""
MOST_HITS = 1_000_000
"""So many hits of an organisation are kept; the oldest go first."""
_INSERT = "INSERT INTO hit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_sources = msgspec.json.Decoder(frozenset[str]).decode


class Met(NamedTuple):
    """What a watch has met.

    Attributes:
        watch: The watch.
        touch: The value, and its records.
        retro: Whether they were held already when the watch was made.
        opened: Whether they came earlier, and may be seen only now.
    """

    watch: Watch
    touch: Touch
    retro: bool = False
    opened: bool = False


class _Last(NamedTuple):
    """The latest hit of a watch and a value."""

    position: int
    upto: int
    sources: frozenset[str]
    at: float
    is_withdrawn: bool


def keep(connection: sqlite3.Connection, met: Sequence[Met], at: datetime) -> int:
    """Keep hits of one organisation, within a transaction.

    A record that is in a hit of the same watch and value already makes none. A hit goes on while
    `DEDUPLICATION` lasts and nobody speaks who did not before.

    Returns:
        How many hits are new.
    """
    if not met:
        return 0
    organisation = met[0].watch.organisation
    query = "SELECT coalesce(max(position), 0) FROM hit WHERE organisation = ?"
    position = begun = connection.execute(query, (organisation,)).fetchone()[0]
    since = at.timestamp() - DEDUPLICATION.total_seconds()
    for one in sorted(met, key=_order):
        touch, after, known = one.touch, one.touch.after, frozenset[str]()
        last = _last(connection, one)
        if last is not None:
            if touch.upto <= last.upto and not one.opened:
                continue
            if last.at > since and not last.is_withdrawn:
                if touch.sources <= last.sources:
                    _extend(connection, organisation, last, touch)
                    continue
                known = last.sources
            after = after if one.opened else max(after, last.upto)
        position += 1
        row = (
            *(organisation, position, uuid4().hex[:16], one.watch.id, _closest(touch)),
            *(touch.observable.topic, touch.observable.value, after, touch.upto),
            *(msgspec.json.encode(sorted(touch.sources | known)).decode(), at.timestamp()),
            *(one.retro, HitState.NEW, "", None),
        )
        connection.execute(_INSERT, row)
    connection.execute(
        "DELETE FROM hit WHERE organisation = ? AND position <= ?",
        (organisation, position - MOST_HITS),
    )
    return position - begun


def _order(one: Met) -> tuple[int, str, str, str]:
    touch = one.touch
    return (touch.upto, touch.observable.topic, touch.observable.value, one.watch.id)


def _last(connection: sqlite3.Connection, one: Met) -> _Last | None:
    row = connection.execute(
        "SELECT position, upto, sources, at, state FROM hit"
        " WHERE watch = ? AND value = ? AND topic = ? ORDER BY position DESC LIMIT 1",
        (one.watch.id, one.touch.observable.value, one.touch.observable.topic),
    ).fetchone()
    if row is None:
        return None
    return _Last(row[0], row[1], _sources(row[2]), row[3], row[4] == HitState.WITHDRAWN)


def withdraw(connection: sqlite3.Connection, organisation: str, hit_ids: Sequence[str]) -> None:
    """Mark hits as withdrawn, within a transaction; they are told again, as the newest."""
    connection.executemany(
        "UPDATE hit SET state = ?1,"
        " position = (SELECT max(position) + 1 FROM hit WHERE organisation = ?2)"
        " WHERE organisation = ?2 AND id = ?3 AND state != ?1",
        [(HitState.WITHDRAWN, organisation, one) for one in hit_ids],
    )


def _extend(connection: sqlite3.Connection, organisation: str, last: _Last, touch: Touch) -> None:
    connection.execute(
        "UPDATE hit SET after = min(after, ?), upto = max(upto, ?) "
        "WHERE organisation = ? AND position = ?",
        (touch.after, touch.upto, organisation, last.position),
    )


def _closest(touch: Touch) -> str:
    """Return, of the patterns that fit, the one that says most."""
    value = touch.observable.value
    return max(touch.patterns, key=lambda one: (one == value, _narrowness(one), one))


def _narrowness(pattern: str) -> int:
    """Order networks by their prefix, and all else by its length."""
    _, slash, prefix = pattern.partition("/")
    return int(prefix) if slash and prefix.isdecimal() else len(pattern)
