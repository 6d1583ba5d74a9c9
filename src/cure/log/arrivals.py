"""When records became durable, in the log's SQLite file: one row for each append.

The times of the rows grow, whatever the clock does, and leave `KEPT_APART_US` for each record.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cure.interfaces import KEPT_APART_US

WITH_ARRIVALS = 3
"""The first format of the file that has them."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Arrivals:
    """When records came. Cost: about 5 µs to find one append."""

    def __init__(self) -> None:
        self._newest = (0, 0)
        """Number of the first record of the newest append, and its time in µs since 1970."""

    def load(self, connection: sqlite3.Connection) -> None:
        """Go on after those that the file has."""
        row = connection.execute("SELECT first, at FROM arrival ORDER BY first DESC LIMIT 1")
        self._newest = row.fetchone() or (0, 0)

    def write(self, connection: sqlite3.Connection, first: int, now: datetime) -> None:
        """Keep when the records from number `first` on came, within the open transaction."""
        newest_first, newest_at = self._newest
        at = max((now - _EPOCH) // _MICROSECOND, newest_at + KEPT_APART_US * (first - newest_first))
        connection.execute("INSERT INTO arrival VALUES (?, ?)", (first, at))
        self._newest = (first, at)

    @staticmethod
    def of(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[datetime]:
        """Return when the records with these numbers came."""
        found: dict[int, datetime] = {}
        at, following = _EPOCH, 0
        for number in sorted(set(numbers)):
            if number >= following:
                at, following = _append_of(connection, number)
            found[number] = at
        return [found[number] for number in numbers]

    @staticmethod
    def until(connection: sqlite3.Connection, at: datetime) -> int | None:
        """Return the number before the first record that came later; None: none did."""
        # Times grow with the numbers, so this ends at the first row that is too late.
        row = connection.execute(
            "SELECT min(first) FROM arrival WHERE at > ?", ((at - _EPOCH) // _MICROSECOND,)
        ).fetchone()
        return None if row[0] is None else row[0] - 1


def _append_of(connection: sqlite3.Connection, number: int) -> tuple[datetime, int]:
    """Return when a record came, and the number of the first record that came later."""
    found = connection.execute(
        "SELECT at FROM arrival WHERE first <= ? ORDER BY first DESC LIMIT 1", (number,)
    ).fetchone()
    after = connection.execute(
        "SELECT first FROM arrival WHERE first > ? ORDER BY first LIMIT 1", (number,)
    ).fetchone()
    at = _EPOCH if found is None else _EPOCH + found[0] * _MICROSECOND
    return at, 2**63 if after is None else after[0]
