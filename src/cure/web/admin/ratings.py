"""Ratings of sources: proposed by one person, approved by another."""

from datetime import datetime

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from cure.access.rating import Rating, Sheet
from cure.access.ratings import Ratings
from cure.web.admin.asking import REFUSES, desk_of, found
from cure.web.asker import AskerHere


class ReaderShown(msgspec.Struct, frozen=True):
    """Who has read of a source before.

    Attributes:
        principal: Who.
        organisation: Whose person or machine it is.
        first_at: When first.
        last_at: When last.
        times: How often.
    """

    principal: str
    organisation: str
    first_at: datetime
    last_at: datetime
    times: int


class Approved(msgspec.Struct, frozen=True):
    """A rating that holds now; stored records come under it within a second.

    Attributes:
        rating: The rating.
        readers: Who has read of the source before.
    """

    rating: Rating
    readers: list[ReaderShown]


@get("/ratings", responses=REFUSES, sync_to_thread=True)
def ratings(asker: AskerHere, source: FromQuery[str | None] = None) -> list[Rating]:
    """Return all proposals and ratings, oldest first."""
    every = Ratings(desk_of(asker).accounts.store)
    return every.all() if source is None else every.history(source)


@post("/ratings", responses=REFUSES, sync_to_thread=True)
def propose_rating(asker: AskerHere, data: JSONBody[Sheet]) -> Rating:
    """Propose a rating of a source."""
    accounts, by, at = desk_of(asker)
    return Ratings(accounts.store).propose(by, data, at)


@post("/ratings/{rating_id:int}/approve", responses=REFUSES, sync_to_thread=True)
def approve_rating(asker: AskerHere, rating_id: FromPath[int]) -> Approved:
    """Let a proposal of another person hold, and tell who has read the source before."""
    accounts, by, at = desk_of(asker)
    with found("rating", str(rating_id)):
        approved = Ratings(accounts.store).approve(by, rating_id, at)
    readers = accounts.store.audit.readers_of(approved.sheet.source)
    return Approved(approved, [ReaderShown(*one) for one in readers])
