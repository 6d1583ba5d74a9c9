"""Words of every day that are names of malware, groups or techniques as well."""

from functools import cache
from pathlib import Path


def plain_words() -> frozenset[str]:
    """Return the names, as `vocabulary.key` makes them, that count only beside their noun."""
    return _words()[0]


def never_names() -> frozenset[str]:
    """Return the words that catalogues have as names and texts hardly ever mean so."""
    return _words()[1]


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    lines = Path(__file__).with_name("common_words.txt").read_text("utf-8").splitlines()
    words = [line for line in lines if line and not line.startswith("#")]
    never = frozenset(word.removeprefix("!") for word in words if word.startswith("!"))
    return frozenset(words) - never, never
