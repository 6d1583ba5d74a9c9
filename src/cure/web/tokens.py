"""Tokens of sources: who sends lines over HTTP proves it with the one of his source."""

import hmac
from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from cure.gathering import Gathering

GatheringHere = NamedDependency[Gathering]
"""A handler's parameter `gathering` of this type is given that of its server."""


def token_in(request: Request[Any, Any, Any], scheme: str) -> str:
    """Return the token in the header Authorization; empty: there is none of this scheme."""
    given, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if given.lower() == scheme.lower() else ""


def is_same(token: str, other: str) -> bool:
    """Compare two tokens in a time that tells nothing about them."""
    return hmac.compare_digest(token.encode(), other.encode())
