"""Keys: 32 random bytes that a program shows; only their hash is kept.

A plain SHA-256 is enough, as nobody guesses 256 random bits (OWASP ASVS 5.0, 6.5.2).
"""

import hmac
import re
import secrets
import string
from hashlib import sha256
from typing import NamedTuple

KEY = "cure"
SESSION = "cure-session"
_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ID_CHARS = 8
_SECRET_CHARS = 43  # 62 ** 43 > 2 ** 256
_FORM = re.compile(r"(cure|cure-session)_([0-9A-Za-z]{8})_([0-9A-Za-z]{43})", re.ASCII)


class Token(NamedTuple):
    """A key or session token, as it was made or shown.

    Attributes:
        kind: `KEY` or `SESSION`.
        public_id: Its public part, by which it is found and named.
        secret: Its other part; shown once, and never kept.
    """

    kind: str
    public_id: str
    secret: str

    def __str__(self) -> str:
        return f"{self.kind}_{self.public_id}_{self.secret}"

    def __repr__(self) -> str:
        return f"Token({self.kind}_{self.public_id}_…)"

    @property
    def digest(self) -> bytes:
        """What is kept of it."""
        return sha256(str(self).encode()).digest()

    def is_that_of(self, digest: bytes) -> bool:
        """Tell whether this is what was kept of it, in a time that tells nothing."""
        return hmac.compare_digest(self.digest, digest)


def new_token(kind: str = KEY) -> Token:
    """Make a token that nobody can guess."""
    return Token(kind, _random(_ID_CHARS), _base62(secrets.token_bytes(32)))


def read_token(text: str) -> Token | None:
    """Read a token as it was shown; None: it has not the form of one."""
    found = _FORM.fullmatch(text)
    return Token(*found.groups()) if found else None


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _base62(data: bytes) -> str:
    number = int.from_bytes(data)
    letters: list[str] = []
    while number:
        number, digit = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[digit])
    return "".join(reversed(letters)).rjust(_SECRET_CHARS, _LETTERS[0])
