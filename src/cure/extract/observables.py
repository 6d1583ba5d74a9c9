"""Find the observables of a document, each with its place; say why others are none."""

from bisect import bisect_right
from collections.abc import Iterable

import msgspec

from cure.errors import MalformedError
from cure.extract.benign import why_benign, why_worthless
from cure.extract.candidates import Candidate, Form, candidates
from cure.extract.references import why_author
from cure.extract.surroundings import Outlook, Surroundings
from cure.extract.text import Document, Stated
from cure.model import Observable, domain, email, ip, url
from cure.model.observable import ALGORITHM_OF_LENGTH, filehash


class Found(msgspec.Struct, frozen=True, gc=False):
    """An observable where the document names it: ``text[start:end] == as_written``.

    Attributes:
        observable: The value, canonical.
        as_written: How the document writes it, defanged or not.
        start: Its first character in the document's text.
        end: The character after its last.
        section: The headings that it stands under, ``"A / B"``.
    """

    observable: Observable
    as_written: str
    start: int
    end: int
    section: str


class Ignored(msgspec.Struct, frozen=True, gc=False):
    """What looks like an observable and is none of interest.

    Attributes:
        value: How the document writes it.
        start: Its first character in the document's text.
        end: The character after its last.
        reason: One clause that says why.
    """

    value: str
    start: int
    end: int
    reason: str


def observables(document: Document) -> tuple[list[Found], list[Ignored]]:
    """Find every observable of a document, in order of place, and what is ignored.

    Returns:
        What is of interest, each place where it stands, and what is not, with the reason.
    """
    seen = list(candidates(document.text))
    outlook = Outlook(document, seen)
    fates = [_stated(one, outlook) for one in document.structured]
    fates += [_judged(document, one, outlook) for one in _outside(seen, document.structured)]
    told = sorted((one for one in fates if one), key=lambda one: one.start)
    found = [one for one in told if isinstance(one, Found)]
    return found, [one for one in told if isinstance(one, Ignored)]


def _outside(seen: list[Candidate], stated: Iterable[Stated]) -> list[Candidate]:
    """Leave out the candidates that lie in a value with a stated topic."""
    taken = sorted((one.start, one.end) for one in stated)
    if not taken:
        return seen
    starts = [start for start, _ in taken]
    return [
        one
        for one in seen
        if not (at := bisect_right(starts, one.start)) or taken[at - 1][1] <= one.start
    ]


def _stated(one: Stated, outlook: Outlook) -> Found | Ignored:
    reason = one.reason
    if one.observable is not None:
        reason = reason or why_worthless(one.observable) or why_author(one.observable)
    if reason or one.observable is None:
        return Ignored(one.as_written, one.start, one.end, reason)
    block = outlook.block_at(one.start)
    return Found(one.observable, one.as_written, one.start, one.end, block.section)


def _judged(document: Document, one: Candidate, outlook: Outlook) -> Found | Ignored | None:
    """Say what a candidate is; None: nothing that anybody would take for an observable."""
    written = document.text[one.start : one.end]
    try:
        observable = _observable(one)
    except MalformedError as error:
        if one.defanged or one.form in {Form.URL, Form.EMAIL}:
            return Ignored(written, one.start, one.end, error.why)
        return None
    place = Surroundings(outlook, one)
    if reason := why_benign(observable, place):
        return Ignored(written, one.start, one.end, reason)
    return Found(observable, written, one.start, one.end, place.block.section)


_CONSTRUCTORS = {
    Form.HASH: filehash,
    Form.URL: url,
    Form.IP: ip,
    Form.NAME: domain,
    Form.EMAIL: email,
}


def _observable(one: Candidate) -> Observable:
    try:
        return _CONSTRUCTORS[one.form](one.plain)
    except MalformedError:
        digest = one.plain.partition(".")[0]
        if one.form is Form.NAME and len(digest) in ALGORITHM_OF_LENGTH:
            return filehash(digest)  # a file that is named by its hash
        raise
