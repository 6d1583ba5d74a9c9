"""Samples, spoilt a little: most parsers give up early on anything else."""

from random import Random

_WORDS = b"\0 \n \r \" ' \\ < [] {} null NaN -1 1e999 \xff\xfe :: .. \xed\xa0\x80 %00 %s%n"
PIECES = (
    *_WORDS.split(b" "),
    *(sign.encode() for sign in "\u202e\u0130\ufdfa"),
    *(b"9" * 25, b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59"),
)
"""What parsers of all kinds stumble over."""


def spoilt(random: Random, good: list[bytes]) -> bytes:
    """Return one of some samples with a few bytes more, less or otherwise."""
    data = bytearray(random.choice(good))
    for _ in range(random.randint(1, 4)):
        at, length = random.randint(0, len(data)), random.randint(1, 40)
        match random.randrange(5):
            case 0:
                del data[at : at + length]
            case 1:
                data[at : at + 1] = random.randbytes(1)
            case 2:
                data[at:at] = data[at : at + length] * random.randint(1, 9)
            case 3:
                data[at:at] = random.choice(good)[at : at + length]
            case _:
                data[at:at] = random.choice(PIECES)
    return bytes(data)
