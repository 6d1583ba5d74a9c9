"""The ratings of an installation: proposed by one person, approved by another, kept for ever."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cure.access.principal import Principal, Scope
from cure.access.rating import Rating, Sheet
from cure.access.store import Store
from cure.errors import ForbiddenError, MalformedError
from cure.model.conversion import converter
from cure.model.fields import OWNERS_FIELDS, FieldClass

_ASK = """
SELECT rating.id, sheet, proposer, proposed_at, version, approver, approved_at
FROM rating LEFT JOIN approval USING (id)
"""
_HIGHEST = (1 << 63) - 1
"""SQLite has no higher number, and cannot be asked for one."""
_decode = msgspec.json.Decoder(Sheet).decode
_rating_of = converter(Rating)


class Ratings:
    """The ratings; those who operate the installation make them."""

    def __init__(self, store: Store) -> None:
        """Keep them in a store."""
        self._store = store

    def propose(self, by: Principal, sheet: Sheet, at: datetime) -> Rating:
        """Propose a rating.

        Raises:
            ForbiddenError: If that is not his to do.
            MalformedError: If it would show others what is always its owner's.
        """
        with self._store.change(by, "rating.propose", sheet.source, at) as connection:
            _require_person(by)
            for name, said in sheet.fields.items():
                if said is FieldClass.PUBLIC and name in OWNERS_FIELDS:
                    raise MalformedError("class of a field", f"{name}={said}", "it is always cut")
            made = connection.execute(
                "INSERT INTO rating (source, sheet, proposer, proposed_at) VALUES (?, ?, ?, ?)",
                (sheet.source, msgspec.json.encode(sheet), by.user, at.isoformat()),
            )
        assert made.lastrowid is not None  # noqa: S101 - a row was inserted
        return Rating(id=made.lastrowid, sheet=sheet, proposer=by.user, proposed_at=at)

    def approve(self, by: Principal, rating_id: int, at: datetime) -> Rating:
        """Let a proposal hold; stored records come under it when `unapplied` is worked off.

        Raises:
            ForbiddenError: If that is not his to do, or he proposed it.
            MalformedError: If there is no such proposal, or it was approved.
        """
        with self._store.change(by, "rating.approve", str(rating_id), at) as connection:
            _require_person(by)
            found = self.get(rating_id)
            if found.version:
                raise MalformedError("proposal", str(rating_id), "it was approved already")
            if found.proposer == by.user:
                raise ForbiddenError("approving takes two: another person than the proposer")
            version = 1 + len([one for one in self.history(found.sheet.source) if one.version])
            connection.execute(
                "INSERT INTO approval VALUES (?, ?, ?, ?)",
                (rating_id, version, by.user, at.isoformat()),
            )
        return self.get(rating_id)

    def get(self, rating_id: int) -> Rating:
        """Return a rating or proposal.

        Raises:
            MalformedError: If there is none.
        """
        is_number = 0 < rating_id <= _HIGHEST
        rows = self._store.rows(f"{_ASK} WHERE rating.id = ?", rating_id) if is_number else []
        if not rows:
            raise MalformedError("rating", str(rating_id), "there is none of this number")
        return _rating(rows[0])

    def current(self, source: str) -> Rating | None:
        """Return the rating that holds for a source, if there is one."""
        rows = self._store.rows(
            f"{_ASK} WHERE source = ? AND version IS NOT NULL ORDER BY version DESC LIMIT 1", source
        )
        return _rating(rows[0]) if rows else None

    def before(self, rating: Rating) -> Rating | None:
        """Return the rating that a rating took the place of, if there was one."""
        rows = self._store.rows(
            f"{_ASK} WHERE source = ? AND version = ?", rating.sheet.source, rating.version - 1
        )
        return _rating(rows[0]) if rows else None

    def history(self, source: str) -> list[Rating]:
        """Return all proposals and ratings of a source, oldest first."""
        return _ratings(self._store.rows(f"{_ASK} WHERE source = ? ORDER BY rating.id", source))

    def all(self) -> list[Rating]:
        """Return all proposals and ratings, oldest first."""
        return _ratings(self._store.rows(f"{_ASK} ORDER BY rating.id"))

    def unapplied(self) -> list[Rating]:
        """Return the ratings that stored records have still to come under, oldest first."""
        done = {number for (number,) in self._store.rows("SELECT id FROM applied")}
        approved = [one for one in self.all() if one.version and one.id not in done]
        return sorted(approved, key=lambda one: (one.sheet.source, one.version))

    def was_applied(self, rating: Rating) -> None:
        """Note that stored records have come under a rating."""
        with self._store.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO applied VALUES (?)", (rating.id,))


def _require_person(by: Principal) -> None:
    by.require(Scope.RATE)
    if not by.operates:
        raise ForbiddenError
    if not by.user:
        raise ForbiddenError("a rating takes two people, and this is no person: say who you are")


def _ratings(rows: Sequence[tuple[object, ...]]) -> list[Rating]:
    return [_rating(row) for row in rows]


def _rating(row: tuple[object, ...]) -> Rating:
    number, sheet, proposer, proposed_at, version, approver, approved_at = row
    return _rating_of(
        {
            "id": number,
            "sheet": _decode(sheet),  # pyright: ignore[reportArgumentType] - the column's bytes
            "proposer": proposer,
            "proposed_at": proposed_at,
            "version": version or 0,
            "approver": approver or "",
            "approved_at": approved_at,
        }
    )
