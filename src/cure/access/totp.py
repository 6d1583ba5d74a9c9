"""Codes of an authenticator app that change every 30 seconds (TOTP, RFC 6238).

>>> code_of(b"12345678901234567890", 59 // 30, digits=8)
'94287082'
"""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_S = 30
DIGITS = 6
_WINDOW = 1
"""A code of the step before or after is good too: clocks differ."""
_SECRET_BYTES = 20


def new_secret() -> bytes:
    """Make a secret for one user."""
    return secrets.token_bytes(_SECRET_BYTES)


def uri_of(secret: bytes, user: str, issuer: str = "cure") -> str:
    """Return what an app reads from a QR code."""
    said = {"secret": base64.b32encode(secret).decode(), "issuer": issuer}
    return f"otpauth://totp/{quote(f'{issuer}:{user}')}?{urlencode(said)}"


def code_of(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """Return the code of a step, as RFC 4226 makes it."""
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def step_of(secret: bytes, code: str, at: datetime, last_step: int) -> int | None:
    """Return of which step a code is; None: of none that is good now.

    Args:
        secret: The user's secret.
        code: What the user has typed.
        at: When.
        last_step: The step of the last code that was good: neither it nor one before it is again.
    """
    now = int(at.timestamp()) // STEP_S
    given = code.replace(" ", "").encode()
    good = [
        step
        for step in range(now - _WINDOW, now + _WINDOW + 1)
        if hmac.compare_digest(code_of(secret, step).encode(), given) and step > last_step
    ]
    return good[0] if good else None
