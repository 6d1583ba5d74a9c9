"""What is in a collection that is computed from a view: the STIX objects of its records, in order.

An object was added when its record was kept: each record that the audience may read has 16
microseconds of its own behind the time of its append, and each object one of these. So dates
grow, only what comes after the 15th object of a record shares one, and they tell nothing of what
is hidden in between.

What is taken back comes again: its objects, revoked, at the end of the time of what took it back.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from cure.hub.batch import microseconds
from cure.hub.view import First, Followed, News, View
from cure.interfaces import KEPT_APART_US, Log, Released
from cure.model import Audience
from cure.model.audience import UNDISCLOSED_NAME
from cure.subscribers.stix.records import HARMFUL, Heard, objects_of, revoked
from cure.subscribers.taxii.asked import WORDS, Asked, read_moment
from cure.subscribers.taxii.pages import Entry, Page, Place

RECORDS_AT_ONCE = 128
MAX_RECORDS = 5000
"""So many visible records are looked through for one page; a page with fewer objects goes on."""
_MICROSECOND = timedelta(microseconds=1)
_APART = timedelta(microseconds=KEPT_APART_US)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Found(NamedTuple):
    """An object, the place before it, and who says it."""

    place: Place
    entry: Entry
    source: str


class Derived:
    """The contents of one collection for one audience."""

    def __init__(
        self, view: View, log: Log, audience: Audience, followed: Followed, secret: bytes
    ) -> None:
        """Take what the audience may see now, which records it follows, and the log's secret."""
        self._view = view
        self._log = log
        self._audience = audience
        self._followed = followed
        self._secret = secret

    def page(self, asked: Asked, place: Place, limit: int) -> Page:
        """Return the objects from a place on.

        A page does not end between objects of one date, where it need not: there are clients
        that go on by date alone.

        Cost: about 40 µs an object, also of those that are not asked for.
        """
        found: list[Found] = []
        looked, record = 0, -1
        for one in self.following(place):
            if one.place[0] != record:
                record = one.place[0]
                looked += 1
            if looked > MAX_RECORDS:
                return _page(found, one.place)
            if not _fits(one.entry, asked):
                continue
            if len(found) == limit:
                cut = [at for at in found if at.entry.date_us < one.entry.date_us]
                if cut and len(cut) < limit:
                    return _page(cut, found[len(cut)].place)
                return _page(found, one.place)
            found.append(one)
            if len(found) == len(asked.id):  # an object has one version here
                break
        return _page(found, None)

    def following(self, place: Place) -> Iterator[Found]:
        """Yield the objects from a place: behind so many records, and objects of the next one."""
        position, skip = place
        is_all = False
        while not is_all:
            news = self._view.news(position, RECORDS_AT_ONCE, self._followed)
            position, is_all = news.position, news.is_all
            for number, (heard, at, is_gone) in zip(news.positions, self._heard(news), strict=True):
                passed = skip if number == place[0] + 1 else 0
                named = self._audience.may_attribute(heard.record.label)
                source = heard.record.source if named else UNDISCLOSED_NAME
                objects = objects_of(heard, self._audience, self._secret)
                date_us = microseconds(at)
                for index, said in enumerate(objects):
                    if said is None or index < passed:
                        continue
                    date = date_us + min(index, KEPT_APART_US - 1)
                    if is_gone:
                        date = date_us + KEPT_APART_US - 1
                        said = revoked(said, _EPOCH + date * _MICROSECOND)  # noqa: PLW2901
                    yield Found((number - 1, index), _entry(said, date), source)

    def _heard(self, news: News) -> Iterator[tuple[Heard, datetime, bool]]:
        """Yield what came, when, and whether it was taken back then."""
        if not news.positions:
            return
        firsts = iter(self._view.firsts(news.came, self._followed, HARMFUL))
        unnamed = iter(self._view.no_longer_named(news.gone, HARMFUL)) if news.gone else iter(())
        before = iter(self._added(news.gone))
        records = self._log.fetch(news.released)
        for record, at, is_gone in zip(
            records, self._added(news.positions), news.is_taken_back, strict=True
        ):
            if is_gone:
                nothing = [False] * len(record.finding.observables)
                first = First(nothing, next(unnamed), source=False, marking=False)
                yield Heard(record, next(before), first), at, True
            else:
                yield Heard(record, at, next(firsts)), at, False

    def _added(self, released: Released) -> list[datetime]:
        """Return when records were added."""
        kept = self._log.kept_at(released)
        begins = {at: self._log.kept_until(at - _MICROSECOND) for at in set(kept)}
        ranks = self._view.ranks(released, [begins[at] for at in kept])
        return [at + rank * _APART for at, rank in zip(kept, ranks, strict=True)]

    def after(self, date_us: int) -> Place:
        """Return the place before the first object that was added later."""
        date_us = max(date_us, 0)
        upto = self._log.kept_until(_EPOCH + date_us * _MICROSECOND)
        latest = self._view.latest(upto)
        if not latest:
            return upto, 0
        [kept] = self._log.kept_at(latest)
        rank, index = divmod(date_us - microseconds(kept), KEPT_APART_US)
        begins = self._log.kept_until(kept - _MICROSECOND)
        position = self._view.position_of(begins, upto, rank)
        if position == upto:
            return upto, 0
        return (position, index + 1) if index + 1 < KEPT_APART_US else (position + 1, 0)


def _page(found: list[Found], following: Place | None) -> Page:
    sources = frozenset(one.source for one in found)
    return Page([one.entry for one in found], following, sources)


def _entry(said: dict[str, Any], date_us: int) -> Entry:
    version = said.get("modified") or said.get("created", "")
    return Entry(date_us, said["id"], version, "2.1", said)


def _fits(entry: Entry, asked: Asked) -> bool:
    """Tell whether an object is asked for; each has one version, in STIX 2.1."""
    return asked.is_anything or (
        (not asked.id or entry.id in asked.id)
        and (not asked.kind or entry.id.partition("--")[0] in asked.kind)
        and (not asked.spec_version or entry.spec_version in asked.spec_version)
        and (not asked.version or _is_version(entry, asked))
    )


def _is_version(entry: Entry, asked: Asked) -> bool:
    if not WORDS.isdisjoint(asked.version):
        return True
    date_us = microseconds(read_moment(entry.version)) if entry.version else entry.date_us
    return date_us in asked.version
