"""Principals: whoever was recognised by credentials, and what these allow."""

from enum import StrEnum

import msgspec

from cure.errors import ForbiddenError
from cure.model import Audience, Confidentiality, Purpose, Tlp


class Scope(StrEnum):
    """What credentials are good for. None includes another: an administrator does not read."""

    READ = "read"
    PUBLISH = "publish"
    RATE = "rate"
    ADMIN = "admin"
    AUDIT = "audit"
    METRICS = "metrics"


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever was recognised, with what is allowed once all limits are taken together.

    Attributes:
        organisation: Whose person or machine it is.
        user: The person, as ``name@organisation``; empty for a machine's key.
        operates: Whether the organisation is the one that operates this installation.
        groups: The groups of which it may read what is released to them.
        scopes: What it may do.
        tlp: The highest marking that it may read of others.
        confidentiality: The highest 機密性 that it may read of others.
        sources: The sources of others that it may read; None: every source.
        publishes: The sources as which it may publish, also ``publisher@*``; None: any.
        credential: For the audit log: the id of the key, the session's public part, or ``local``.
        strength: How it was recognised: ``local key password totp oidc``.
    """

    organisation: str
    user: str = ""
    operates: bool = False
    groups: frozenset[str] = frozenset()
    scopes: frozenset[Scope] = frozenset()
    tlp: Tlp = Tlp.CLEAR
    confidentiality: Confidentiality = Confidentiality.LEVEL_1
    sources: frozenset[str] | None = frozenset()
    publishes: frozenset[str] | None = frozenset()
    credential: str
    strength: str

    @property
    def name(self) -> str:
        """Who it is, in one word: the person, or else the organisation."""
        return self.user or self.organisation

    def audience(self, purpose: Purpose = Purpose.READ) -> Audience:
        """Return as whom the gate sees it.

        Raises:
            ForbiddenError: If it may not read at all.
        """
        self.require(Scope.READ)
        return Audience(
            self.organisation,
            self.tlp,
            self.sources,
            self.confidentiality,
            self.groups,
            self.user,
            purpose,
        )

    def require(self, *scopes: Scope) -> None:
        """Make sure that it has all of these scopes.

        Raises:
            ForbiddenError: If it lacks one.
        """
        if not self.scopes.issuperset(scopes):
            raise ForbiddenError

    def may_publish(self, source: str) -> bool:
        """Tell whether it may publish as a source, as far as its credentials go.

        >>> who = Principal(
        ...     organisation="bank",
        ...     scopes=frozenset({Scope.PUBLISH}),
        ...     publishes=frozenset({"exist", "cowrie@*"}),
        ...     credential="abcdefgh",
        ...     strength="key",
        ... )
        >>> [who.may_publish(one) for one in ("exist", "cowrie@tokyo", "cowrie", "exist@2")]
        [True, True, False, False]
        """
        if Scope.PUBLISH not in self.scopes:
            return False
        publishes = self.publishes
        return publishes is None or source in publishes or any_instance(source) in publishes


def any_instance(source: str) -> str:
    """Return the pattern that covers a source: ``cowrie@*`` for an instance of cowrie."""
    publisher, at, _ = source.partition("@")
    return f"{publisher}@*" if at else source


def local(organisation: str) -> Principal:
    """Return the operator at this machine, who is in need of no credentials."""
    return Principal(
        organisation=organisation,
        operates=True,
        scopes=frozenset(Scope),
        tlp=Tlp.RED,
        confidentiality=Confidentiality.LEVEL_3,
        sources=None,
        publishes=None,
        credential="local",
        strength="local",
    )
