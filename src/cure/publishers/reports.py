"""Reports: the observables that a report names, with the malware, groups and techniques it means.

Every form of document is read: text, Markdown, AsciiDoc, HTML, PDF, DOCX, STIX, MISP, lists; and
feeds (RSS, Atom, JSON Feed), item by item. Each observable is a finding with the keywords that
belong to it surely enough. Label sets, made from reports so that programs learn from them, are
silent.
"""

from collections import deque
from collections.abc import Iterator

from cure.extract.articles import article
from cure.extract.documents.html import html
from cure.extract.findings import findings_of
from cure.formats.label_sets import is_label_set
from cure.formats.lines import UNREADABLE, read_one, reason, whole_file
from cure.formats.news import News, is_feed, items
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Layer, Tlp, Topic, mention, url


def read(source: Input) -> Iterator[Reading]:
    """Read a document, which is one element; or the items of a feed."""
    if is_label_set(source.head):
        deque(source.blocks, maxlen=0)
        yield Reading(1, source.head)
    elif is_feed(source.head):
        yield from _feed(source)
    else:
        yield from article(source)


def _feed(source: Input) -> Iterator[Reading]:
    number = 0
    try:
        for number, item in enumerate(items(whole_file(source.blocks), source.name), 1):
            yield read_one(lambda _, read=item.read: _said(read()), number, item.raw)
        if not number:
            yield Reading(1, source.head)
    except UNREADABLE as error:
        deque(source.blocks, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(number + 1, source.head, why=reason(error))


def _said(news: News) -> Iterator[Finding]:
    page = (mention(url(news.page), "reference"),) if news.page else ()
    seen = news.published or news.changed
    yield from findings_of(html(news.html), news.page or news.title, seen, page)


PUBLISHER = Publisher(
    name="reports",
    title="Security reports and advisories",
    title_ja="セキュリティレポート・注意喚起",
    layer=Layer.SEMANTICS,
    topics=frozenset(Topic),
    tlp=Tlp.CLEAR,
    read=read,
    reference="https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html",
    isolated=True,
)
