"""The signature of a webhook: who has the secret can tell that a body is ours, and of now.

The header is ``X-Cure-Signature: t=<seconds since 1970>,v1=<HMAC-SHA-256 in hexadecimal>``, over
the seconds, a dot and the body; the key is the secret as text.
"""

import hmac
from datetime import datetime

HEADER = "X-Cure-Signature"


def signature(secret: str, body: bytes, at: datetime) -> str:
    """Return the value of the header.

    >>> from datetime import UTC
    >>> signature("secret", b"{}", datetime(2026, 1, 1, tzinfo=UTC))[:20]
    't=1767225600,v1=fa7e'
    """
    seconds = int(at.timestamp())
    signed = b"%d." % seconds + body
    return f"t={seconds},v1={hmac.new(secret.encode(), signed, 'sha256').hexdigest()}"
