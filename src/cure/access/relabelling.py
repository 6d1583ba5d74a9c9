"""Bringing stored records under the ratings that were approved since."""

from collections.abc import Callable
from typing import NamedTuple

from cure.access.rating import Rating, exchanges
from cure.access.ratings import Ratings
from cure.installation import Installation
from cure.model import Label, Tlp
from cure.model.fields import OWNERS_FIELDS


class Applied(NamedTuple):
    """What a rating did to stored records.

    Attributes:
        rating: The rating.
        labels: How many labels were exchanged.
        withheld: Whether what was stored uncut is kept from others now: it may hold fields that
            are cut since. Reading the source again gives others the rest of it.
    """

    rating: Rating
    labels: int
    withheld: bool


def apply_ratings(
    ratings: Ratings, installation: Installation, tlp_of: Callable[[str], Tlp]
) -> list[Applied]:
    """Bring stored records under all ratings that wait for it.

    Args:
        ratings: The ratings.
        installation: Open for writing.
        tlp_of: Tells the marking of a source that was never rated.

    Raises:
        LogError: If that could not be kept; what is left is done the next time.
    """
    done: list[Applied] = []
    for rating in ratings.unapplied():
        source = rating.sheet.source
        before = ratings.before(rating)
        usual = before.sheet.label("") if before else Label(tlp_of(source), "")
        cut = before.sheet.owners_fields if before else OWNERS_FIELDS
        withhold = not rating.sheet.owners_fields <= cut
        found = exchanges(
            installation.log.labels_of(source), usual, rating.sheet, withhold=withhold
        )
        for old, new in found:
            installation.relabel(source, old, new)
        ratings.was_applied(rating)
        done.append(Applied(rating, len(found), withhold))
    return done
