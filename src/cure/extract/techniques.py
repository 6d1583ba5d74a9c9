"""Techniques that prose describes without naming them, by the phrases that usually do so."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Described(NamedTuple):
    """A phrase that tells of a technique.

    Attributes:
        attack_id: ATT&CK's id of the technique or tactic.
        start: The first character of the phrase.
        end: The character after its last.
    """

    attack_id: str
    start: int
    end: int


def described(text: str) -> Iterator[Described]:
    """Yield the phrases that tell of techniques, by technique. Cost: about 1 s for 1 MB."""
    for attack_id, phrase in _phrases():
        for found in phrase.finditer(text):
            yield Described(attack_id, found.start(), found.end())


@cache
def _phrases() -> list[tuple[str, re.Pattern[str]]]:
    table: dict[str, list[str]] = tomllib.loads(
        Path(__file__).with_name("techniques.toml").read_text("utf-8")
    )
    # No word boundary beside Japanese, which has no blanks.
    return [
        (attack_id, re.compile(rf"(?<![a-z0-9])(?:{'|'.join(some)})(?![a-z0-9])", re.IGNORECASE))
        for attack_id, some in table.items()
    ]
