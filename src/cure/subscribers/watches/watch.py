"""Watches: standing questions of an organisation about what is its own or of interest."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cure.errors import MalformedError
from cure.hub.watched.entry import Entry, Fit
from cure.interfaces import Line, Unreadable
from cure.model import Observable, Topic, domain, recognise, tag
from cure.model.refang import refang


class Watch(msgspec.Struct, frozen=True):
    """A standing question; its entries are kept beside it, for there may be very many.

    Attributes:
        id: Its id.
        organisation: Who asks; nobody else sees it.
        name: What people call it.
        own: Whether what it names belongs to the organisation; else it is of interest.
        created: When it was made, UTC.
        by: By whom.
        muted: Whether it makes no hits for now.
        entries: How many entries it has.
    """

    id: str
    organisation: str
    name: str
    own: bool
    created: datetime
    by: str
    muted: bool = False
    entries: int = 0


Name = Annotated[str, Meta(min_length=1, max_length=200)]
MAX_ENTRIES = 1_000_000
"""So many entries may the watches of an organisation have together."""
MAX_GLOBS = 10_000
"""So many of them may be tags with wild cards, each of which is looked for alone."""


class WatchForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A watch to be.

    Attributes:
        name: What people call it.
        own: Whether what it names belongs to the organisation.
        entries: What it names, one value or pattern each.
    """

    name: Name
    own: bool = False
    entries: list[str] = []


class WatchChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to change in a watch."""

    name: Name | UnsetType = UNSET
    own: bool | UnsetType = UNSET
    muted: bool | UnsetType = UNSET


class BadLine(msgspec.Struct, frozen=True):
    """A line that is no entry.

    Attributes:
        line: Its number, from 1.
        input: The line, cut.
        why: What is wrong with it.
    """

    line: int
    input: str
    why: str


class ReadEntries(NamedTuple):
    """What a list of entries says.

    Attributes:
        entries: The entries, each once, in order.
        bad: The lines that are none.
    """

    entries: list[Entry]
    bad: list[BadLine]


_MAX_CHARS = 8192
_SHOWN_CHARS = 200
_MAX_GLOB_CHARS = 200
_KEYWORD = re.compile(r"[^\s:@/.][^\s:@/]*(?:[ _-][^\s:@/]+)*")


def read_entry(text: str) -> Entry:
    """Read what is to be watched.

    Args:
        text: An address, a network, a domain (with or without ``*.`` in front, its sub-domains
            belong to it), a URL, a hash, a mail address, ``*@example.jp``, a tag; or a keyword,
            which is a tag of any vocabulary. Tags and keywords may hold ``*`` and ``?``.

    Raises:
        MalformedError: If it is none of them.

    >>> [read_entry(t).pattern for t in ("192.0.2[.]9/24", "*.Example.JP", "emotet", "Malware:E*")]
    ['192.0.2.0/24', 'example.jp', '*:emotet', 'malware:e*']
    """
    clean = refang(text)
    if not clean or len(clean) > _MAX_CHARS:
        raise MalformedError("entry", text, "empty, or too long")
    if clean.startswith("*@"):
        return Entry(Topic.EMAIL, Fit.MAIL_DOMAIN, f"*@{domain(clean[2:]).value}")
    if clean.startswith("*."):
        return Entry(Topic.DOMAIN, Fit.DOMAIN, domain(clean[2:]).value)
    has_glob = "*" in clean or "?" in clean
    if has_glob and "://" not in clean:
        return _glob(clean)
    try:
        return _entry_of(recognise(clean))
    except MalformedError:
        if _KEYWORD.fullmatch(clean) and "." not in clean:
            return _glob(clean)
        raise


def _entry_of(one: Observable) -> Entry:
    match one.topic:
        case Topic.IP if "/" in one.value:
            return Entry(one.topic, Fit.NETWORK, one.value)
        case Topic.DOMAIN:
            return Entry(one.topic, Fit.DOMAIN, one.value)
        case Topic.TAG:
            return Entry(one.topic, Fit.TAG, one.value.lower())
        case _:
            return Entry(one.topic, Fit.VALUE, one.value)


def _glob(text: str) -> Entry:
    """Read a tag or keyword that may hold wild cards."""
    vocabulary, colon, term = text.partition(":")
    vocabulary, term = (vocabulary, term) if colon else ("*", text)
    plain = tag(f"any:{term}").value.removeprefix("any:").lower()
    if not re.fullmatch(r"[a-z0-9._*?-]{1,64}", vocabulary.lower()):
        raise MalformedError("entry", text, "want vocabulary:term, with * and ? as wild cards")
    if not re.search(r"[^*?]{2}", f"{vocabulary.lower()}{plain}"):
        raise MalformedError("entry", text, "it would fit almost every tag")
    if len(plain) > _MAX_GLOB_CHARS:
        raise MalformedError("entry", text, f"longer than {_MAX_GLOB_CHARS} characters")
    return Entry(Topic.TAG, Fit.TAG, f"{vocabulary.lower()}:{plain}")


def read_entries(lines: Iterable[Line | str]) -> ReadEntries:
    """Read one entry a line; blanks, and what stands behind ``#``, are passed over.

    Every other line is either an entry or bad; nothing is left out silently.
    Cost: about 5 µs a line.
    """
    found: dict[Entry, None] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(lines, 1):
        text = _text(line)
        if isinstance(text, BadLine):
            bad.append(msgspec.structs.replace(text, line=number))
            continue
        clean = _without_comment(text)
        if not clean:
            continue
        try:
            found[read_entry(clean)] = None
        except MalformedError as error:
            bad.append(BadLine(number, clean[:_SHOWN_CHARS], error.why))
    return ReadEntries(list(found), bad)


def _without_comment(text: str) -> str:
    """Cut a comment: a ``#`` at the start or behind a blank, as a URL may hold one."""
    return re.sub(r"(?:^|\s)#.*", "", text).strip()


def _text(line: Line | str) -> str | BadLine:
    if isinstance(line, str):
        return line
    if isinstance(line, Unreadable):
        return BadLine(0, line.head.decode("utf-8", "replace")[:_SHOWN_CHARS], line.why)
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        shown = line[:_SHOWN_CHARS].decode("utf-8", "replace")
        return BadLine(0, shown, f"not UTF-8: {error.reason} at byte {error.start}")
