"""What is in quarantine, source by source: counted, read page by page, and let out again."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple

from cure.hub.intake import in_general
from cure.interfaces import Quarantined
from cure.log.quarantine_rows import quarantine_row

Connected = Callable[[], AbstractContextManager[sqlite3.Connection]]
_ASK_ROWS = 900  # SQLite allows 999 parameters where it was built long ago


class Held(NamedTuple):
    """A quarantined line, with what names it.

    Attributes:
        id: Its name in the quarantine: the hash of where it stood and what it is, as hex digits.
        at: When it came, UTC.
        line: It.
    """

    id: str
    at: datetime
    line: Quarantined


class Place(NamedTuple):
    """A place between two lines of a source, the latest first: just after this one."""

    at: str
    id: str


class HeldOfSource(NamedTuple):
    """What is in quarantine of a source, in sum.

    Attributes:
        lines: How many lines.
        last_at: When the latest came, UTC.
        reasons: Why, without the values, each with how many.
    """

    lines: int
    last_at: datetime
    reasons: Counter[str]


class QuarantineTable:
    """The table `quarantine` of a log's file. An index spares it the lines' bytes."""

    def __init__(self, reading: Connected, writing: Connected) -> None:
        """Ask through these connections; each is had for the length of a `with`."""
        self._reading = reading
        self._writing = writing

    def add(self, lines: Iterable[Quarantined], at: datetime) -> None:
        """Keep lines; the same line of the same place once."""
        rows = [quarantine_row(line, at) for line in lines]
        with self._writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?)", rows
            )

    def latest(self, limit: int) -> list[tuple[str, Quarantined]]:
        """Return the latest lines of all sources, each with the time at which it came."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT at, source, input, number, raw, why FROM quarantine"
                " ORDER BY at DESC, input, number LIMIT ?",
                (limit,),
            ).fetchall()
        return [(row[0], Quarantined(*row[1:])) for row in rows]

    def count(self) -> int:
        """Return how many lines there are."""
        with self._reading() as connection:
            return connection.execute("SELECT count(*) FROM quarantine").fetchone()[0]

    def sums(self) -> dict[str, HeldOfSource]:
        """Return what is held of each source, by name. Cost: about 1 µs a line."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT source, why, count(*), max(at) FROM quarantine GROUP BY source, why"
            ).fetchall()
        found: dict[str, HeldOfSource] = {}
        for source, why, count, at in rows:
            last_at = datetime.fromisoformat(at)
            before = found.get(source, HeldOfSource(0, last_at, Counter()))
            before.reasons[in_general(why)] += count
            lines = before.lines + count
            found[source] = HeldOfSource(lines, max(before.last_at, last_at), before.reasons)
        return dict(sorted(found.items()))

    def page(
        self, source: str, limit: int, *, reason: str | None = None, after: Place | None = None
    ) -> list[Held]:
        """Return lines of a source, the latest first.

        Args:
            source: Whose lines.
            limit: How many at most.
            reason: Only those with this reason, as `sums` tells it.
            after: Only those beyond this place.

        Cost: about 10 µs a line, and 1 µs for each that is passed over for its reason.
        """
        at, last = after or Place("~", "")
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT digest, at, why FROM quarantine WHERE source = ? AND (at, digest) < (?, ?)"
                " ORDER BY at DESC, digest DESC",
                (source, at, bytes.fromhex(last)),
            )
            wanted: list[bytes] = []
            for digest, _, why in rows:
                if len(wanted) == limit:
                    break
                if reason is None or in_general(why) == reason:
                    wanted.append(digest)
            return _lines(connection, source, wanted)

    def of_ids(self, source: str, ids: Iterable[str]) -> list[Held]:
        """Return those of these lines that are held of a source, in this order."""
        with self._reading() as connection:
            return _lines(connection, source, [bytes.fromhex(one) for one in ids])

    def release(self, ids: Iterable[str]) -> None:
        """Let lines go, durably: what they say is in the log."""
        with self._writing() as connection:
            connection.executemany(
                "DELETE FROM quarantine WHERE digest = ?", [(bytes.fromhex(one),) for one in ids]
            )


def _lines(connection: sqlite3.Connection, source: str, digests: list[bytes]) -> list[Held]:
    held: dict[bytes, Held] = {}
    for start in range(0, len(digests), _ASK_ROWS):
        part = digests[start : start + _ASK_ROWS]
        marks = ",".join("?" * len(part))
        rows = connection.execute(
            "SELECT digest, at, source, input, number, raw, why FROM quarantine"  # noqa: S608 - marks only
            f" WHERE digest IN ({marks}) AND source = ?",
            (*part, source),
        )
        for digest, at, *line in rows:
            held[digest] = Held(digest.hex(), datetime.fromisoformat(at), Quarantined(*line))
    return [held[digest] for digest in digests if digest in held]
