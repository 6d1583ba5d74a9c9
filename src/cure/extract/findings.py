"""What a document says, as findings: each observable with the keywords that belong to it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from cure.errors import MalformedError
from cure.extract.bonds import SUFFICIENT, bonds
from cure.extract.keywords import NAMED, Keyword, named_keywords
from cure.extract.observables import Found, Ignored, observables
from cure.extract.text import Document
from cure.formats.posts import page_of_post
from cure.model import Finding, Kind, Mention, Observable, Topic, mention, tag, url

MAX_TAGS = 20
_MAX_TEXT_CHARS = 300
_PARTS_OF_NAME = 2
TOLD_ALONE = frozenset({"malware", "actor", "campaign", "cve"})
"""Taxonomies whose tags are worth saying even where no observable is named."""
_CITED = re.compile(
    r"(?:report|post|article|references?|source|published|available|more|analysis|advisory"
    r"|参考|詳細|出典)\b[^\n]{0,80}[\s>*.-]{0,8}\Z",
    re.IGNORECASE,
)


def findings_of(
    document: Document,
    name: str = "",
    seen: datetime | None = None,
    about: tuple[Mention, ...] = (),
) -> Iterator[Finding]:
    """Yield a finding for each observable of a document, or one of its keywords alone.

    Args:
        name: The document's path; what its end names counts where the text names nothing, as in
            a list of hashes called ``emotet/samples.sha1``.
        seen: The day of the document, where it says so.
        about: What belongs to all that it says, such as the page that it is; without it, the page
            that it names as its source does.
    """
    found, ignored = observables(document)
    keywords = named_keywords(document)
    cited = None if about else _reference(document, ignored)
    page = (mention(cited, "reference"),) if cited else about
    short_name = "/".join(name.split("/")[-_PARTS_OF_NAME:])
    told = {"title": (document.title or short_name)[:_MAX_TEXT_CHARS]}
    by_name = () if keywords else tuple(_spoken(named_keywords(Document(_words(short_name)))))
    tags = _tags(document, found, keywords)
    first: dict[Observable, Found] = {}
    for one in found:
        first.setdefault(one.observable, one)
    for one in first.values():
        named = mention(one.observable, role_of(one.observable))
        yield _finding(
            (named, *tags.get(one.observable, by_name), *page),
            seen,
            {**told, "section": one.section[:_MAX_TEXT_CHARS]},
        )
    alone = tuple(_spoken(keywords))
    if alone and not found:
        yield _finding((*alone, *page), seen, told)


def _spoken(keywords: Sequence[Keyword]) -> Iterator[Mention]:
    """Yield the tags of keywords that are worth saying by themselves."""
    spoken = [
        one.tag
        for one in keywords
        if one.weight == NAMED and one.tag.partition(":")[0] in TOLD_ALONE
    ]
    for one in list(dict.fromkeys(spoken))[:MAX_TAGS]:
        yield mention(tag(one), "tag")


def _words(name: str) -> str:
    return re.sub(r"[/_.-]+", " ", name)


def role_of(observable: Observable) -> str:
    """Return the role of what a text names: the hash of a file is that of a sample."""
    return "sample" if observable.topic is Topic.HASH else "subject"


def _tags(
    document: Document, found: Sequence[Found], keywords: Sequence[Keyword]
) -> dict[Observable, list[Mention]]:
    tags: dict[Observable, list[Mention]] = {}
    for bond in bonds(document, found, keywords):
        some = tags.setdefault(bond.observable, [])
        if bond.score >= SUFFICIENT and len(some) < MAX_TAGS:
            some.append(mention(tag(bond.tag), "tag"))
    return tags


def _reference(document: Document, ignored: Sequence[Ignored]) -> Observable | None:
    """Return the first page that the text announces as its source."""
    for one in ignored:
        if "://" in one.value and _CITED.search(document.text, max(0, one.start - 150), one.start):
            try:
                return url(page_of_post(one.value))
            except MalformedError:
                continue
    return None


def _finding(
    mentions: tuple[Mention, ...], seen: datetime | None, attributes: Mapping[str, Any]
) -> Finding:
    said = {name: value for name, value in attributes.items() if value}
    return Finding(Kind.ANNOTATION, tuple(dict.fromkeys(mentions)), seen, seen, attributes=said)
