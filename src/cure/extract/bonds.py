"""Bonds: which keyword of a document belongs to which of its observables, how surely, and why."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from cure.extract.keywords import NAMED, Keyword
from cure.extract.observables import Found
from cure.extract.sentences import sentences
from cure.extract.text import Block, Document
from cure.model import Observable

SUFFICIENT = 0.5
"""From this score on the keyword is worth saying of the observable."""

_IN_ROW = 0.95
_IN_SENTENCE = 0.9
_IN_BLOCK = 0.8
_IN_LINES_BEFORE = 0.75
_IN_HEADING = 0.7
_IN_HEADING_ABOVE = 0.6
_IN_DOCUMENT = 0.2
_ALONE_IN_DOCUMENT = 0.3  # so much more, if nothing else of the kind is spoken of, and often
_OFTEN = 3
_NOT_NEAREST = 0.6
_LOOKED_AT = 20
_OF_WHOLE_DOCUMENTS = frozenset({"malware", "actor", "campaign", "cve"})
_LISTED = frozenset({"item", "row", "code", "quote"})


class Bond(msgspec.Struct, frozen=True, gc=False):
    """A keyword that belongs to an observable.

    Attributes:
        observable: The observable.
        tag: The keyword.
        score: How surely, 0 to 1.
        why: What holds them together.
    """

    observable: Observable
    tag: str
    score: float
    why: str


class _Scopes:
    """The keywords of a document by the stretches of text that they stand in."""

    def __init__(self, document: Document, keywords: Sequence[Keyword]) -> None:
        self._blocks = document.blocks or (Block("paragraph", 0, len(document.text)),)
        self._block_starts = [block.start for block in self._blocks]
        self._sentence_starts = [start for start, _ in sentences(document)]
        self._above = _headings_above(self._blocks)
        self._in_block: dict[int, list[Keyword]] = defaultdict(list)
        self._in_sentence: dict[int, list[Keyword]] = defaultdict(list)
        for one in keywords:
            self._in_block[_place(self._block_starts, one.start)].append(one)
            self._in_sentence[_place(self._sentence_starts, one.start)].append(one)
        of_document = sorted(_of_document(keywords), key=lambda told: -told[1])
        self._everywhere = of_document[:_LOOKED_AT]

    def around(self, place: int) -> Iterator[tuple[Sequence[Keyword], float, str]]:
        """Yield the keywords around a place, with score and reason, the nearest first."""
        number = _place(self._block_starts, place)
        block = self._blocks[number]
        if block.kind == "row":
            yield self._in_block.get(number, ()), _IN_ROW, "in the same row of a table"
        else:
            sentence = _place(self._sentence_starts, place)
            yield self._in_sentence.get(sentence, ()), _IN_SENTENCE, "in the same sentence"
            yield self._in_block.get(number, ()), _IN_BLOCK, f"in the same {block.kind}"
        lead, *headings = self._above[number]
        if block.kind in _LISTED:
            yield self._in_block.get(lead, ()), _IN_LINES_BEFORE, "in the lines before the list"
        for nearness, heading in enumerate(headings):
            score = _IN_HEADING_ABOVE if nearness else _IN_HEADING
            yield self._in_block.get(heading, ()), score, "in a heading above"
        for one, score in self._everywhere:
            yield (one,), score, "the document speaks of it"


def bonds(document: Document, found: Sequence[Found], keywords: Sequence[Keyword]) -> list[Bond]:
    """Return for each observable the keywords that belong to it, the surest first.

    Of a keyword that does so in several ways, the surest is told.
    """
    scopes = _Scopes(document, keywords)
    best: dict[tuple[Observable, str], tuple[float, str]] = {}
    for one in found:
        nearest: dict[str, str] = {}  # of each kind
        for some, score, why in scopes.around(one.start):
            for keyword in _nearest_first(some, one.start):
                bond = (one.observable, keyword.tag)
                is_nearest = nearest.setdefault(_kind(keyword), keyword.tag) == keyword.tag
                surely = round(score * keyword.weight * (1 if is_nearest else _NOT_NEAREST), 2)
                if surely > best.get(bond, (0.0, ""))[0]:
                    best[bond] = (surely, why)
    made = [Bond(observable, tag, *told) for (observable, tag), told in best.items()]
    order = {one.observable: number for number, one in enumerate(reversed(found))}
    return sorted(made, key=lambda bond: (-order[bond.observable], -bond.score, bond.tag))


def _nearest_first(some: Sequence[Keyword], place: int) -> list[Keyword]:
    """Return the keywords nearest to a place; those of very long texts far away are left out."""
    at = bisect_right(some, place, key=lambda one: one.start)
    near = some[max(0, at - _LOOKED_AT) : at + _LOOKED_AT]
    return sorted(near, key=lambda one: abs(one.start - place))


def _of_document(keywords: Sequence[Keyword]) -> Iterator[tuple[Keyword, float]]:
    """Yield what a whole document speaks of, the more surely the more often."""
    named = {one.tag: one for one in keywords if one.weight == NAMED}
    times = Counter(one.tag for one in keywords)
    of_kind = Counter(map(_kind, keywords))
    for tag, one in named.items():
        if _kind(one) in _OF_WHOLE_DOCUMENTS:
            share = times[tag] / of_kind[_kind(one)] * min(1, times[tag] / _OFTEN)
            yield one, _IN_DOCUMENT + _ALONE_IN_DOCUMENT * share


def _kind(keyword: Keyword) -> str:
    return keyword.tag.partition(":")[0]


def _headings_above(blocks: Sequence[Block]) -> list[tuple[int, ...]]:
    """Return for each block what leads to its list, then the headings above it, nearest first."""
    above: list[tuple[int, ...]] = []
    open_headings: list[int] = []
    lead = -1
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            while open_headings and blocks[open_headings[-1]].level >= block.level:
                open_headings.pop()
            open_headings.append(number)
        above.append((lead, *reversed(open_headings)))
        if block.kind not in _LISTED:
            lead = -1 if block.kind == "heading" else number
    return above


def _place(starts: Sequence[int], position: int) -> int:
    return max(0, bisect_right(starts, position) - 1)
