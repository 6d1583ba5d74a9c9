"""The watches of all organisations, as they are kept beside their hits."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from cure.errors import NotKnownError
from cure.hub.watched.entry import Entry, Fit
from cure.model import Topic
from cure.subscribers.watches.hit_store import HitStore
from cure.subscribers.watches.watch import Watch

_ADD_ENTRY = "INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?)"
_REVISE = "UPDATE watch SET revision = revision + 1, compared = 0 WHERE id = ?"
_decode_watch = msgspec.json.Decoder(Watch).decode


class Standing(NamedTuple):
    """A watch as it is matched.

    Attributes:
        watch: The watch.
        revision: Grows whenever its entries change.
        compared: Whether it was compared with all that was held.
    """

    watch: Watch
    revision: int
    compared: bool


class WatchStore(HitStore):
    """The watches and their hits; whoever asks names the organisation, and gets no other's."""

    def organisations(self) -> list[str]:
        """Return the organisations that have watches, by name."""
        return [name for (name,) in self.rows("SELECT DISTINCT organisation FROM watch ORDER BY 1")]

    def watches(self, organisation: str) -> list[Watch]:
        """Return the watches of an organisation, the oldest first."""
        query = "SELECT body FROM watch WHERE organisation = ?"
        found = [self._counted(_decode_watch(body)) for (body,) in self.rows(query, organisation)]
        return sorted(found, key=lambda one: (one.created, one.id))

    def watch(self, organisation: str, watch_id: str) -> Watch:
        """Return a watch.

        Raises:
            NotKnownError: If the organisation has none with this id.
        """
        query = "SELECT body FROM watch WHERE organisation = ? AND id = ?"
        rows = self.rows(query, organisation, watch_id)
        if not rows:
            raise NotKnownError(f"there is no watch {watch_id[:64]}")
        return self._counted(_decode_watch(rows[0][0]))

    def entries(self, organisation: str, watch_id: str, limit: int = -1) -> list[Entry]:
        """Return the entries of a watch in order; up to a limit, if there is one.

        Raises:
            NotKnownError: If the organisation has none with this id.
        """
        self.watch(organisation, watch_id)
        query = "SELECT topic, fit, pattern FROM entry WHERE watch = ? LIMIT ?"
        return [_entry(row) for row in self.rows(query, watch_id, limit)]

    def glob_count(self, organisation: str) -> int:
        """Return how many entries of an organisation are tags with wild cards."""
        query = (
            "SELECT count(*) FROM watch JOIN entry ON entry.watch = watch.id AND topic = ? "
            "WHERE organisation = ? AND (instr(pattern, '*') OR instr(pattern, '?'))"
        )
        return self.rows(query, Topic.TAG, organisation)[0][0]

    def standing(self) -> list[Standing]:
        """Return the watches of all organisations, for matching; without counts of entries."""
        rows = self.rows("SELECT body, revision, compared FROM watch ORDER BY id")
        return [Standing(_decode_watch(row[0]), row[1], bool(row[2])) for row in rows]

    def entries_of(self, watch_id: str) -> list[Entry]:
        """Return the entries of a watch, for matching."""
        query = "SELECT topic, fit, pattern FROM entry WHERE watch = ?"
        return [_entry(row) for row in self.rows(query, watch_id)]

    def add(self, watch: Watch, entries: Iterable[Entry]) -> None:
        """Keep a new watch with its entries."""
        with self.changing() as connection:
            connection.execute(
                "INSERT INTO watch VALUES (?, ?, ?, 0, 0)",
                (watch.id, watch.organisation, msgspec.json.encode(watch)),
            )
            connection.executemany(_ADD_ENTRY, ((watch.id, *entry) for entry in entries))

    def change(self, watch: Watch) -> None:
        """Keep what has changed in a watch; one that is no longer muted is compared anew."""
        with self.changing() as connection:
            connection.execute(
                "UPDATE watch SET body = ?, compared = 0 WHERE id = ?",
                (msgspec.json.encode(watch), watch.id),
            )

    def add_entries(self, watch_id: str, entries: Iterable[Entry]) -> None:
        """Add entries to a watch; one that it has already stays as it is."""
        with self.changing() as connection:
            connection.executemany(_ADD_ENTRY, ((watch_id, *entry) for entry in entries))
            connection.execute(_REVISE, (watch_id,))

    def remove_entries(self, watch_id: str, entries: Iterable[Entry]) -> None:
        """Remove entries from a watch; its hits stay."""
        with self.changing() as connection:
            connection.executemany(
                "DELETE FROM entry WHERE watch = ? AND topic = ? AND fit = ? AND pattern = ?",
                ((watch_id, *entry) for entry in entries),
            )
            connection.execute(_REVISE, (watch_id,))

    def remove(self, organisation: str, watch_id: str) -> None:
        """Remove a watch with its entries and hits.

        Raises:
            NotKnownError: If the organisation has none with this id.
        """
        self.watch(organisation, watch_id)
        with self.changing() as connection:
            connection.execute("DELETE FROM watch WHERE id = ?", (watch_id,))
            connection.execute("DELETE FROM entry WHERE watch = ?", (watch_id,))
            connection.execute("DELETE FROM hit WHERE watch = ?", (watch_id,))

    def _counted(self, watch: Watch) -> Watch:
        rows = self.rows("SELECT count(*) FROM entry WHERE watch = ?", watch.id)
        return msgspec.structs.replace(watch, entries=rows[0][0])


def _entry(row: Sequence[str]) -> Entry:
    topic, fit, pattern = row
    return Entry(Topic(topic), Fit(fit), pattern)
