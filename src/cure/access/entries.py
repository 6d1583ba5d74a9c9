"""Entries of the audit log: who did or read what, without any value that was asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec

from cure.access.principal import Principal
from cure.model import Audience


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one principal did or read.

    Attributes:
        at: When, UTC.
        principal: Who: the person, or else the organisation.
        credential: By which credentials.
        organisation: Whose person or machine it is.
        action: What, such as ``card`` or ``key.revoke``.
        about: To whom or what it was done, such as the name of a user.
        audience: Hash of the audience as which it was answered.
        policy: Version of the policy that held.
        query: Keyed hash of the values asked for.
        sources: The sources of which something was in the answer.
        count: How many results or records.
        decision: ``allowed``, ``denied`` or ``failed``.
    """

    at: datetime
    principal: str
    credential: str
    organisation: str
    action: str
    about: str = ""
    audience: str = ""
    policy: int = 0
    query: str = ""
    sources: tuple[str, ...] = ()
    count: int = 0
    decision: str = "allowed"


def entry_of(  # noqa: PLR0913 - each is a field of the entry
    principal: Principal,
    at: datetime,
    action: str,
    *,
    about: str = "",
    audience: Audience | None = None,
    policy: int = 0,
    query: str = "",
    sources: Sequence[str] = (),
    count: int = 0,
    decision: str = "allowed",
) -> Entry:
    """Return the entry of what a principal did."""
    return Entry(
        at.astimezone(UTC),
        principal.name,
        principal.credential,
        principal.organisation,
        action,
        about,
        "" if audience is None else digest_of(audience),
        policy,
        query,
        tuple(sources),
        count,
        decision,
    )


def digest_of(audience: Audience) -> str:
    """Return by what an audience is known again; equal audiences have equal ones."""
    body = msgspec.json.encode(audience, order="deterministic")
    return blake2b(body, digest_size=8, person=b"audience").hexdigest()
