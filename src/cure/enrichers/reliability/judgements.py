"""Judgements: what analysts say of values and sources, in the Admiralty code.

A judgement is a record as any other, of the source ``analysts@ORGANISATION``: it has a label, is
never changed, and reaches whom its label lets in. What it says is in the roles of its values, so
that the hub can weigh it: ``rated-1`` to ``rated-6`` of values, ``rated-a`` to ``rated-g`` of
sources, ``false-positive`` and ``expired``. A source is spoken of by the tag ``source:NAME``.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from cure.enrichers.reliability.admiralty import DIGITS, LETTERS
from cure.errors import MalformedError
from cure.hub.view import Evidence
from cure.model import Observable, Topic, recognise, tag

PUBLISHER_NAME = "analysts"
FALSE_POSITIVE, EXPIRED = "false-positive", "expired"
RATED = "rated-"
CONFIRMING = frozenset((f"{RATED}1", f"{RATED}2"))
REFUTING = frozenset((f"{RATED}4", f"{RATED}5", FALSE_POSITIVE))
ROLES = frozenset((*(f"{RATED}{one}" for one in (*LETTERS, *DIGITS)), FALSE_POSITIVE, EXPIRED))
_SOURCE_TAG = "source:"
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}(@[A-Za-z0-9._-]{1,64})?", re.ASCII)


class Word(NamedTuple):
    """The latest word of the analysts of an organisation on a value.

    Attributes:
        source: Whose it is.
        at_us: When, in microseconds since 1970.
        roles: What they said of it.
    """

    source: str
    at_us: int
    roles: frozenset[str]


def is_analysts(source: str) -> bool:
    """Tell whether a source is that of analysts."""
    return source.partition("@")[0] == PUBLISHER_NAME


def analysts_of(organisation: str) -> str:
    """Return the source of the judgements of an organisation."""
    return f"{PUBLISHER_NAME}@{organisation}"


def source_tag(name: str) -> Observable:
    """Return the tag that stands for a source."""
    return tag(f"{_SOURCE_TAG}{name}")


def subject(text: str) -> Observable:
    """Read what a judgement is about: a value or else the name of a source.

    Raises:
        MalformedError: If it is neither.

    >>> subject("192.0.2[.]7").value, subject("cowrie@tokyo-1").value
    ('192.0.2.7', 'source:cowrie@tokyo-1')
    """
    clean = text.strip()
    if clean.startswith(_SOURCE_TAG):
        return tag(clean)
    try:
        return recognise(text)
    except MalformedError:
        if _SOURCE.fullmatch(clean):
            return source_tag(clean)
        raise


def is_of_source(observable: Observable) -> bool:
    """Tell whether an observable stands for a source."""
    return observable.topic is Topic.TAG and observable.value.startswith(_SOURCE_TAG)


def words(evidence: Evidence) -> Iterator[tuple[int, Word]]:
    """Yield, for each value in question, the latest word of each organisation's analysts."""
    ours = [at for at, way in enumerate(evidence.ways) if is_analysts(way.source)]
    rows = np.flatnonzero(np.isin(evidence.way, ours)) if ours else evidence.way[:0]
    said: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for value, way, last in zip(
        evidence.value[rows].tolist(),
        evidence.way[rows].tolist(),
        evidence.last[rows].tolist(),
        strict=True,
    ):
        source, role, _ = evidence.ways[way]
        said.setdefault((value, source), []).append((last, role))
    for (value, source), roles in said.items():
        latest = max(last for last, _ in roles)
        yield value, Word(source, latest, frozenset(role for last, role in roles if last == latest))
