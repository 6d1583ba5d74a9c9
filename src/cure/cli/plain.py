"""Plain words for people: harmless to a terminal, whoever wrote them."""

import sys

from cure.printable import printable


def warn(sentence: str) -> None:
    """Say on standard error what is wrong."""
    sys.stderr.write(f"cure: {printable(sentence)}\n")
