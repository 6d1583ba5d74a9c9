"""The first start: a link, good once and for an hour, that makes the first administrator."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from cure.access.forms import NewOrganisation, NewUser, read_form
from cure.access.organisations import Organisations
from cure.access.passwords import hash_of
from cure.access.principal import Scope, local
from cure.access.store import Store
from cure.access.users import Users
from cure.errors import UnauthenticatedError

GOOD_FOR = timedelta(hours=1)
FIRST_SCOPES = frozenset(Scope) - {Scope.READ, Scope.PUBLISH}
"""The first administrator manages, and does not read."""
_NOT_GOOD = "this link is not good, or no longer"


class Setup:
    """The way in while there is no organisation yet."""

    def __init__(self, store: Store, organisations: Organisations, users: Users) -> None:
        """Keep the links in a store."""
        self._store = store
        self._organisations = organisations
        self._users = users

    def link(self, at: datetime) -> str:
        """Return a new token for the link; it takes the place of any before it."""
        token = secrets.token_urlsafe(32)
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM link")
            expires_at = (at + GOOD_FOR).timestamp()
            connection.execute("INSERT INTO link VALUES (?, ?)", (_digest(token), expires_at))
        return token

    def use(self, token: str, organisation: str, user: str, password: str, at: datetime) -> None:
        """Make the organisation that operates this installation, and its first administrator.

        Args:
            token: What stood in the link.
            organisation: The organisation to be.
            user: The administrator to be, with the organisation: ``rin@soc``.
            password: The password to be.
            at: When.

        Raises:
            UnauthenticatedError: If the link is not good, or no longer.
            MalformedError: If a name or the password is not; then the link is still good.
        """
        new = read_form({"name": organisation, "operates": True}, NewOrganisation)
        first = read_form({"name": user, "scopes": sorted(FIRST_SCOPES)}, NewUser)
        digest = _digest(token)
        # One that ends too late was made while the clock was wrong.
        good = "SELECT 1 FROM link WHERE digest = ? AND expires_at > ? AND expires_at < ?"
        if not self._store.rows(good, digest, at.timestamp(), (at + 2 * GOOD_FOR).timestamp()):
            raise UnauthenticatedError(_NOT_GOOD)
        hashed = hash_of(password, user)
        by = local(organisation)
        with self._store.change(by, "setup", user, at) as connection:
            taken = connection.execute("DELETE FROM link WHERE digest = ?", (digest,))
            if not taken.rowcount or self._organisations.all(by):
                raise UnauthenticatedError(_NOT_GOOD)
            self._organisations.add(by, new, at)
            self._users.add(by, first, at)
            connection.execute("UPDATE user SET password = ? WHERE name = ?", (hashed, user))


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
