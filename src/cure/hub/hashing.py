"""The keyed hash of packed values, for one value and for arrays of them.

The key is secret and per installation, so that nobody outside can make values collide; the
table of values compares the values themselves besides, so a collision costs time and nothing
else. The mixing is that of a multiply-xorshift hash (as in splitmix64), one word at a time.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.packing import Packed

_MASK = 2**64 - 1


class HashKey(NamedTuple):
    """Two odd multipliers and a start value.

    Attributes:
        bits: How many bits of a hash are used; fewer than 64 only in tests of collisions.
    """

    start: int
    first: int
    second: int
    bits: int = 64

    @classmethod
    def of(cls, secret: bytes, bits: int = 64) -> "HashKey":
        """Make the key from 24 secret bytes."""
        start, first, second = (int.from_bytes(secret[i : i + 8], "little") for i in (0, 8, 16))
        return cls(start, first | 1, second | 1, bits)


def hash_one(packed: bytes, key: HashKey) -> int:
    """Hash one packed value. Cost: about 0.4 µs a word."""
    mixed = key.start
    for i in range(0, len(packed), 8):
        mixed = ((mixed ^ int.from_bytes(packed[i : i + 8], "little")) * key.first) & _MASK
        mixed ^= mixed >> 32
        mixed = (mixed * key.second) & _MASK
        mixed ^= mixed >> 29
    return mixed >> (64 - key.bits)


def hash_all(packed: Packed, key: HashKey) -> NDArray[np.uint64]:
    """Hash many packed values, each as `hash_one` does. Cost: about 10 ns a word."""
    starts = packed.starts
    lengths = np.diff(starts)
    first, second = np.uint64(key.first), np.uint64(key.second)
    s32, s29 = np.uint64(32), np.uint64(29)
    mixed = np.full(len(packed), key.start, np.uint64)
    longest = int(lengths.max(initial=0))
    shortest = int(lengths.min(initial=longest))
    rows: NDArray[np.intp] | slice = slice(None)
    at = starts[:-1]
    for word in range(longest):
        if word >= shortest:  # from here on only the values that have more words
            rows = np.flatnonzero(lengths > word)
            at = starts[rows]
        part = mixed[rows] ^ packed.words[at + word]
        part *= first
        part ^= part >> s32
        part *= second
        part ^= part >> s29
        mixed[rows] = part
    return mixed >> np.uint64(64 - key.bits) if key.bits < 64 else mixed  # noqa: PLR2004
