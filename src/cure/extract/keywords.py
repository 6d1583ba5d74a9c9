"""Keywords: what a document speaks of, as canonical tags, each with its place and its reason."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import msgspec

from cure.extract.names import in_address, names
from cure.extract.new_names import new_names
from cure.extract.observables import Found
from cure.extract.plain_words import plain_words
from cure.extract.techniques import described
from cure.extract.text import Document
from cure.extract.vocabulary import Term, key, vocabulary
from cure.model import tag

NAMED = 1.0
"""Weight of what the text calls by a name or an id."""
_DESCRIBED = 0.5
_EVERYDAY = 0.5
_NEW = 0.4


class Keyword(msgspec.Struct, frozen=True, gc=False):
    """A keyword where the document has it: ``text[start:end] == as_written``.

    Attributes:
        tag: Its canonical tag.
        as_written: How the document writes it.
        start: Its first character in the document's text.
        end: The character after its last.
        why: How we know that it is meant.
        weight: How surely it is: `NAMED`, or less for what is described, or new.
    """

    tag: str
    as_written: str
    start: int
    end: int
    why: str
    weight: float = NAMED


def keywords(document: Document) -> list[Keyword]:
    """Find all keywords of a document, in order of place. Cost: about 1 s for 1 MB."""
    text = document.text
    found = named_keywords(document)
    named = {(one.tag, place) for one in found for place in range(one.start, one.end)}
    for attack_id, start, end in described(text):
        called = f"attack:{attack_id}"
        if (called, start) not in named and not in_address(text, start):
            term = vocabulary().with_id(attack_id)
            why = f"so texts describe {term.name if term else attack_id}"
            found.append(Keyword(called, text[start:end], start, end, why, _DESCRIBED))
    for name, start, end, why in new_names(text):
        found.append(Keyword(tag(f"candidate:{name}").value, name, start, end, why, _NEW))
    return sorted(found, key=_place)


def without_values(keywords: Sequence[Keyword], found: Sequence[Found]) -> list[Keyword]:
    """Leave out keywords that stand within an observable, as ``c2`` in ``c2.example.com``."""
    spans = sorted((one.start, one.end) for one in found)
    starts = [start for start, _ in spans]

    def is_within(keyword: Keyword) -> bool:
        at = bisect_right(starts, keyword.start) - 1
        return at >= 0 and keyword.end <= spans[at][1]

    return [one for one in keywords if not is_within(one)]


def named_keywords(document: Document) -> list[Keyword]:
    """Find what a document calls by a name or an id, in order of place."""
    text = document.text
    found = [
        Keyword(term.tag, text[start:end], start, end, why, _weight(term))
        for term, start, end, why in names().find(text)
    ]
    return sorted((*found, *_identifiers(text)), key=_place)


def _weight(term: Term) -> float:
    """Weigh everyday programs (``cmd``, ``net``) less, as nearly all attacks use them."""
    return _EVERYDAY if term.is_tool and key(term.name) in plain_words() else NAMED


def _place(one: Keyword) -> tuple[int, int, str]:
    return one.start, one.end, one.tag


_WEAKNESS = re.compile(
    r"\b(?:(?P<cve>CVE)[-‐‑–_ ](?P<year>\d{4})[-‐‑–](?P<serial>\d{4,7})"
    r"|(?P<cwe>CWE)[-‐‑–_ ]?(?P<number>\d{1,4}))(?!\d)",
    re.IGNORECASE,
)
_ATTACK_ID = re.compile(r"(?<![A-Za-z0-9.-])(?:TA\d{4}|T\d{4}(?:\.\d{3})?|[SGC]\d{4})(?![\w-])")
_TLP = re.compile(r"\btlp:(?:white|clear|green|amber(?:\+strict)?|red)\b", re.IGNORECASE)


def _identifiers(text: str) -> Iterator[Keyword]:
    """Yield the numbers of vulnerabilities and weaknesses, ATT&CK's ids and TLP markings."""
    for found in _WEAKNESS.finditer(text):
        number = f"cve:cve-{found['year']}-{found['serial']}" if found["cve"] else None
        called = number or f"cwe:cwe-{found['number']}"
        yield Keyword(called, found[0], *found.span(), "a number of CVE or CWE")
    for found in _ATTACK_ID.finditer(text):
        term = vocabulary().with_id(found[0])
        if term is not None:
            why = f"the id of {term.name} in ATT&CK"
            yield Keyword(term.tag, found[0], *found.span(), why)
    for found in _TLP.finditer(text):
        yield Keyword(found[0].lower(), found[0], *found.span(), "a marking of MISP's taxonomy tlp")
