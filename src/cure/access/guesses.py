"""Guesses of passwords and codes: counted per name, whether there is such a user or not."""

import math
from datetime import datetime

from cure.access.store import Store
from cure.errors import LockedError

FREE = 10
"""So many wrong tries are free; each one after them locks the name for longer."""
_FIRST_LOCK_S = 15 * 60
_LONGEST_LOCK_S = 24 * 3600
_FORGET_AFTER_S = 7 * 24 * 3600


class Guesses:
    """The wrong tries of each name since its last right one; they outlast a restart."""

    def __init__(self, store: Store) -> None:
        """Keep them in a store."""
        self._store = store

    def begin(self, name: str, at: datetime) -> None:
        """Count a try as wrong before it is looked at, so that no two slip through together.

        Raises:
            LockedError: If the name is locked; then it is not to be looked at.
        """
        now = at.timestamp()
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM guess WHERE at < ?", (now - _FORGET_AFTER_S,))
            rows = connection.execute(
                "SELECT count, locked_until FROM guess WHERE name = ?", (name,)
            )
            count, locked_until = rows.fetchone() or (0, 0.0)
            if locked_until > now + 2 * _LONGEST_LOCK_S:  # by a clock that was wrong
                locked_until = now + _lock_s(count)
                connection.execute(
                    "UPDATE guess SET at = ?, locked_until = ? WHERE name = ?",
                    (now, locked_until, name),
                )
            if locked_until <= now:
                count += 1
                lock_s = _lock_s(count)
                connection.execute(
                    "INSERT OR REPLACE INTO guess VALUES (?, ?, ?, ?)",
                    (name, count, now, now + lock_s if lock_s else 0.0),
                )
        if locked_until > now:
            raise LockedError(math.ceil(locked_until - now))

    def forget(self, name: str) -> None:
        """Forget the wrong tries of a name: one was right, or an administrator unlocks it."""
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM guess WHERE name = ?", (name,))


def _lock_s(count: int) -> int:
    """Return for how long a wrong try locks a name.

    >>> [_lock_s(count) for count in (1, 9, 10, 11, 100)]
    [0, 0, 900, 1800, 86400]
    """
    if count < FREE:
        return 0
    return min(_FIRST_LOCK_S * 2 ** min(count - FREE, 10), _LONGEST_LOCK_S)
