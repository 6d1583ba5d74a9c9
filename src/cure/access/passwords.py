"""Passwords: argon2id; none that is short, common, or the name of its user."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cure.errors import MalformedError

MIN_CHARS = 12
MAX_CHARS = 256
_MIN_DIFFERENT = 5
_COMMON = frozenset(
    """
    123456789012 1234567890123 1q2w3e4r5t6y 1qaz2wsx3edc abcd1234abcd abcdefghijkl
    administrator changemechangeme changeme1234 correcthorsebatterystaple iloveyou1234
    letmein12345 letmeinletmein p@ssw0rd1234 passw0rd1234 password1234 password12345 password123456
    passwordpassword qwerty123456 qwertyuiop12 qwertyuiop123 qwertyuiopasdf sunshine1234
    trustno1trustno1 welcome12345 welcomewelcome zaq12wsxcde3 zaq1xsw2cde3
    """.split()  # noqa: SIM905 - as one reads it best
)
_hasher = PasswordHasher()


def hash_of(password: str, user: str) -> str:
    """Return what is kept of a password. Cost: about 50 ms, on purpose.

    Raises:
        MalformedError: If it is too easy to guess; the error does not name it.
    """
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise _weak(f"want {MIN_CHARS} to {MAX_CHARS} characters")
    rest = plain = password.casefold()
    if plain in _COMMON or len(set(plain)) < _MIN_DIFFERENT:
        raise _weak("it is among the first that are tried")
    for name in user.casefold().split("@"):
        rest = rest.replace(name, "")
    if len(rest) < MIN_CHARS // 2:
        raise _weak("it is little more than the name")
    return _hasher.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one that was kept; None takes as long, and is never right."""
    if len(password) > MAX_CHARS:
        return False
    try:
        return _hasher.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")


def _weak(why: str) -> MalformedError:
    return MalformedError("good password", "…", why)
