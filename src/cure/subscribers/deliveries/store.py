"""The file of deliveries, `deliveries.sqlite`: what is sent where, and how far that has come.

How far is written once the receiver has acknowledged, so nothing is lost; what was on its way when
this machine went down is sent again, under the same id.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from cure.errors import MalformedError, NotKnownError
from cure.kept_file import KeptFile, Layout
from cure.replication import tried_again
from cure.subscribers.deliveries.delivery import Delivery
from cure.subscribers.deliveries.progress import DeadLetter, DeliveryState, Progress

NAME = "deliveries.sqlite"
LAYOUT = Layout(
    format=1,
    schema="""
CREATE TABLE IF NOT EXISTS delivery (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    secret TEXT NOT NULL,
    body BLOB NOT NULL,
    progress BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead (
    delivery TEXT NOT NULL,
    position INTEGER NOT NULL,
    hit TEXT NOT NULL,
    at REAL NOT NULL,
    why TEXT NOT NULL,
    again INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (delivery, position)
) WITHOUT ROWID;
""",
)
MAX_DELIVERIES = 20
"""Of one organisation."""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Delivery).decode
_decode_progress = msgspec.json.Decoder(Progress).decode


class DeliveryStore(KeptFile):
    """The deliveries of all organisations; whoever asks names the organisation."""

    def __init__(self, directory: Path) -> None:
        """Open the file, or make it; nobody else may read it, for secrets stand in it.

        Raises:
            LogError: If it cannot be opened, or is of a newer format.
        """
        super().__init__(directory / NAME, LAYOUT)

    # Deliveries -------------------------------------------------------------------------

    def add(self, delivery: Delivery, secret: str, position: int) -> None:
        """Keep a delivery, for the hits behind a position.

        Raises:
            MalformedError: If its organisation has too many.
        """
        with self.changing() as connection:
            if len(self.of(delivery.organisation)) >= MAX_DELIVERIES:
                why = f"{delivery.organisation} has {MAX_DELIVERIES} already; remove one"
                raise MalformedError("delivery", delivery.address, why)
            connection.execute(
                "INSERT INTO delivery VALUES (?, ?, ?, ?, ?)",
                (
                    delivery.id,
                    delivery.organisation,
                    secret,
                    _encode(delivery),
                    _encode(Progress(position=position)),
                ),
            )

    def all(self) -> list[Delivery]:
        """Return the deliveries of all organisations."""
        return [_decode(body) for (body,) in self.rows("SELECT body FROM delivery ORDER BY id")]

    def of(self, organisation: str) -> list[DeliveryState]:
        """Return the deliveries of an organisation, the oldest first."""
        rows = self.rows(
            "SELECT body, progress, (SELECT count(*) FROM dead WHERE dead.delivery = delivery.id) "
            "FROM delivery WHERE organisation = ?",
            organisation,
        )
        found = [
            DeliveryState.of(_decode(body), _decode_progress(said), dead)
            for body, said, dead in rows
        ]
        return sorted(found, key=lambda one: (one.delivery.created, one.delivery.id))

    def called(self, organisation: str, delivery_id: str) -> Delivery:
        """Return a delivery.

        Raises:
            NotKnownError: If the organisation has none with this id.
        """
        query = "SELECT body FROM delivery WHERE organisation = ? AND id = ?"
        rows = self.rows(query, organisation, delivery_id)
        if not rows:
            raise NotKnownError(f"there is no delivery {delivery_id[:64]}")
        return _decode(rows[0][0])

    def secret(self, delivery_id: str) -> str:
        """Return the secret of a delivery, to sign with; empty: it has none, or is gone."""
        rows = self.rows("SELECT secret FROM delivery WHERE id = ?", delivery_id)
        return rows[0][0] if rows else ""

    def remove(self, organisation: str, delivery_id: str) -> None:
        """Remove a delivery with its dead letters; what waits for it is not sent.

        Raises:
            NotKnownError: If the organisation has none with this id.
        """
        self.called(organisation, delivery_id)
        with self.changing() as connection:
            connection.execute("DELETE FROM delivery WHERE id = ?", (delivery_id,))
            connection.execute("DELETE FROM dead WHERE delivery = ?", (delivery_id,))

    # Progress ---------------------------------------------------------------------------

    def progress(self, delivery_id: str) -> Progress | None:
        """Return how far a delivery has come; None: it is gone."""
        rows = self.rows("SELECT progress FROM delivery WHERE id = ?", delivery_id)
        return _decode_progress(rows[0][0]) if rows else None

    def put(
        self,
        delivery_id: str,
        progress: Progress,
        *,
        done: Iterable[int] = (),
        dead: Iterable[tuple[int, str]] = (),
        at: datetime | None = None,
    ) -> None:
        """Keep how far a delivery has come, durably; of one that is gone or begins anew, nothing.

        Args:
            delivery_id: The delivery.
            progress: How far it has come.
            done: Positions of dead letters that were sent after all.
            dead: Positions and ids of hits that are given up.
            at: When they are.
        """
        sent = [(delivery_id, position) for position in done]
        given_up = [
            (delivery_id, position, hit, at.timestamp() if at else 0.0, progress.why)
            for position, hit in dead
        ]

        def put() -> None:
            with self.transaction() as connection:
                found = self.progress(delivery_id)
                if found is None or found.begun != progress.begun:
                    return
                connection.execute(
                    "UPDATE delivery SET progress = ? WHERE id = ?",
                    (_encode(progress), delivery_id),
                )
                connection.executemany("DELETE FROM dead WHERE delivery = ? AND position = ?", sent)
                connection.executemany(
                    "INSERT OR REPLACE INTO dead VALUES (?, ?, ?, ?, ?, 0)", given_up
                )

        tried_again(put)

    def dead(self, organisation: str, delivery_id: str) -> list[DeadLetter]:
        """Return the dead letters of a delivery, the oldest first.

        Raises:
            NotKnownError: If the organisation has none with this id.
        """
        self.called(organisation, delivery_id)
        query = "SELECT hit, at, why, again FROM dead WHERE delivery = ? ORDER BY position"
        return [
            DeadLetter(hit, datetime.fromtimestamp(at, UTC), why, bool(again))
            for hit, at, why, again in self.rows(query, delivery_id)
        ]

    def to_send_again(self, delivery_id: str, limit: int) -> list[tuple[int, str]]:
        """Return positions and ids of the dead letters that are to be sent again, in order."""
        query = (
            "SELECT position, hit FROM dead WHERE delivery = ? AND again ORDER BY position LIMIT ?"
        )
        return self.rows(query, delivery_id, limit)

    def redrive(self, organisation: str, delivery_id: str) -> int:
        """Have all dead letters of a delivery sent again, and go on with one that has stopped.

        Returns:
            How many dead letters there are.

        Raises:
            NotKnownError: If the organisation has none with this id.
        """
        return self._begin_anew(organisation, delivery_id, None)

    def replay(self, organisation: str, delivery_id: str, position: int) -> int:
        """Have all hits behind a position sent again, in order.

        Raises:
            NotKnownError: If the organisation has none with this id.
        """
        return self._begin_anew(organisation, delivery_id, position)

    def _begin_anew(self, organisation: str, delivery_id: str, position: int | None) -> int:
        self.called(organisation, delivery_id)
        with self.changing() as connection:
            found = self.progress(delivery_id)
            if found is None:
                raise NotKnownError(f"there is no delivery {delivery_id[:64]}")
            anew = Progress(
                position=found.position if position is None else min(position, found.position),
                sent=found.sent,
                withheld=found.withheld,
                sent_at=found.sent_at,
                begun=found.begun + 1,
            )
            connection.execute(
                "UPDATE delivery SET progress = ? WHERE id = ?", (_encode(anew), delivery_id)
            )
            again = connection.execute(
                "UPDATE dead SET again = 1 WHERE delivery = ?", (delivery_id,)
            )
            return again.rowcount
