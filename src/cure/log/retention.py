"""What a log no longer keeps for its age: how far, by source, in the log's SQLite file.

A row of `retention` holds as soon as it is durable: from then on `read` and `fetch` give what is
left of older records. Their bodies leave the disk after that, some at a time, and it is kept how
far that has come, in the transaction that does it: after a crash it goes on there.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from cure.errors import LogError
from cure.interfaces import Cards, Logged, Retention
from cure.log.checksums import fits
from cure.log.offsets import place_of_table
from cure.log.rows import REWRITE
from cure.model import Finding, Record
from cure.model.retraction import NOTHING

WITH_RETENTION = 4
"""The first format of the file that has it."""
_LOOKED_AT = 20_000
"""So many rows are looked at in one step: about 10 ms, if none is of the source."""
Connecting = Callable[[], AbstractContextManager[sqlite3.Connection]]
Bodies = Callable[[Sequence[int]], Sequence[tuple[int, Finding]]]
_encode = msgspec.json.Encoder().encode


def left_of(finding: Finding, cards: Cards) -> Finding:
    """Return what is left of a finding that is no longer kept.

    What cards and links are computed from stays where cards do: not what the source called it,
    nor what it said besides.
    """
    if cards is Cards.DROP:
        return NOTHING
    return msgspec.structs.replace(finding, attributes={}, key=None)


class Retentions:
    """How far each source's records are no longer kept."""

    def __init__(self) -> None:
        self._done: dict[str, dict[Cards, int]] = {}

    @property
    def done(self) -> list[Retention]:
        """How far records were let go, by source."""
        return [
            Retention(source, cards, upto)
            for source, some in sorted(self._done.items())
            for cards, upto in some.items()
        ]

    def load(self, connection: sqlite3.Connection, path: Path, layout: int) -> None:
        """Take those that a file of this format has.

        Raises:
            LogError: If one is damaged.
        """
        if layout < WITH_RETENTION:
            return
        for row in connection.execute("SELECT * FROM retention").fetchall():
            if not fits(row):
                place = place_of_table(path, "retention")
                raise LogError(f"{path}: how far {row[0]!r} is kept is damaged{place}")
            source, cards, upto, *_ = row
            self.note(Retention(source, Cards(cards), upto))

    def write(self, connection: sqlite3.Connection, one: Retention) -> None:
        """Keep how far a source's records go, within the open transaction."""
        connection.execute(
            "INSERT INTO retention VALUES (?, ?, ?, 0, NULL)"
            " ON CONFLICT DO UPDATE SET upto = max(upto, excluded.upto)",
            (one.source, one.cards, one.upto),
        )
        _sum_up(connection, one.source, one.cards)

    def note(self, one: Retention) -> None:
        """Let one hold, once it is durable."""
        some = self._done.setdefault(one.source, {})
        some[one.cards] = max(some.get(one.cards, 0), one.upto)

    def of(self, source: str, seq: int) -> Cards | None:
        """Return what became of a source's record; None: it is kept as it was."""
        some = self._done.get(source)
        if some is None:
            return None
        for cards in (Cards.DROP, Cards.KEEP):
            if seq <= some.get(cards, 0):
                return cards
        return None

    def is_past(self, source: str, seq: int) -> bool:
        """Tell whether a source's record is no longer kept as it was."""
        return self.of(source, seq) is not None

    def now(self, logged: Logged) -> Logged:
        """Return what is left of a record."""
        cards = self.of(logged.record.source, logged.seq) if self._done else None
        if cards is None:
            return logged
        record = logged.record
        finding = left_of(record.finding, cards)
        left = Record(record.source, record.label, record.digest, finding, is_whole=False)
        return Logged(logged.seq, left, logged.replaces)


def forget(reading: Connecting, changing: Connecting, bodies: Bodies, most: int) -> int | None:
    """Rewrite bodies of what is no longer kept, so many at most.

    Args:
        reading: Gives a connection that reads.
        changing: Gives one that writes, within a transaction.
        bodies: Reads the findings of records as they are on the disk.
        most: How many.

    Returns:
        How many it were; None: there is nothing left to do.
    """
    with reading() as connection:
        todo = connection.execute(
            "SELECT retention.source, cards, upto, rewritten, source.id FROM retention"
            " JOIN source ON source.name = retention.source WHERE rewritten < upto LIMIT 1"
        ).fetchone()
        if todo is None:
            return None
        source, cards, upto, done, number = todo
        stop = min(upto, done + _LOOKED_AT)
        query = (
            "SELECT seq FROM record WHERE seq > ? AND seq <= ? AND source = ? ORDER BY seq LIMIT ?"
        )
        found = [row[0] for row in connection.execute(query, (done, stop, number, most))]
    if len(found) == most:
        stop = found[-1]
    left = [(seq, finding, left_of(finding, Cards(cards))) for seq, finding in bodies(found)]
    rewritten = [(_encode(shorter), seq) for seq, finding, shorter in left if shorter != finding]
    with changing() as connection:
        connection.executemany(REWRITE, rewritten)
        connection.execute(
            "UPDATE retention SET rewritten = max(rewritten, ?) WHERE source = ? AND cards = ?",
            (stop, source, cards),
        )
        _sum_up(connection, source, cards)
    return len(rewritten)


def _sum_up(connection: sqlite3.Connection, source: str, cards: str) -> None:
    connection.execute(
        "UPDATE retention SET crc = checksum(source, cards, upto, rewritten)"
        " WHERE source = ? AND cards = ?",
        (source, cards),
    )
