"""The rating in force for a source, put on all that is taken in from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cure.access.audit import Audit
from cure.access.rating import raised
from cure.access.ratings import Ratings
from cure.access.store import Store
from cure.hub.intake import Intake
from cure.interfaces import Publisher, Setting
from cure.model import Label


def rated_intake(  # noqa: PLR0913, PLR0917 - each is one thing that intake puts on a finding
    ratings: Ratings | None,
    publisher: Publisher,
    source: str,
    label: Label,
    now: datetime,
    setting: Setting,
) -> Intake:
    """Return the intake of a source, under its rating if it has one.

    The rating is a floor of the label; it cuts fields for others, and may allow fewer topics.
    """
    rating = ratings.current(source) if ratings is not None else None
    if rating is None:
        return Intake(publisher, source, label, now, setting)
    sheet = rating.sheet
    if sheet.topics:
        publisher = replace(publisher, topics=publisher.topics & sheet.topics)
    label = raised(label, sheet.label(label.owner))
    return Intake(publisher, source, label, now, setting, sheet.owners_fields)


@contextmanager
def ratings_in(directory: Path) -> Iterator[Ratings | None]:
    """Give the ratings of a data directory; None: it has none."""
    if not (directory / "access.sqlite").exists():
        yield None
        return
    with Audit(directory) as audit:
        store = Store(directory, audit)
        try:
            yield Ratings(store)
        finally:
            store.close()
