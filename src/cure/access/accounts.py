"""The accounts of an installation, and who it is that shows credentials."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Self

from cure.access.audit import Audit
from cure.access.entries import Entry
from cure.access.forms import Key
from cure.access.grants import Grants
from cure.access.guesses import Guesses
from cure.access.key_ring import KeyRing
from cure.access.keys import KEY, SESSION, Token, read_token
from cure.access.limits import Buckets, side_of
from cure.access.narrowing import principal_of
from cure.access.organisations import Organisations
from cure.access.principal import Principal
from cure.access.sessions import Session, Sessions
from cure.access.setup import Setup
from cure.access.store import Store
from cure.access.users import Users
from cure.errors import LockedError, UnauthenticatedError

_WRONG_A_MINUTE = 60
_WRONG_AT_ONCE = 120
_NO_DIGEST = bytes(32)


@dataclass
class _Known:
    """Credentials that were found good, as long as the policy stays as it is."""

    principal: Principal
    key: Key | None = None
    session: Session | None = None


class Accounts:
    """Organisations, users, keys, grants and sessions of a data directory.

    All that changes them is checked here against the principal who asks for it, and audited.

    Attributes:
        store: The file in which all of it is kept.
        organisations: The organisations.
        grants: What is granted to them.
        users: The users.
        keys: The keys.
        sessions: The sessions.
        setup: The way in while there is no organisation.
    """

    def __init__(self, directory: Path, audit: Audit) -> None:
        """Open the accounts of a data directory, or make them.

        Raises:
            LogError: If they cannot be opened.
        """
        self.store = Store(directory, audit)
        guesses = Guesses(self.store)
        self.organisations = Organisations(self.store)
        self.grants = Grants(self.store)
        self.users = Users(self.store, self.organisations, guesses)
        self.keys = KeyRing(self.store, self.organisations, self.users)
        self.sessions = Sessions(self.store, self.users, guesses)
        self.setup = Setup(self.store, self.organisations, self.users)
        self._wrong = Buckets(_WRONG_A_MINUTE, _WRONG_AT_ONCE)
        self._known: tuple[int, dict[bytes, _Known]] = (-1, {})
        """Those found good, and under which version of the policy: together, for all threads."""

    def is_empty(self) -> bool:
        """Tell whether there is no organisation yet, and so no account."""
        return not self.store.rows("SELECT 1 FROM organisation LIMIT 1")

    @property
    def policy_version(self) -> int:
        """Grows with every change of rights, also by another process. Cost: about 2 µs."""
        return self.store.policy_version

    def authenticate(self, text: str, at: datetime, address: str) -> Principal:
        """Return who shows a key or the token of a session.

        Of what is wrong, only the holder of the right secret is told more than that it is.
        Cost: about 15 µs; the first time about 200 µs.

        Args:
            text: What was shown.
            at: When.
            address: From where.

        Raises:
            UnauthenticatedError: If it is not good, or not from there.
            LockedError: If it is not good, and too much was not from there.
        """
        version = self.policy_version
        since, cache = self._known
        if version != since:
            cache = {}
            self._known = (version, cache)
        token = read_token(text)
        try:
            if token is None:
                raise UnauthenticatedError
            known = cache.get(token.digest) or self._find(token)
            _check(known, at, address)
        except UnauthenticatedError as error:
            self._note_wrong(token, error, at, address)
            raise
        if known.session is not None:
            known.session = self.sessions.used(known.session, at)
        cache[token.digest] = known
        return known.principal

    def is_live(self, principal: Principal, at: datetime, address: str) -> bool:
        """Tell whether credentials that were good still are, with the same rights.

        For answers that go on: to be asked whenever `policy_version` has grown, and each minute.
        """
        if principal.strength == "local":
            return True
        kind = KEY if principal.strength == "key" else SESSION
        row, _ = self._kept(kind, principal.credential)
        try:
            found = self._known_of(row)
            _check(found, at, address)
        except UnauthenticatedError:
            return False
        return found.principal == principal

    def may_publish(self, principal: Principal, source: str) -> bool:
        """Tell whether somebody may publish as a source, which belongs to nobody else."""
        if not principal.may_publish(source):
            return False
        return self.grants.owner_of(source) in {None, principal.organisation}

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _find(self, token: Token) -> _Known:
        row, digest = self._kept(token.kind, token.public_id)
        if not token.is_that_of(digest):
            raise UnauthenticatedError
        return self._known_of(row)

    def _kept(self, kind: str, public_id: str) -> tuple[Key | Session | None, bytes]:
        """Return what is kept of a token; of none, a hash that no token has."""
        if kind == KEY:
            return self.keys.find(public_id) or (None, _NO_DIGEST)
        session = self.sessions.find(public_id)
        return (None, _NO_DIGEST) if session is None else (session, session.digest)

    def _known_of(self, row: Key | Session | None) -> _Known:
        if row is None:
            raise UnauthenticatedError
        user = self.users.named(row.user) if row.user else None
        if user is not None and user.is_locked:
            raise UnauthenticatedError("this account is locked")
        if isinstance(row, Session):
            assert user is not None  # noqa: S101 - machines have no sessions
            agreement = self.organisations.named(user.organisation)
            who = principal_of(agreement, user, None, credential=row.id, strength=row.strength)
            return _Known(who, session=row)
        agreement = self.organisations.named(row.organisation)
        return _Known(
            principal_of(agreement, user, row, credential=row.id, strength="key"), key=row
        )

    def _note_wrong(
        self, token: Token | None, error: UnauthenticatedError, at: datetime, address: str
    ) -> None:
        """Keep count of what was wrong; good credentials are never refused for it."""
        shown = "" if token is None else token.public_id
        try:
            self._wrong.take(side_of(address), at.timestamp())
        except LockedError as locked:
            raise locked from error
        self.store.audit.note(
            Entry(at, "unknown", shown, "", "authenticate", address, decision="failed")
        )


def _check(known: _Known, at: datetime, address: str) -> None:
    """Make sure that credentials are in time and in place."""
    key, session = known.key, known.session
    if session is not None and not session.is_live(at):
        raise UnauthenticatedError("this session has ended")
    if key is None:
        return
    if key.revoked_at is not None:
        raise UnauthenticatedError("this key was revoked")
    if key.expires_at <= at:
        raise UnauthenticatedError("this key has expired")
    if key.networks and not _is_within(address, key.networks):
        raise UnauthenticatedError("this key is not for use from here")


def _is_within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        one = ip_address(address)
    except ValueError:
        return False
    if isinstance(one, IPv6Address) and one.ipv4_mapped is not None:
        one = one.ipv4_mapped
    return any(one in ip_network(network) for network in networks)
