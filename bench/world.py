"""The world that is measured: sightings as they come, many of few values, few of many.

Four million addresses, two million names, hashes and mailboxes, drawn so that a few are seen a
hundred thousand times and most once or twice; 16 sources, 8 of addresses and 8 of the rest; half
a year. 20 M sightings of it hold 5.7 M different values. Batch i is the same on every machine.
"""

import hashlib
from itertools import pairwise

import numpy as np

from cure.hub.batch import Batch
from cure.hub.packing import Packed, unpack
from cure.model import Label, Tlp

BATCH = 100_000
SOURCES = tuple(f"source-{n:02}" for n in range(16))
LABEL = Label(Tlp.GREEN, "local")
_ADDRESSES = np.random.default_rng(1).integers(0, 2**32, 4_000_000, dtype=np.uint32)
_START_US = 1_760_000_000_000_000
_SPAN_S = 86_400 * 180


def addresses(numbers):
    """Return packed IPv4 addresses, one word each."""
    rows = np.zeros((len(numbers), 8), np.uint8)
    rows[:, 0] = 1
    rows[:, 1:5] = numbers.astype(">u4").view(np.uint8).reshape(-1, 4)
    return rows.view(np.uint64).ravel()


def _other(number, kind):
    if kind < 0.75:
        packed = b"\x05a%x.example%d.com" % (number * 2654435761 % 2**32, number % 1000)
    elif kind < 0.95:
        packed = b"\x09" + hashlib.sha256(b"%d" % number).digest()
    else:
        packed = b"\x0buser%x@mail%d.org" % (number * 2654435761 % 2**32, number % 5000)
    return packed + b"\0" * (-len(packed) % 8)


def batch(i):
    """Return the i-th batch of 100,000 sightings, one record each."""
    rng = np.random.default_rng(100 + i)
    others = BATCH // 5
    plain = BATCH - others
    seen = _ADDRESSES[(len(_ADDRESSES) * rng.random(plain) ** 3).astype(np.int64)]
    numbers = (2_000_000 * rng.random(others) ** 2).astype(np.int64).tolist()
    rest = Packed.of(
        [_other(n, k) for n, k in zip(numbers, rng.random(others).tolist(), strict=True)]
    )
    words = np.concatenate((addresses(seen), rest.words))
    starts = np.concatenate((np.arange(plain), plain + rest.starts))
    order = rng.permutation(BATCH)
    lengths, at = np.diff(starts)[order], starts[:-1][order]
    ends = np.cumsum(lengths)
    words = words[np.arange(ends[-1]) + np.repeat(at - ends + lengths, lengths)]
    source = np.where(order < plain, rng.integers(0, 8, BATCH), 8 + rng.integers(0, 8, BATCH))
    moment = _START_US + rng.integers(0, _SPAN_S, BATCH) * 1_000_000
    return Batch(
        SOURCES,
        (LABEL,),
        ("attacker",),
        source.astype(np.uint16),
        np.zeros(BATCH, np.uint16),
        moment,
        moment,
        np.ones(BATCH, np.uint32),
        np.arange(1, BATCH + 1, dtype=np.uint32),
        Packed(words, np.concatenate(([0], ends))),
        np.zeros(BATCH, np.uint16),
        np.empty(0, np.int64),
        np.empty(0, np.int64),
    )


def questions(count):
    """Return packed addresses, about half of them known."""
    rng = np.random.default_rng(5)
    half = count // 2
    known = _ADDRESSES[(len(_ADDRESSES) * rng.random(half) ** 3).astype(np.int64)]
    words = addresses(
        np.concatenate((known, rng.integers(0, 2**32, count - half, dtype=np.uint32)))
    )
    return Packed(rng.permutation(words), np.arange(count + 1))


def asked(count):
    """Return known values to ask for: of a million sightings the different values, shuffled."""
    seen = set()
    for i in range(10):
        words, starts = batch(i).values.words, batch(i).values.starts.tolist()
        seen.update(words[a:b].tobytes() for a, b in pairwise(starts))
    values = sorted(seen)
    chosen = np.random.default_rng(9).choice(len(values), count, replace=False)
    return [unpack(values[at]) for at in chosen.tolist()]
