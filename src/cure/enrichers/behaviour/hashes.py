"""Keys and signs that are the same in every run, on every machine, in any order of events."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b, shake_128

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

_SIGN_ROWS = 1 << 16
_SIGNED = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32) * 2 - 1
"""The signs of a byte's bits."""
_STEP = np.uint64(0x9E3779B97F4A7C15)


def token_keys(tokens: Sequence[str], seed: int) -> Keys:
    """Return a 64-bit key per token: BLAKE2b keyed by the seed."""
    salt = seed.to_bytes(8, "little")
    digests = b"".join(
        blake2b(token.encode(errors="surrogatepass"), digest_size=8, key=salt).digest()
        for token in tokens
    )
    return np.frombuffer(digests, "<u8").astype(np.uint64)


def mixed(keys: Keys) -> Keys:
    """Scatter the bits of keys: one step of SplitMix64 (Steele, Lea, Flood 2014); a bijection."""
    keys = keys + _STEP
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


@lru_cache(maxsize=2)
def signs(seed: int, width: int) -> NDArray[np.float32]:
    """Return the rows of +1 and -1 that keys are projected by: [65,536, width]."""
    bits = shake_128(seed.to_bytes(8, "little")).digest(_SIGN_ROWS * width // 8)
    return signed(np.frombuffer(bits, np.uint8)).reshape(_SIGN_ROWS, width)


def signed(data: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Read each bit as +1 or -1."""
    return _SIGNED[data].reshape(-1)


def sign_rows(keys: Keys) -> NDArray[np.int32]:
    """Return which row of `signs` is a key's: two keys share one with probability 1 : 65,536."""
    return (keys & np.uint64(_SIGN_ROWS - 1)).astype(np.int32)
