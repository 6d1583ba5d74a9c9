"""What a source takes back: chosen by its keys, by a value, or all."""

from collections.abc import Iterator, Sequence

from cure.hub.view import Followed, View
from cure.interfaces import Log
from cure.model import Audience, Finding, Kind, Label, Observable, Record, Tlp
from cure.model.finding import digest_of

AT_ONCE = 2000
"""So many records are taken back in one append."""


def owner_of_all(organisation: str) -> Audience:
    """Return the audience that may read all that an organisation's sources say."""
    return Audience(organisation, Tlp.RED)


def of_keys(source: str, label: Label, keys: Sequence[str]) -> list[Record]:
    """Return what stands for the records that a source calls so, whether they are there or not."""
    said = [Finding(Kind.SIGHTING, (), key=key) for key in keys]
    return [Record(source, label, digest_of(source, one), one) for one in said]


def about(view: View, log: Log, source: str, observable: Observable) -> Iterator[list[Record]]:
    """Yield the records in which a source mentions a value, so many at a time."""
    skip, more = 0, True
    while more:
        released, more = view.records(observable, source=source, limit=AT_ONCE, skip=skip)
        skip += len(released)
        yield log.fetch(released)


def all_of(view: View, log: Log, source: str) -> Iterator[list[Record]]:
    """Yield all records of a source, so many at a time."""
    position, is_all, followed = 0, False, Followed(sources=frozenset({source}))
    while not is_all:
        released, position, is_all = view.arrived(position, AT_ONCE, followed)
        yield log.fetch(released)
