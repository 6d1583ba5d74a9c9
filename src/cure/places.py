"""On which line of a TOML file a key stands, for the sentence that says what is wrong with it."""

import tomllib
from collections.abc import Sequence
from typing import Any


def line_of(text: str, path: Sequence[str | int]) -> int:
    r"""Return the line, from 1, on which a key of a TOML document begins.

    The parser does not tell; but a document cut after any line is a document, or does not parse:
    the line after which the key is there for the first time is the one.

    Args:
        text: The document; it parses.
        path: The keys that lead there, and the numbers of tables in arrays, from 0.

    >>> line_of('port = 1\n\n[[source]]\n# which\nfollow = "x"\n', ("source", 0, "follow"))
    5
    """
    lines = text.split("\n")
    begins = 1
    for count in range(1, len(lines) + 1):
        try:
            document = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:  # within a value of several lines
            continue
        if _is_in(document, path):
            return begins
        begins = count + 1
    raise KeyError(path)


def _is_in(document: Any, path: Sequence[str | int]) -> bool:  # noqa: ANN401 - TOML
    for key in path:
        try:
            document = document[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True
