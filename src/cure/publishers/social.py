"""Social media: the values that people post, with the hashtags and names beside them.

Read are the files of TweetFeed, posts in JSON (Mastodon, Bluesky, X), one a line or in a document,
tables of posts, and texts that are one post each.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cure.extract.analyst_tags import canonical
from cure.extract.documents.forms import parse as parse_document
from cure.extract.findings import MAX_TAGS, TOLD_ALONE, findings_of, role_of
from cure.extract.keywords import named_keywords
from cure.extract.observables import observables
from cure.extract.text import Document
from cure.formats.days import day_in
from cure.formats.entries import entry
from cure.formats.json_lines import Unit, json_readings
from cure.formats.lines import UNREADABLE, each_line, reason, whole_file
from cure.formats.plain import BOM
from cure.formats.post_documents import post, posts
from cure.formats.post_tables import post_table
from cure.formats.posts import Post, page
from cure.formats.tweetfeed import is_tweetfeed, row
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Observable, Tlp, Topic, mention, tag

_MAX_TEXT_CHARS = 1000


def read(source: Input) -> Iterator[Reading]:
    """Tell the form by the first bytes, and read it."""
    table = post_table(source.head.partition(b"\n")[0])
    if is_tweetfeed(source.head):
        yield from each_line(parse_row)(source)
    elif table is not None:
        yield from each_line(lambda line: _said(table(line)))(source)
    elif source.head.removeprefix(BOM).lstrip()[:1] in {b"{", b"["}:
        yield from json_readings(source, _units)
    else:
        yield from _text(source)


def parse_row(line: bytes) -> Iterator[Finding]:
    """Yield what a line of TweetFeed says; a blank one says nothing."""
    if line.strip():
        said = row(line)
        one = Post("", said.posted_at, said.author, said.page, said.tags)
        yield _sighting(one, said.listed.observables, (), said.listed.attributes)


def _units(document: bytes) -> Iterator[Unit]:
    for raw, users in posts(document):
        yield raw, lambda raw=raw, users=users: _said(post(raw, users))


def _text(source: Input) -> Iterator[Reading]:
    try:
        document = whole_file(source.blocks)
        if document:
            findings = tuple(_of_text(document, source)) if document.strip() else ()
            yield Reading(1, source.head, findings)
    except UNREADABLE as error:
        deque(source.blocks, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(1, source.head, why=reason(error))


def _of_text(document: bytes, source: Input) -> Iterator[Finding]:
    text = parse_document(document, source.name)
    return findings_of(text, source.name, day_in(source.name) or day_in(text.title))


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
        mentions.append(mention(page(one.page), "reference"))
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
    isolated=True,
)
