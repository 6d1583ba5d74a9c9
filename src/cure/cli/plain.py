"""Plain words for people: harmless to a terminal, whoever wrote them."""

import sys
from importlib import metadata

from cure.printable import printable


def warn(sentence: str) -> None:
    """Say on standard error what is wrong."""
    sys.stderr.write(f"cure: {printable(sentence)}\n")


def version() -> str:
    """Return which version this is."""
    try:
        return metadata.version("cure")
    except metadata.PackageNotFoundError:
        return "0+sources"
