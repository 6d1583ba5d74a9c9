"""Requests that a page of another site makes in the name of whoever is logged in: refused.

A session is in a cookie, which browsers send by themselves. So what changes something needs, with
a session, a token that only our own pages can read, and comes from one of them.
"""

import hmac
from hashlib import blake2b

from litestar.types import HTTPScope

from cure.errors import ForbiddenError

TOKEN_HEADER = b"x-csrf-token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def csrf_token(session: str) -> str:
    """Return the token of a session; it tells nothing of the session's own.

    >>> csrf_token("a") == csrf_token("a"), csrf_token("a") == csrf_token("b")
    (True, False)
    """
    return blake2b(session.encode(), digest_size=16, person=b"cure csrf").hexdigest()


def check_session(scope: HTTPScope, session: str) -> None:
    """Make sure that a request with a session comes from our own page, if it may change something.

    Raises:
        ForbiddenError: If not.
    """
    if scope["method"] in _SAFE:
        return
    check_site(scope)
    if not hmac.compare_digest(_header(scope, TOKEN_HEADER), csrf_token(session).encode()):
        raise ForbiddenError("with a session, want the header X-CSRF-Token as /api/v1/me tells it")


def check_site(scope: HTTPScope) -> None:
    """Make sure that a browser does not say that a page of another site asks.

    The door has refused a foreign Origin before.

    Raises:
        ForbiddenError: If it does.
    """
    if _header(scope, b"sec-fetch-site") not in {b"", b"same-origin", b"none"}:
        raise ForbiddenError("pages of other sites may not ask here")


def _header(scope: HTTPScope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")
