"""What became of alerts, and what was new of their outside values; kept beside the watches."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from cure.hub.alerts import News
from cure.model import Observable, Topic
from cure.subscribers.alerts.alert import AlertState, Mark
from cure.subscribers.watches.file import WatchFile

MOST_NEWS = 10_000
"""So many news of an organisation are kept; older ones no longer open anything again."""


class KeptNews(NamedTuple):
    """News as they are kept.

    Attributes:
        number: Grows with each; never told.
        news: What was new.
        at: When it was found.
    """

    number: int
    news: News
    at: datetime


class AlertStore:
    """The marks and news of all organisations; whoever asks names his."""

    def __init__(self, file: WatchFile) -> None:
        """Keep them in the file of the watches."""
        self._file = file

    def marks(self, organisation: str) -> dict[int, Mark]:
        """Return what analysts have said of alerts, by record number."""
        query = "SELECT number, state, note, by, at, seen FROM alert_mark WHERE organisation = ?"
        return {
            number: Mark(AlertState(state), note, by, datetime.fromtimestamp(at, UTC), seen)
            for number, state, note, by, at, seen in self._file.rows(query, organisation)
        }

    def mark(self, organisation: str, number: int, mark: Mark) -> None:
        """Keep what an analyst says of an alert."""
        with self._file.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO alert_mark VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    *(organisation, number, mark.state, mark.note, mark.by),
                    *(mark.at.timestamp(), mark.seen),
                ),
            )

    def news(self, organisation: str) -> list[KeptNews]:
        """Return what was new, the oldest first."""
        query = (
            "SELECT id, topic, value, after, at FROM alert_news WHERE organisation = ? ORDER BY id"
        )
        return [
            KeptNews(
                number,
                News(Observable(Topic(topic), value), after),
                datetime.fromtimestamp(at, UTC),
            )
            for number, topic, value, after, at in self._file.rows(query, organisation)
        ]

    def last_news(self, organisation: str) -> int:
        """Return the number of the latest news, 0 if there are none."""
        query = "SELECT coalesce(max(id), 0) FROM alert_news WHERE organisation = ?"
        return self._file.rows(query, organisation)[0][0]

    def matched(self, organisation: str) -> int | None:
        """Return up to which record news were looked for; None: never."""
        query = "SELECT upto FROM alert_matched WHERE organisation = ?"
        rows = self._file.rows(query, organisation)
        return rows[0][0] if rows else None

    def keep(self, organisation: str, news: Sequence[News], upto: int, at: datetime) -> None:
        """Keep what was new, and up to which record it was looked for."""
        with self._file.transaction() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO alert_news (organisation, topic, value, after, at) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    (
                        organisation,
                        one.observable.topic,
                        one.observable.value,
                        one.after,
                        at.timestamp(),
                    )
                    for one in news
                ),
            )
            connection.execute(
                "INSERT INTO alert_matched VALUES (?, ?) "
                "ON CONFLICT DO UPDATE SET upto = max(upto, excluded.upto)",
                (organisation, upto),
            )
            connection.execute(
                "DELETE FROM alert_news WHERE organisation = ? AND id <= "
                "(SELECT id FROM alert_news WHERE organisation = ? ORDER BY id DESC "
                "LIMIT 1 OFFSET ?)",
                (organisation, organisation, MOST_NEWS),
            )
