"""Tokens of sources: who sends lines over HTTP proves it with the one of his source, or a key."""

import hmac
from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from litestar.types import HTTPScope

from cure.access.keys import KEY
from cure.access.principal import Principal
from cure.errors import UnauthenticatedError
from cure.gathering import Gathering
from cure.web.authentication import address_of
from cure.web.serving import Serving

GatheringHere = NamedDependency[Gathering]
"""A handler's parameter `gathering` of this type is given that of its server."""


def token_in(request: Request[Any, Any, Any], scheme: str) -> str:
    """Return the token in the header Authorization; empty: there is none of this scheme."""
    given, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if given.lower() == scheme.lower() else ""


def is_same(token: str, other: str) -> bool:
    """Compare two tokens in a time that tells nothing about them."""
    return hmac.compare_digest(token.encode(), other.encode())


def holder_of(scope: HTTPScope, token: str, source: str, serving: Serving) -> Principal | None:
    """Return who publishes as a source with a key in place of the source's token.

    None: it is the key of nobody who may, or no key at all.

    Raises:
        LockedError: If too much from there was no key.
    """
    accounts = serving.authentication.accounts
    if accounts is None or not token.startswith(f"{KEY}_"):
        return None
    try:
        who = accounts.authenticate(token, serving.clock(), address_of(scope))
    except UnauthenticatedError:
        return None
    if accounts.may_publish(who, source) and serving.is_own(source, who.organisation):
        return who
    serving.note_denied(who, "push")
    return None
