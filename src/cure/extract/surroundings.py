"""What stands around a value: its block, its line, its column, its markup."""

import re
from bisect import bisect_right
from functools import cached_property

from cure.extract.candidates import Candidate, Form
from cure.extract.text import Block, Document, cells

_BEFORE = 120
_AFTER = 24
# What is always defanged where anything is; names may be those of files.
_GUARDED = frozenset({Form.URL, Form.IP, Form.EMAIL})
_NOWHERE = Block("paragraph", 0, 0)
# What may stand between a value and the edge of its line or cell: a mark of a list, and markup.
_OPENING = re.compile(r"\s*(?:[*•・●–—>-]+\s+|\d{1,3}[.)]\s+)?[\s`'\"*_+\\<(]*")
_CLOSING = re.compile(r"[\s`'\"*_+>;,.)]*")
_SENTENCE = re.compile(r"(?<!\S)[a-z]+,? [a-z]+,? (?:[\"“(*]{0,3})$|,? [a-z]+ [a-z]+\b|[ぁ-ん]")
# A mark of code, or of what is no link; a backslash after a word ends the name of a folder.
_LITERAL = re.compile(r"(?:`|(?<![\w.:%}$])\\)\+*$")
_HEADER = re.compile(
    r"\W*(?:From|Sender|Reply-To|Return-Path|Received|Message-ID|Envelope-From|X-[\w-]+): ",
    re.IGNORECASE,
)
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

    @property
    def written(self) -> str:
        """The candidate as the document writes it."""
        return self._outlook.document.text[self.candidate.start : self.candidate.end]

    @cached_property
    def line_before(self) -> str:
        """What stands before it in the same line and cell."""
        return self.before[max(self.before.rfind(edge) for edge in _EDGES) + 1 :]

    @cached_property
    def is_marked(self) -> bool:
        """Whether it is meant letter by letter, not as a link: in code or in a mail's header."""
        return (
            self.block.kind == "code"
            or bool(_LITERAL.search(self.line_before))
            or bool(_HEADER.match(self.line_before))
        )

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

    @property
    def lead(self) -> Block:
        """The block before the list that it is in, or before its paragraph; or one of nothing."""
        return self._outlook.lead_of(self.block)

    @property
    def introduction(self) -> str:
        """The end of its lead, if that ends in a colon; or nothing."""
        lead = self.lead
        text = self._outlook.document.text[max(lead.start, lead.end - _BEFORE) : lead.end]
        return text if text.endswith((":", "：")) else ""

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
        guarded = sum(one.defanged for one in candidates)
        plain = sum(not one.defanged and one.form in _GUARDED for one in candidates)
        self.defangs = guarded > 1 and 2 * guarded > plain

    def block_at(self, place: int) -> Block:
        """Return the block that a place is in, or one of nothing."""
        at = bisect_right(self._starts, place) - 1
        block = self.document.blocks[at] if at >= 0 else _NOWHERE
        return block if place < block.end else _NOWHERE

    @cached_property
    def _leads(self) -> list[int]:
        """For each block, the first row of its table, or what stands before it or its list.

        Of a list in a list, that is the item which it belongs to.
        """
        leads: list[int] = []
        blocks = self.document.blocks
        for at, block in enumerate(blocks):
            if block.kind == "row":
                leads.append(leads[-1] if leads and not block.level else at)
            elif block.kind == "item":
                lead = at - 1
                while self._is_item(lead) and self._indent(lead) >= self._indent(at):
                    lead = leads[lead]
                leads.append(lead)
            else:
                leads.append(at - 1)
        return leads

    def _is_item(self, at: int) -> bool:
        return at >= 0 and self.document.blocks[at].kind == "item"

    def _indent(self, at: int) -> int:
        """Return how far an item of a list is indented."""
        block = self.document.blocks[at]
        text = self.document.text[block.start : block.start + _BEFORE]
        return len(text) - len(text.lstrip())

    def lead_of(self, block: Block) -> Block:
        """Return the block before a list or a paragraph, or one of nothing; of a row, the first."""
        at = bisect_right(self._starts, block.start) - 1
        lead = self._leads[at] if at >= 0 else -1
        return self.document.blocks[lead] if lead >= 0 else _NOWHERE

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
