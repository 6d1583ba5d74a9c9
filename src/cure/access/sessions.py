"""Sessions: people who logged in, and for how long that holds."""

import logging
import threading
from datetime import datetime, timedelta
from typing import NamedTuple

from cure.access.entries import Entry
from cure.access.guesses import Guesses
from cure.access.keys import SESSION, Token, new_token
from cure.access.limits import Buckets, side_of
from cure.access.passwords import is_right
from cure.access.principal import Principal
from cure.access.store import Store
from cure.access.users import Users
from cure.errors import AccessError, LockedError, LogError, UnauthenticatedError

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=1)
SKEW = timedelta(hours=1)
"""So far the clock may be set back with what was begun before still good."""
_TRIES_A_MINUTE = 10
_TRIES_AT_ONCE = 20
_WRITE_AFTER_S = 60.0
"""When a session was last used is written so often."""
_log = logging.getLogger(__name__)
_ASK = "SELECT id, user, digest, strength, used_at, expires_at FROM session WHERE id = ?"


class Session(NamedTuple):
    """A session; times in seconds since 1970."""

    id: str
    user: str
    digest: bytes
    strength: str
    used_at: float
    expires_at: float

    def is_live(self, at: datetime) -> bool:
        """Tell whether it has neither ended nor been left alone for long."""
        now = at.timestamp()
        # One that ends too late was begun while the clock was wrong.
        latest = now + (LONGEST + SKEW).total_seconds()
        return now < self.expires_at < latest and now < self.used_at + IDLE.total_seconds()


class Sessions:
    """The sessions, and the way to a new one: password and code, or a provider's word."""

    def __init__(self, store: Store, users: Users, guesses: Guesses) -> None:
        """Keep them in a store."""
        self._store = store
        self._users = users
        self._guesses = guesses
        self._addresses = Buckets(_TRIES_A_MINUTE, _TRIES_AT_ONCE)

    def open(self, user: str, password: str, code: str, at: datetime, address: str) -> Token:
        """Log in with a password, and with a code where one is asked for.

        Unknown, locked and wrong are told alike, and take as long. Cost: 50 ms.

        Args:
            user: The name, with the organisation.
            password: The password.
            code: The code of the app; empty: none was given.
            at: When.
            address: From where.

        Raises:
            UnauthenticatedError: If any of it is wrong.
            LockedError: If there were too many wrong tries of this name or from this address.
        """
        name = user[:200]
        try:
            self._addresses.take(side_of(address), at.timestamp())
            self._guesses.begin(name, at)
            strength = self._prove(name, password, code, at)
        except AccessError as error:
            decision = "locked" if isinstance(error, LockedError) else "failed"
            self._audit(name, address, at, decision)
            raise
        self._guesses.forget(name)
        return self._open(name, strength, at, address)

    def open_as(self, iss: str, sub: str, at: datetime, address: str) -> Token:
        """Log in whom a provider has recognised.

        Raises:
            UnauthenticatedError: If that identity is bound to no user, or the user is locked.
        """
        rows = self._store.rows("SELECT user FROM identity WHERE iss = ? AND sub = ?", iss, sub)
        if not rows or self._users.named(rows[0][0]).is_locked:
            self._audit("", address, at, "failed")
            raise UnauthenticatedError("this identity is not known here")
        return self._open(rows[0][0], "oidc", at, address)

    def close(self, by: Principal, at: datetime) -> None:
        """Log out; the session is no longer good, at once."""
        with self._store.change(by, "logout", "", at) as connection:
            connection.execute("DELETE FROM session WHERE id = ?", (by.credential,))

    def find(self, session_id: str) -> Session | None:
        """Return a session, for whoever compares its hash."""
        rows = self._store.rows(_ASK, session_id)
        return Session(*rows[0]) if rows else None

    def used(self, session: Session, at: datetime) -> Session:
        """Note that a session is in use; return it as it is then."""
        now = at.timestamp()
        if now - session.used_at < _WRITE_AFTER_S:
            return session
        if self._store.is_replicated:  # nobody waits for that
            threading.Thread(target=self._note_use, args=(session.id, now), daemon=True).start()
        else:
            self._write_use(session.id, now)
        return session._replace(used_at=now)

    def _write_use(self, session_id: str, now: float) -> None:
        with self._store.transaction() as connection:
            connection.execute("UPDATE session SET used_at = ? WHERE id = ?", (now, session_id))

    def _note_use(self, session_id: str, now: float) -> None:
        try:
            self._write_use(session_id, now)
        except LogError as error:  # the next minute tries again
            _log.info("%s", error)

    def _prove(self, name: str, password: str, code: str, at: datetime) -> str:
        rows = self._store.rows("SELECT password, totp_confirmed FROM user WHERE name = ?", name)
        kept, asks_code = rows[0] if rows else (None, 0)
        if not is_right(password, kept) or self._users.named(name).is_locked:
            raise UnauthenticatedError
        if not asks_code:
            return "password"
        if not self._users.take_code(name, code, at):
            raise UnauthenticatedError
        return "totp"

    def _open(self, user: str, strength: str, at: datetime, address: str) -> Token:
        token, now = new_token(SESSION), at.timestamp()
        self._audit(user, address, at, "allowed", token.public_id)
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM session WHERE expires_at < ?", (now,))
            connection.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)",
                (
                    token.public_id,
                    user,
                    token.digest,
                    strength,
                    now,
                    now + LONGEST.total_seconds(),
                ),
            )
        return token

    def _audit(
        self, user: str, address: str, at: datetime, decision: str, credential: str = ""
    ) -> None:
        known = bool(self._store.rows("SELECT 1 FROM user WHERE name = ?", user))
        # An unknown name may be a password in the wrong field: it is not kept.
        name = user if known else "unknown"
        organisation = name.partition("@")[2]
        self._store.audit.note(
            Entry(at, name, credential, organisation, "login", address, decision=decision)
        )
