"""Declassification: what an organisation lets others know of records that they may not see.

Only as a rule that one of its people has signed with his own key, kept in all its versions. The
rule names a kind of answer that is computed here, through the owner's view, and nothing else.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network
from typing import Annotated, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta, Struct

from cure.access.forms import TLP, Name, TlpName, organisation_of
from cure.access.principal import Principal, Scope
from cure.access.rights import is_self, require_administrator
from cure.access.store import Store
from cure.errors import ForbiddenError, MalformedError
from cure.hub.view import View
from cure.model import Audience, Confidentiality, Label, Purpose, Tlp

_IPV4_BITS = 32
_NETWORK_BITS = 24
_MOST = 1 << 24
_PUBLIC_KEY_BYTES = 32


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many addresses of each /24 were seen on a day, where enough sources saw any.

    Attributes:
        name: Its name.
        version: One more than that of the rule of this name before it.
        owner: The organisation whose records it tells of.
        sources: The sources that are counted.
        network: The network that is told of.
        at_least: So many sources must have seen a /24, lest it tell of one of them.
        tlp: The marking of what it tells.
        is_off: Whether it tells nothing any more.
    """

    name: Name
    version: Annotated[int, Meta(ge=1)]
    owner: Name
    sources: Annotated[frozenset[str], Meta(min_length=2)]
    network: str
    at_least: Annotated[int, Meta(ge=2)]
    tlp: TlpName
    is_off: bool = False


_decode = msgspec.json.Decoder(Rule).decode


class Signed(NamedTuple):
    """A rule with its signature; the bytes are those that were signed."""

    rule: Rule
    signer: str
    public_key: bytes
    signature: bytes
    body: bytes


class Counted(Struct, frozen=True):
    """What a rule tells of a network on a day."""

    network: str
    day: date
    addresses: int


class Declassification:
    """The rules of all organisations, and whose signature counts for each."""

    def __init__(self, store: Store) -> None:
        """Keep them in a store."""
        self._store = store

    def add_signer(self, by: Principal, user: str, public_key: bytes, at: datetime) -> None:
        """Let a user's signature count for his organisation.

        Args:
            by: Another administrator of it.
            user: The user.
            public_key: Ed25519, 32 bytes.
            at: When.

        Raises:
            ForbiddenError: If that is not his to do.
            MalformedError: If there is no such user, or that is no key.
        """
        with self._store.change(by, "signer.add", user, at) as connection:
            require_administrator(by, organisation_of(user))
            if is_self(by, user):
                raise ForbiddenError("another administrator may do that for you")
            if not self._store.rows("SELECT 1 FROM user WHERE name = ?", user):
                raise MalformedError("known user", user, "there is none of this name")
            if len(public_key) != _PUBLIC_KEY_BYTES:
                raise MalformedError("public key", public_key.hex(), "want 32 bytes")
            connection.execute(
                "INSERT OR IGNORE INTO signer VALUES (?, ?, ?)",
                (user, public_key, organisation_of(user)),
            )

    def add(self, by: Principal, body: bytes, signature: bytes, at: datetime) -> Rule:
        """Take a rule in, or its next version.

        Args:
            by: Whoever hands it in.
            body: The rule in JSON.
            signature: Ed25519 over these bytes, by a signer of the owner.
            at: When.

        Raises:
            ForbiddenError: If nobody whose signature counts has signed it.
            MalformedError: If it is no rule, or not the next version.
        """
        rule = _rule(body)
        about = f"{rule.owner} {rule.name} {rule.version}"
        with self._store.change(by, "rule.add", about, at) as connection:
            if by.organisation != rule.owner or not by.scopes & {Scope.ADMIN, Scope.RATE}:
                raise ForbiddenError
            signers = self._store.rows(
                "SELECT user, public_key FROM signer WHERE organisation = ?", rule.owner
            )
            signed = [one for one in signers if _is_signed(one[1], signature, body)]
            if not signed:
                raise ForbiddenError(f"no signer of {rule.owner} has signed this rule")
            latest = self._versions(rule.name)
            if latest and latest[-1].rule.owner != rule.owner:
                raise ForbiddenError("a rule of this name belongs to another organisation")
            if rule.version != len(latest) + 1:
                raise MalformedError("rule", rule.name, f"the next version is {len(latest) + 1}")
            connection.execute(
                "INSERT INTO rule VALUES (?, ?, ?, ?, ?, ?)",
                (rule.name, rule.version, *signed[0], signature, body),
            )
        return rule

    def current(self) -> list[Rule]:
        """Return the newest version of each rule that is not off and whose signature holds.

        The signature is looked at again: a rule changed in the file tells nothing, nor does one
        whose signer was removed.
        """
        names = self._store.rows("SELECT DISTINCT name FROM rule ORDER BY name")
        newest = [self._versions(name)[-1] for (name,) in names]
        return [
            one.rule
            for one in newest
            if not one.rule.is_off
            and _is_signed(one.public_key, one.signature, one.body)
            and self._store.rows(
                "SELECT 1 FROM signer WHERE public_key = ? AND organisation = ?",
                one.public_key,
                one.rule.owner,
            )
        ]

    def _versions(self, name: str) -> list[Signed]:
        rows = self._store.rows(
            "SELECT signer, public_key, signature, body FROM rule WHERE name = ? ORDER BY version",
            name,
        )
        return [Signed(_rule(row[3]), *row) for row in rows]


def audience_of(rule: Rule) -> Audience:
    """Return as whom the records of a rule are read: as its owner, who derives from them."""
    return Audience(
        rule.owner,
        Tlp.CLEAR,
        frozenset(),
        Confidentiality.LEVEL_1,
        purpose=Purpose.DERIVE,
    )


def counted(rule: Rule, view: View, day: date) -> tuple[Label, list[Counted]]:
    """Return what a rule tells of a day, and its label.

    Args:
        rule: The rule; it holds.
        view: The view of `audience_of` it.
        day: The day, UTC.
    """
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = view.search(rule.network, since, since + timedelta(days=1), _MOST)
    addresses: defaultdict[str, int] = defaultdict(int)
    seen_by: defaultdict[str, set[str]] = defaultdict(set)
    for one in found.results:
        sources = rule.sources & one.sources.keys()
        if sources and "/" not in one.value:
            network = str(ip_network(f"{one.value}/{_NETWORK_BITS}", strict=False))
            addresses[network] += 1
            seen_by[network] |= sources
    told = [
        Counted(network, day, count)
        for network, count in sorted(addresses.items())
        if len(seen_by[network]) >= rule.at_least
    ]
    return Label(TLP[rule.tlp], rule.owner), told


def _rule(body: bytes) -> Rule:
    try:
        rule = _decode(body)
        network = ip_network(rule.network)
    except (msgspec.DecodeError, ValueError) as error:
        raise MalformedError("rule", body.decode("utf-8", "replace"), str(error)) from error
    if network.max_prefixlen != _IPV4_BITS or network.prefixlen > _NETWORK_BITS:
        raise MalformedError("rule", rule.network, "want an IPv4 network, of /24 or wider")
    return rule


def _is_signed(public_key: bytes, signature: bytes, body: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, body)
    except InvalidSignature:
        return False
    return True
