"""Records as events of a stream, with a cursor each; what many are told is written once."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec

from cure.hub.view import Followed, View
from cure.installation import Installation
from cure.log.recent import MAX_RECORDS
from cure.model import Audience, Caveat, Record
from cure.showing import RecordShown, RetractionShown
from cure.web.cursors import Cursors

PAGE_RECORDS = 2000
"""So many records are read at a time: what a slow reader costs is one such page, about 1 MB."""
_AT_ONCE = 200
"""So many are written before it gives way again: about three milliseconds."""
_KEPT_RECORDS = MAX_RECORDS
_KEPT_BYTES = 8 << 20
_BEGINNINGS = (b"event: record\nid: ", b"event: retracted\nid: ")
_KINDS = (RecordShown, RetractionShown)
_encode = msgspec.json.Encoder().encode


class Told(NamedTuple):
    """What is told of a record, and whose it is."""

    text: bytes
    source: str


_Which = tuple[int, bool]
"""Number of a record, and whether it was taken back."""


class _Texts:
    """What all are told of records who may see them, as long as the log says the same of these.

    There are two generations. When the newer one is full, the older one is forgotten: so what was
    written last can be told to all, also to those who lag behind. Any thread may use it.
    """

    def __init__(self, log_says: object) -> None:
        self.log_says = log_says
        self._newer: dict[_Which, Told] = {}
        self._older: dict[_Which, Told] = {}
        self._newer_bytes = 0

    def get(self, which: _Which) -> Told | None:
        return self._newer.get(which) or self._older.get(which)

    def add(self, which: _Which, told: Told) -> None:
        if len(self._newer) >= _KEPT_RECORDS or self._newer_bytes >= _KEPT_BYTES:
            self._older, self._newer, self._newer_bytes = self._newer, {}, 0
        self._newer[which] = told
        self._newer_bytes += len(told.text)


class Page(NamedTuple):
    """Some events, and what is to be known of them here."""

    text: bytes
    sources: frozenset[str]
    records: int
    position: int
    is_last: bool


class RecordEvents:
    """The events of one installation."""

    def __init__(
        self, installation: Installation, cursors: Cursors, give_way: Callable[[], None]
    ) -> None:
        """Read the log of an installation; give way, again and again, to what is more urgent."""
        self._installation = installation
        self._cursors = cursors
        self._give_way = give_way
        self._texts = _Texts(None)

    def page(self, view: View, audience: Audience, followed: Followed, after: int) -> Page:
        """Return what follows a position.

        Args:
            view: What the audience may be sent now.
            audience: Who is told.
            followed: What of it.
            after: The position.

        Raises:
            LogError: If the log cannot be read.

        Cost: about 5 µs a record; 1 µs if somebody was told of it lately.
        """
        news = view.news(after, PAGE_RECORDS, followed)
        which = list(zip(news.released, news.is_taken_back, strict=True))
        texts = self._texts_now()
        told = [one for one in map(texts.get, which) if one]
        if len(told) < len(which):
            self._give_way()
            records = self._installation.log.fetch(news.released)
            told = list(self._written(zip(which, records, strict=True), audience, texts))
        self._give_way()
        cursors = self._cursors.sealed(news.positions, audience.organisation)
        parts = [
            part
            for (_, is_gone), cursor, (text, _) in zip(which, cursors, told, strict=True)
            for part in (_BEGINNINGS[is_gone], cursor, b"\ndata: ", text, b"\n\n")
        ]
        sources = frozenset(one.source for one in told)
        return Page(b"".join(parts), sources, len(told), news.position, news.is_all)

    def _texts_now(self) -> _Texts:
        """Return those that hold; to be asked for before the log is read."""
        log = self._installation.log
        says = len(log.relabellings()), tuple(log.retentions())
        if self._texts.log_says != says:
            self._texts = _Texts(says)
        return self._texts

    def _written(
        self, came: Iterable[tuple[_Which, Record]], audience: Audience, texts: _Texts
    ) -> Iterator[Told]:
        """Yield what is told of each; others are told the same, but for what differs."""
        for number, (one, record) in enumerate(came):
            if number % _AT_ONCE == 0:
                self._give_way()
            told = texts.get(one)
            if told is None:
                shown = _KINDS[one[1]].of(record, audience, self._installation.name_of)
                told = Told(_encode(shown), record.source)
                if not _differs(record):
                    texts.add(one, told)
            yield told


def _differs(record: Record) -> bool:
    """Tell whether not all who may see a record are told the same of it."""
    return Caveat.NO_ATTRIB in record.label.caveats
