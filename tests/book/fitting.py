"""Whether what a command says fits what a page shows of it."""

import re
from collections.abc import Sequence

_DRAWN = r"\b[0-9a-f]{10,16}\b|\b\d{4}-\d\d-\d\dT\d{6}Z|\bg-[a-z2-7]{6}\b"
_NAME = re.compile(_DRAWN)
"""What differs each time: the name of a watch, a delivery, a group, a backup."""


def fit(shown: Sequence[str], said: Sequence[str]) -> dict[str, str]:
    """Compare line by line, and return which name of the page stands for which that was drawn.

    A line ``…`` stands for any lines, ``…`` in a line for any text; blanks are all alike.

    Raises:
        AssertionError: If something does not fit, with the line.
    """
    names: dict[str, str] = {}
    lines = [line for line in said if line.strip()]
    at, anywhere = 0, False
    for line in filter(str.strip, shown):
        if line.strip() == "…":
            anywhere = True
            continue
        pattern = _pattern(line)
        found = None
        for there in range(at, len(lines) if anywhere else min(at + 1, len(lines))):
            if found := pattern.fullmatch(lines[there].strip()):
                at = there + 1
                break
        assert found is not None, f"{line!r} is not what is said: {lines[at : at + 5]}"
        names |= dict(zip(_NAME.findall(line), found.groups(), strict=True))
        anywhere = False
    assert anywhere or at == len(lines) or not shown, f"more is said than shown: {lines[at:]}"
    return names


def _pattern(line: str) -> re.Pattern[str]:
    parts = re.split(rf"(…|{_DRAWN}|\s+)", line.strip())
    return re.compile("".join(map(_piece, parts)))


def _piece(part: str) -> str:
    if part == "…":
        return ".*"
    if part.isspace():
        return r"\s+"
    if _NAME.fullmatch(part):
        return f"([0-9a-zTZ-]{{{len(part)}}})"
    return re.escape(part)
