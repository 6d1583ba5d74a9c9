"""Pieces of a page in Markdown, and where things lie."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


def begun(title: str, about: str) -> Sequence[str]:
    """Return how a page begins."""
    warning = "<!-- Written by `make reference`; change the sources instead. -->"
    return (f"# {title}", "", warning, "", about, "")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table; none if it has no rows."""
    shown = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    if shown:
        yield f"| {' | '.join(head)} |"
        yield "|---" * len(head) + "|"
        yield from (f"| {' | '.join(row)} |" for row in shown)


def codes(words: Iterable[str]) -> str:
    """Return words as code."""
    return " ".join(f"`{word}`" for word in words)


def link(text: str, path: Path) -> str:
    """Return a link from a page of the reference to a file of the repository."""
    return f"[{text}](../../{path.relative_to(ROOT).as_posix()})"


def first(text: str) -> str:
    """Return the first paragraph."""
    return " ".join(text.partition("\n\n")[0].split())
