"""What stands around a value: its block, its line, its column, its markup."""

import re
from bisect import bisect_right
from functools import cached_property

from cure.extract.candidates import Candidate, Form
from cure.extract.text import Block, Document, cells

_BEFORE = 120
_AFTER = 24
_NOWHERE = Block("paragraph", 0, 0)
# What may stand between a value and the edge of its line or cell: a mark of a list, and markup.
_OPENING = re.compile(r"\s*(?:[*•・●–—>-]+\s+|\d{1,3}[.)]\s+)?[\s`'\"*_+\\<(]*")
_CLOSING = re.compile(r"[\s`'\"*_+>;,.)]*")
_SENTENCE = re.compile(r"(?<!\S)[a-z]+,? [a-z]+,? (?:[\"“(*]{0,3})$|,? [a-z]+ [a-z]+\b|[ぁ-ん]")
_BAR = re.compile(r"[\t|]")
_EDGES = "\n\t|"


class Surroundings:
    """What stands around one candidate of a document.

    Attributes:
        candidate: The candidate.
        block: The block that it is in.
        before: Up to 120 characters of the same block before it.
        after: Up to 24 characters after it.
    """

    def __init__(self, outlook: "Outlook", candidate: Candidate) -> None:
        self._outlook = outlook
        self.candidate = candidate
        self.block = outlook.block_at(candidate.start)
        text, start, end = outlook.document.text, candidate.start, candidate.end
        self.before = text[max(self.block.start, start - _BEFORE, 0) : start]
        self.after = text[end : end + _AFTER]

    @cached_property
    def line_before(self) -> str:
        """What stands before it in the same line and cell."""
        return self.before[max(self.before.rfind(edge) for edge in _EDGES) + 1 :]

    @property
    def is_marked(self) -> bool:
        """Whether its markup says that it is meant letter by letter, not as a link."""
        return self.block.kind == "code" or self.line_before.rstrip("+")[-1:] in {"`", "\\"}

    @cached_property
    def is_alone(self) -> bool:
        """Whether nothing else stands in its line or cell."""
        end = min((i for e in _EDGES if (i := self.after.find(e)) >= 0), default=len(self.after))
        return bool(_OPENING.fullmatch(self.line_before) and _CLOSING.fullmatch(self.after[:end]))

    @property
    def is_in_sentence(self) -> bool:
        """Whether it is a word of a sentence rather than an entry of a list."""
        return (
            self.block.kind == "paragraph"
            and not self.is_alone
            and bool(_SENTENCE.search(self.line_before) or _SENTENCE.match(self.after))
        )

    @property
    def column(self) -> str:
        """What the first row of its table says over it, in lower case; or nothing."""
        return self._outlook.column_of(self.block, self.candidate.start)

    @cached_property
    def introduction(self) -> str:
        """What stands before the list that it is in, or before its paragraph, to end in a colon."""
        return self._outlook.introduction_of(self.block)

    @property
    def is_in_defanged_document(self) -> bool:
        """Whether the document defangs what it names."""
        return self._outlook.defangs


class Outlook:
    """What holds for all candidates of a document."""

    def __init__(self, document: Document, candidates: list[Candidate]) -> None:
        self.document = document
        self._starts = [block.start for block in document.blocks]
        self._heads: dict[int, list[str]] = {}
        network = [one for one in candidates if one.form is not Form.HASH]
        guarded = sum(one.defanged for one in network)
        self.defangs = guarded > 1 and 3 * guarded > len(network)

    def block_at(self, place: int) -> Block:
        """Return the block that a place is in, or one of nothing."""
        at = bisect_right(self._starts, place) - 1
        block = self.document.blocks[at] if at >= 0 else _NOWHERE
        return block if place < block.end else _NOWHERE

    @cached_property
    def _leads(self) -> list[int]:
        """For each block, the first row of its table, or what stands before it or its list."""
        leads: list[int] = []
        blocks = self.document.blocks
        for at, block in enumerate(blocks):
            if block.kind == "row":
                leads.append(leads[-1] if leads and not block.level else at)
            elif block.kind == "item" and at and blocks[at - 1].kind == "item":
                leads.append(leads[-1])
            else:
                leads.append(at - 1)
        return leads

    def introduction_of(self, block: Block) -> str:
        """Return the end of the block that ends in a colon and introduces this one."""
        at = bisect_right(self._starts, block.start) - 1
        lead = self._leads[at] if at >= 0 else -1
        before = self.document.blocks[lead] if lead >= 0 else _NOWHERE
        text = self.document.text[max(before.start, before.end - _BEFORE) : before.end]
        return text if text.endswith((":", "：")) else ""

    def column_of(self, row: Block, place: int) -> str:
        """Return the heading of the column of a cell, in lower case."""
        if row.kind != "row" or row.level:
            return ""
        first = self._leads[bisect_right(self._starts, row.start) - 1]
        if first not in self._heads:
            self._heads[first] = self._cells(self.document.blocks[first])
        head = self._heads[first]
        number = len(_BAR.findall(self.document.text, row.start, place))
        number -= self.document.text.startswith("|", row.start)
        return head[number] if number < len(head) else ""

    def _cells(self, row: Block) -> list[str]:
        text = self.document.text
        return [text[cell.start : cell.end].lower() for cell in cells(self.document, row)]
