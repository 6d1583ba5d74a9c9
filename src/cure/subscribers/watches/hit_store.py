"""The hits of all organisations, as they are kept."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from cure.errors import NotKnownError
from cure.model import Topic
from cure.subscribers.watches.file import WatchFile
from cure.subscribers.watches.hit import Hit, HitState
from cure.subscribers.watches.keeping import Met, keep, withdraw

_HIT = (
    "id, organisation, position, watch, entry, topic, value, after, upto, at, retro, state, "
    "acknowledged_by, acknowledged_at"
)
_ASK_VALUES = 500
Listener: TypeAlias = Callable[[str], None]


class HitStore(WatchFile):
    """The hits; whoever asks names the organisation, and gets no other's."""

    def __init__(self, directory: Path) -> None:
        """Open the file, or make it.

        Raises:
            LogError: If it cannot be opened, or is of a newer format.
        """
        super().__init__(directory)
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell someone the organisation's name whenever it has new hits, once they are durable.

        It is told in the thread that keeps the hits, and must return at once.
        """
        self._listeners.append(listener)

    def after(self, organisation: str, position: int, limit: int) -> list[Hit]:
        """Return the hits of an organisation behind a position, the oldest first."""
        query = f"SELECT {_HIT} FROM hit WHERE organisation = ? AND position > ? ORDER BY position LIMIT ?"  # noqa: S608, E501 - our words
        return [_hit(row) for row in self.rows(query, organisation, position, limit)]

    def count_after(self, organisation: str, position: int) -> int:
        """Return how many hits of an organisation are behind a position."""
        query = "SELECT count(*) FROM hit WHERE organisation = ? AND position > ?"
        return self.rows(query, organisation, position)[0][0]

    def latest(
        self,
        organisation: str,
        *,
        watch: str | None = None,
        state: HitState | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[Hit]:
        """Return hits of an organisation, the latest first.

        Args:
            watch: Only those of this watch.
            state: Only those in this state.
            before: Only those before this position.
            limit: How many at most.
        """
        wanted = {"watch = ?": watch, "state = ?": state, "position < ?": before}
        named = {clause: one for clause, one in wanted.items() if one is not None}
        clauses = " AND ".join(["organisation = ?", *named])
        query = f"SELECT {_HIT} FROM hit WHERE {clauses} ORDER BY position DESC LIMIT ?"  # noqa: S608 - our words
        return [_hit(row) for row in self.rows(query, organisation, *named.values(), limit)]

    def hit(self, organisation: str, hit_id: str) -> Hit:
        """Return a hit.

        Raises:
            NotKnownError: If the organisation has none with this id.
        """
        query = f"SELECT {_HIT} FROM hit WHERE organisation = ? AND id = ?"  # noqa: S608 - our words
        rows = self.rows(query, organisation, hit_id)
        if not rows:
            raise NotKnownError(f"there is no hit {hit_id[:64]}")
        return _hit(rows[0])

    def last_position(self, organisation: str) -> int:
        """Return the position of the latest hit of an organisation, 0 if it has none."""
        query = "SELECT coalesce(max(position), 0) FROM hit WHERE organisation = ?"
        return self.rows(query, organisation)[0][0]

    def acknowledge(self, organisation: str, hit_id: str, by: str, at: datetime) -> Hit:
        """Note that somebody has seen to a hit; who was first stays.

        Raises:
            NotKnownError: If the organisation has none with this id.
        """
        with self.transaction() as connection:
            connection.execute(
                "UPDATE hit SET state = ?, acknowledged_by = ?, acknowledged_at = ? "
                "WHERE organisation = ? AND id = ? AND state = ?",
                (HitState.ACKNOWLEDGED, by, at.timestamp(), organisation, hit_id, HitState.NEW),
            )
        return self.hit(organisation, hit_id)

    def of_values(self, organisation: str, values: Sequence[str]) -> list[Hit]:
        """Return the hits of an organisation of some values, but for those withdrawn."""
        found: list[Hit] = []
        for at in range(0, len(values), _ASK_VALUES):
            part = values[at : at + _ASK_VALUES]
            marks = ", ".join("?" * len(part))
            query = (
                f"SELECT {_HIT} FROM hit WHERE watch IN (SELECT id FROM watch"  # noqa: S608 - our words
                f" WHERE organisation = ?) AND value IN ({marks}) AND state != ?"
            )
            rows = self.rows(query, organisation, *part, HitState.WITHDRAWN)
            found += [_hit(row) for row in rows]
        return found

    def withdraw(self, organisation: str, hit_ids: Sequence[str]) -> None:
        """Mark hits of an organisation as withdrawn; whoever listens is told of them anew."""
        with self.transaction() as connection:
            withdraw(connection, organisation, hit_ids)
        for listener in self._listeners:
            listener(organisation)

    def matched(self, organisation: str) -> int | None:
        """Return up to which record everything was matched; None: nothing ever was."""
        rows = self.rows("SELECT upto FROM matched WHERE organisation = ?", organisation)
        return rows[0][0] if rows else None

    def keep(
        self,
        organisation: str,
        met: Sequence[Met],
        upto: int,
        compared: Sequence[tuple[str, int]],
        at: datetime,
    ) -> int:
        """Keep what the watches of an organisation met, and how far they were matched.

        Args:
            organisation: Whose watches.
            met: What they met.
            upto: The record up to which everything was matched.
            compared: The watches that were compared with all that was held: id and revision.
            at: When.

        Returns:
            How many hits are new; whoever listens has been told.
        """
        with self.transaction() as connection:
            count = keep(connection, met, at)
            connection.executemany(
                "UPDATE watch SET compared = 1 WHERE id = ? AND revision = ?", compared
            )
            connection.execute(
                "INSERT INTO matched VALUES (?, ?) "
                "ON CONFLICT DO UPDATE SET upto = max(upto, excluded.upto)",
                (organisation, upto),
            )
        if count:
            for listener in self._listeners:
                listener(organisation)
        return count


def _hit(row: Sequence[Any]) -> Hit:
    one = Hit(*row)
    return msgspec.structs.replace(
        one,
        topic=Topic(row[5]),
        at=datetime.fromtimestamp(row[9], UTC),
        retro=bool(row[10]),
        state=HitState(row[11]),
        acknowledged_at=None if row[13] is None else datetime.fromtimestamp(row[13], UTC),
    )
