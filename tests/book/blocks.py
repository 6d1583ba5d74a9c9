"""What a page of the documentation shows: its blocks, and the commands in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r"(?ms)(?:^<!-- not run: (?P<why>[^\n]+) -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$"
)


class Block(NamedTuple):
    """A fenced block.

    Attributes:
        language: What it is written in.
        text: What it holds.
        why: Why no test runs it, as the comment before it says; None: it is run.
    """

    language: str
    text: str
    why: str | None


class Command(NamedTuple):
    """A command, and the lines that the page shows of what it says."""

    text: str
    shown: list[str]


def blocks_of(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page, in order."""
    for found in _BLOCK.finditer(page.read_text("utf-8")):
        yield Block(found["language"], found["text"], found["why"])


def commands_in(text: str) -> Iterator[Command]:
    """Yield the commands of a block, each behind ``$ ``; ``> `` goes on with the one before."""
    for part in re.split(r"(?m)^\$ ", text)[1:]:
        first, *rest = part.rstrip("\n").split("\n")
        while rest and rest[0].startswith("> "):
            first += "\n" + rest.pop(0)[2:]
        yield Command(first, rest)
