"""Social media: the values that people post, with the hashtags and names beside them.

Read are the files of TweetFeed, posts in JSON (Mastodon, Bluesky, X), tables of posts, and texts
that are one post each.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cure.extract.analyst_tags import canonical
from cure.extract.documents import read as read_document
from cure.extract.findings import MAX_TAGS, TOLD_ALONE, findings_of, role_of
from cure.extract.keywords import named_keywords
from cure.extract.observables import observables
from cure.extract.text import Document
from cure.formats.days import day_in
from cure.formats.entries import entry
from cure.formats.lines import UNREADABLE, each_line, read_one, reason
from cure.formats.post_tables import post_table
from cure.formats.posts import Post, elements, page_of_post, post
from cure.formats.sqlite_file import whole_file
from cure.formats.tweetfeed import is_tweetfeed, row
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Observable, Tlp, Topic, mention, tag, url

_MAX_TEXT_CHARS = 1000


def read(source: Input) -> Iterator[Reading]:
    """Tell the form by the first bytes, and read it."""
    first, _, rest = source.head.partition(b"\n")
    table = post_table(first)
    if is_tweetfeed(source.head):
        yield from each_line(parse_row)(source)
    elif table is not None:
        yield from each_line(lambda line: _said(table(line)))(source)
    elif first.startswith(b"{") and rest.startswith(b"{"):
        yield from each_line(lambda line: _said(post(line, {}) if line.strip() else None))(source)
    elif source.head.lstrip()[:1] in {b"{", b"["}:
        yield from _whole(source, _posts)
    else:
        yield from _whole(source, _text)


def parse_row(line: bytes) -> Iterator[Finding]:
    """Yield what a line of TweetFeed says; a blank one says nothing."""
    if line.strip():
        said = row(line)
        one = Post("", said.posted_at, said.author, said.page, said.tags)
        yield _sighting(one, said.listed.observables, (), said.listed.attributes)


def _whole(source: Input, parse: Callable[[bytes, Input], Iterator[Reading]]) -> Iterator[Reading]:
    try:
        document = whole_file(source.blocks)
        if document.strip():
            yield from parse(document, source)
        elif document:
            yield Reading(1, source.head)
    except UNREADABLE as error:
        deque(source.blocks, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(1, source.head, why=reason(error))


def _posts(document: bytes, _: Input) -> Iterator[Reading]:
    raws, users = elements(document)
    for number, raw in enumerate(raws, 1):
        yield read_one(lambda one: _said(post(one, users)), number, raw)


def _text(document: bytes, source: Input) -> Iterator[Reading]:
    text = read_document(document, source.name)
    day = day_in(source.name) or day_in(text.title)
    yield Reading(1, source.head, tuple(findings_of(text, source.name, day)))


def _said(one: Post | None) -> Iterator[Finding]:
    """Yield all that a post names, as one finding; nothing if it names nothing we know."""
    if one is None:
        return
    text = Document(one.text)
    named = [observable for value in one.values for observable in entry(value).observables]
    named += [found.observable for found in observables(text)[0]]
    spoken = [keyword.tag for keyword in named_keywords(text)]
    if named or any(tag.partition(":")[0] in TOLD_ALONE for tag in spoken):
        yield _sighting(one, named, spoken, {"text": one.text[:_MAX_TEXT_CHARS]})


def _sighting(
    one: Post, named: Iterable[Observable], spoken: Iterable[str], attributes: Mapping[str, Any]
) -> Finding:
    known = {text: canonical(text) for text in one.tags}
    tags = dict.fromkeys((*filter(None, known.values()), *map(tag, spoken)))
    mentions = [
        *(mention(other, role_of(other)) for other in dict.fromkeys(named)),
        *(mention(other, "tag") for other in list(tags)[:MAX_TAGS]),
    ]
    if one.page:
        mentions.append(mention(url(page_of_post(one.page)), "reference"))
    others = [text for text, term in known.items() if term is None]
    told = {"author": one.author, "tags": others[:MAX_TAGS], **attributes}
    told = {name: value for name, value in told.items() if value}
    return Finding(Kind.SIGHTING, tuple(mentions), one.posted_at, one.posted_at, attributes=told)


PUBLISHER = Publisher(
    name="social",
    title="Posts of security researchers on social media",
    title_ja="ソーシャルメディアの投稿",
    layer=Layer.SEMANTICS,
    topics=frozenset(Topic),
    tlp=Tlp.CLEAR,
    read=read,
    reference="https://github.com/0xDanielLopez/TweetFeed",
)
