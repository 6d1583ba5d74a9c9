"""Citations: which pages a feed tells of, or an ATT&CK bundle cites, and what for."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from cure.formats.attack_bundle import readings
from cure.formats.lines import UNREADABLE, reason, whole_file
from cure.formats.news import is_feed, items
from cure.interfaces import Input, Reading
from cure.model import Mention, Topic, mention, tag

_MAX_TAGS = 20
_CITED_FOR = frozenset({"subject", "uses", "part-of", "attributed-to"})


class Citation(msgspec.Struct, frozen=True):
    """A page that something tells of, or an element that could not be read.

    Attributes:
        pages: URL of the page, and of the documents that come with it; none: nothing to read.
        as_of: When it was published, UTC; None: that is not told.
        changed: When it was changed, in words; empty: that is not told.
        about: What it is cited for.
        raw: The first bytes of an element that could not be read.
        why: Why not; empty: it could.
    """

    pages: tuple[str, ...] = ()
    as_of: datetime | None = None
    changed: str = ""
    about: tuple[Mention, ...] = ()
    raw: bytes = b""
    why: str = ""


def citations(source: Input) -> Iterator[Citation]:
    """Yield the citations of an RSS, Atom or JSON feed, or of a STIX bundle of ATT&CK.

    Raises:
        MalformedError: If it is neither.
        msgspec.DecodeError: Likewise.
    """
    document = whole_file(source.blocks)
    if not is_feed(source.head):
        yield from _of_bundle(readings(document))
        return
    for item in items(document, source.name):
        try:
            news = item.read()
        except UNREADABLE as error:
            yield Citation(raw=item.raw[:4096], why=reason(error))
            continue
        changed = news.changed or news.published
        yield Citation(
            tuple(filter(None, (news.page, *news.attached))),
            news.published or news.changed,
            changed.isoformat() if changed else "",
        )


def _of_bundle(objects: Iterator[Reading]) -> Iterator[Citation]:
    cited: dict[str, dict[Mention, None]] = {}
    for reading in objects:
        if reading.why:
            yield Citation(raw=reading.raw[:4096], why=reading.why)
        for finding in reading.findings:
            named = finding.observables
            tags = [
                mention(tag(one.value), "tag")
                for one in named
                if one.topic is Topic.TAG
                and one.role in _CITED_FOR
                and one.value.startswith("attack:")
            ]
            for one in named:
                if one.role == "reference":
                    cited.setdefault(one.value, {}).update(dict.fromkeys(tags))
    for page, tags in cited.items():
        yield Citation((page,), about=tuple(tags)[:_MAX_TAGS])
