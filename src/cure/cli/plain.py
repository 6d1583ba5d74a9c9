"""Plain words for people: harmless to a terminal, whoever wrote them."""

import sys


def printable(text: str) -> str:
    r"""Make what an attacker may have written harmless to a terminal.

    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def warn(sentence: str) -> None:
    """Say on standard error what is wrong."""
    sys.stderr.write(f"cure: {printable(sentence)}\n")
