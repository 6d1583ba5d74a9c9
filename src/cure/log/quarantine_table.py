"""What is in quarantine, source by source: counted, read page by page, and let out again."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

from cure.errors import LogError
from cure.hub.intake import in_general
from cure.interfaces import Quarantined
from cure.log.checksums import WITH_CHECKSUMS, fits
from cure.log.inserting import insert
from cure.log.quarantine_rows import quarantine_row

Connected = Callable[[], AbstractContextManager[sqlite3.Connection]]
_ASK_ROWS = 900  # SQLite allows 999 parameters where it was built long ago
_SELECT = "SELECT digest, at, source, input, number, why, raw, ifnull(crc, 0) FROM quarantine"
_SELECT_WITHOUT_CHECKSUM = (
    "SELECT digest, at, source, input, number, why, raw, NULL FROM quarantine"
)


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

    def __init__(self, reading: Connected, writing: Connected, layout: int) -> None:
        """Ask through these connections; each is had for the length of a `with`.

        Args:
            reading: Gives one that reads.
            writing: Gives one that writes, within a transaction.
            layout: The format of the file.
        """
        self._reading = reading
        self._writing = writing
        self._select = _SELECT if layout >= WITH_CHECKSUMS else _SELECT_WITHOUT_CHECKSUM

    def add(self, lines: Iterable[Quarantined], at: datetime) -> None:
        """Keep lines; the same line of the same place once. Cost: about 12 µs a line."""
        rows = sorted(quarantine_row(line, at) for line in lines)  # in the order of the table
        with self._writing() as connection:
            insert(connection, "INSERT OR IGNORE INTO quarantine", rows)

    def latest(self, limit: int) -> list[tuple[str, Quarantined]]:
        """Return the latest lines of all sources, each with the time at which it came."""
        with self._reading() as connection:
            rows = connection.execute(
                f"{self._select} ORDER BY at DESC, input, number LIMIT ?", (limit,)
            ).fetchall()
        return [(row[1], _held(row).line) for row in rows]

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
            return self._lines(connection, source, wanted)

    def of_ids(self, source: str, ids: Iterable[str]) -> list[Held]:
        """Return those of these lines that are held of a source, in this order."""
        with self._reading() as connection:
            return self._lines(connection, source, [bytes.fromhex(one) for one in ids])

    def release(self, ids: Iterable[str]) -> None:
        """Let lines go, durably: what they say is in the log."""
        with self._writing() as connection:
            connection.executemany(
                "DELETE FROM quarantine WHERE digest = ?", [(bytes.fromhex(one),) for one in ids]
            )

    def _lines(
        self, connection: sqlite3.Connection, source: str, digests: list[bytes]
    ) -> list[Held]:
        held: dict[bytes, Held] = {}
        for start in range(0, len(digests), _ASK_ROWS):
            part = digests[start : start + _ASK_ROWS]
            marks = ",".join("?" * len(part))
            rows = connection.execute(
                f"{self._select} WHERE digest IN ({marks}) AND source = ?", (*part, source)
            )
            held.update((row[0], _held(row)) for row in rows)
        return [held[digest] for digest in digests if digest in held]


def _held(row: tuple[Any, ...]) -> Held:
    digest, at, source, name, number, why, raw, crc = row
    if crc is not None and not fits(row):
        raise LogError(f"a quarantined line of {source!r} is damaged: its checksum does not fit")
    return Held(
        digest.hex(), datetime.fromisoformat(at), Quarantined(source, name, number, raw, why)
    )
