"""Sentences: where they begin and end, in English and Japanese."""

import re
from collections.abc import Iterator
from itertools import pairwise

from cure.extract.text import Block, Document

_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bNo)(?<!\bcf)[.!?]['\")\]*”’]*\s+"
    r"(?=[\"'(\[*“‘]*[A-Z0-9぀-ヿ一-鿿])"
    r"|[。！？]+[」』）]*"
    r"|\n\s*\n"
)
_LINE = re.compile(r"\n")


def sentences(document: Document) -> list[tuple[int, int]]:
    """Return where each sentence begins and ends, in order; none reaches beyond its block.

    In a block of code each line is one.

    >>> text = "Emotet is back. エモテットが再開した。感染に注意。"
    >>> [text[start:end] for start, end in sentences(Document(text))]
    ['Emotet is back.', 'エモテットが再開した。', '感染に注意。']
    """
    text = document.text
    blocks = document.blocks or (Block("paragraph", 0, len(text)),)
    return [one for block in blocks for one in _within(text, block)]


def _within(text: str, block: Block) -> Iterator[tuple[int, int]]:
    ends = [one.end() for one in _end_of(block).finditer(text, block.start, block.end)]
    for start, end in pairwise((block.start, *ends, block.end)):
        clean = text[start:end].strip()
        if clean:
            first = text.index(clean[0], start)
            yield first, first + len(clean)


def _end_of(block: Block) -> re.Pattern[str]:
    return _LINE if block.kind == "code" else _END
