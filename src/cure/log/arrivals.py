"""When records became durable, in the log's SQLite file: one row for each append.

The times of the rows grow, whatever the clock does, and leave `KEPT_APART_US` for each record.
Each row also tells its last record: so what a search finds can be checked, and the newest row
tells where the log ends.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cure.errors import LogError
from cure.interfaces import KEPT_APART_US
from cure.log.checksums import checksum, fits

WITH_ARRIVALS = 4
"""The first format of the file that has them whole."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAMAGED = "when records were kept is damaged: that of record {} is not found"


class Arrivals:
    """When records came. Cost: about 5 µs to find one append."""

    def __init__(self) -> None:
        self._newest = (0, 0)
        """Number of the first record of the newest append, and its time in µs since 1970."""

    def load(self, connection: sqlite3.Connection, last: int) -> None:
        """Go on after those that the file has, whose last record is known.

        Raises:
            LogError: If they end elsewhere.
        """
        row = connection.execute("SELECT * FROM arrival ORDER BY first DESC LIMIT 1").fetchone()
        if row is None and not last:
            return
        if row is None or not fits(row) or row[2] != last:
            raise LogError(_DAMAGED.format(last))
        self._newest = (row[0], row[1])

    def write(self, connection: sqlite3.Connection, first: int, last: int, now: datetime) -> None:
        """Keep when the records with these numbers came, within the open transaction."""
        newest_first, newest_at = self._newest
        at = max((now - _EPOCH) // _MICROSECOND, newest_at + KEPT_APART_US * (first - newest_first))
        row = (first, at, last)
        connection.execute("INSERT INTO arrival VALUES (?, ?, ?, ?)", (*row, checksum(*row)))
        self._newest = (first, at)

    @staticmethod
    def of(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[datetime]:
        """Return when the records with these numbers came.

        Raises:
            LogError: If that is damaged.
        """
        found: dict[int, datetime] = {}
        at, last = _EPOCH, 0
        for number in sorted(set(numbers)):
            if number > last:
                row = connection.execute(
                    "SELECT * FROM arrival WHERE first <= ? ORDER BY first DESC LIMIT 1", (number,)
                ).fetchone()
                if row is None or not fits(row) or row[2] < number:
                    raise LogError(_DAMAGED.format(number))
                at, last = _EPOCH + row[1] * _MICROSECOND, row[2]
            found[number] = at
        return [found[number] for number in numbers]

    @staticmethod
    def until(connection: sqlite3.Connection, at: datetime, last: int) -> int:
        """Return the number of the last record, of so many, that came by then.

        Raises:
            LogError: If that is damaged.
        """
        moment = (at - _EPOCH) // _MICROSECOND
        # Times grow with the numbers, so this ends at the first row that is too late.
        found = connection.execute(
            "SELECT min(first) FROM arrival WHERE at > ?", (moment,)
        ).fetchone()[0]
        upto = last if found is None else found - 1
        for number in {min(max(upto, 1), last), min(upto + 1, last)} - {0}:
            row = connection.execute(
                "SELECT * FROM arrival WHERE first <= ? ORDER BY first DESC LIMIT 1", (number,)
            ).fetchone()
            if row is None or not fits(row) or (row[1] <= moment) != (number <= upto):
                raise LogError(_DAMAGED.format(number))
        return upto
