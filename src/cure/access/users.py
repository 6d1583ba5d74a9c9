"""Users: people of organisations, and what they prove themselves by."""

from datetime import datetime

import msgspec

from cure.access.forms import NewUser, User, UserChange, changed, organisation_of
from cure.access.guesses import Guesses
from cure.access.organisations import Organisations
from cure.access.passwords import hash_of, is_right
from cure.access.principal import Principal
from cure.access.rights import is_self, require_administrator, require_hand_out
from cure.access.store import Store
from cure.access.totp import new_secret, step_of, uri_of
from cure.errors import ForbiddenError, MalformedError, UnauthenticatedError

_decode = msgspec.json.Decoder(User).decode


class Users:
    """The users; the administrators of their organisation manage them, within what they have."""

    def __init__(self, store: Store, organisations: Organisations, guesses: Guesses) -> None:
        """Keep them in a store."""
        self._store = store
        self._organisations = organisations
        self._guesses = guesses

    def add(self, by: Principal, new: NewUser, at: datetime) -> User:
        """Add a user, who cannot log in until there is a password or an identity.

        Raises:
            ForbiddenError: If that is not his to do, or exceeds what may be given.
            MalformedError: If the name was taken before.
        """
        made = User(
            name=new.name,
            scopes=new.scopes,
            tlp=new.tlp,
            confidentiality=new.confidentiality,
            groups=new.groups,
            made_at=at,
        )
        with self._store.change(by, "user.add", new.name, at) as connection:
            self._require_hand_out(by, made)
            taken = "SELECT 1 FROM user WHERE name = ? UNION SELECT 1 FROM gone WHERE name = ?"
            if self._store.rows(taken, new.name, new.name):
                # A name is never given again: what is released to it would be to another person.
                raise MalformedError("new user", new.name, "the name is or was taken")
            connection.execute(
                "INSERT INTO user (name, organisation, body) VALUES (?, ?, ?)",
                (made.name, made.organisation, msgspec.json.encode(made)),
            )
        return made

    def of(self, by: Principal, organisation: str) -> list[User]:
        """Return the users of an organisation, by name.

        Raises:
            ForbiddenError: If that is not his to see.
        """
        require_administrator(by, organisation)
        rows = self._store.rows(
            "SELECT body FROM user WHERE organisation = ? ORDER BY name", organisation
        )
        return [_decode(body) for (body,) in rows]

    def get(self, by: Principal, name: str) -> User:
        """Return a user; everybody may see himself.

        Raises:
            ForbiddenError: If that is not his to see.
            MalformedError: If there is none.
        """
        if by.user != name:
            require_administrator(by, organisation_of(name))
        return self.named(name)

    def change(self, by: Principal, name: str, change: UserChange, at: datetime) -> User:
        """Change what a user may do and see; it holds at once.

        Raises:
            ForbiddenError: If that is not his to do, or exceeds what may be given.
        """
        with self._store.change(by, "user.change", name, at):
            made = changed(self._managed(by, name), change)
            self._require_hand_out(by, made)
            self._keep(made)
        return made

    def set_password(
        self, by: Principal, name: str, password: str, at: datetime, old: str = ""
    ) -> None:
        """Set a password; all sessions of the user end. Cost: 50 ms; of one's own, twice that.

        Raises:
            ForbiddenError: If that is not his to do.
            UnauthenticatedError: If it is his own, and the old one is wrong.
            MalformedError: If it is too easy to guess.
        """
        hashed = hash_of(password, name)
        is_proven = is_self(by, name) and self._is_proven(name, old, at)
        with self._store.change(by, "user.password", name, at) as connection:
            if not is_self(by, name):
                self._managed(by, name)
            elif not is_proven:
                raise UnauthenticatedError("the old password is not right")
            connection.execute("UPDATE user SET password = ? WHERE name = ?", (hashed, name))
            connection.execute("DELETE FROM session WHERE user = ?", (name,))

    def new_totp(self, by: Principal, name: str, at: datetime) -> str:
        """Begin with codes of an app; they are asked for once one was confirmed.

        Returns:
            The URI for the app.

        Raises:
            ForbiddenError: If that is not his to do, or there are codes already.
        """
        secret = new_secret()
        with self._store.change(by, "user.totp.new", name, at) as connection:
            if not is_self(by, name):
                self._managed(by, name)
            made = connection.execute(
                "UPDATE user SET totp = ?, totp_step = 0 WHERE name = ? AND NOT totp_confirmed",
                (secret, name),
            )
            if not made.rowcount:
                raise ForbiddenError("codes are asked for already; end that first")
        return uri_of(secret, name)

    def confirm_totp(self, by: Principal, name: str, code: str, at: datetime) -> None:
        """Ask for codes from now on, as one was right.

        Raises:
            UnauthenticatedError: If it was not.
        """
        if is_self(by, name):
            self._guesses.begin(name, at)
        with self._store.change(by, "user.totp.confirm", name, at) as connection:
            if not is_self(by, name):
                self._managed(by, name)
            if not self.take_code(name, code, at):
                raise UnauthenticatedError("the code is not right")
            connection.execute("UPDATE user SET totp_confirmed = 1 WHERE name = ?", (name,))
            self._guesses.forget(name)

    def drop_totp(self, by: Principal, name: str, at: datetime, code: str = "") -> None:
        """Ask for codes no longer; whoever drops his own proves that he has them.

        Raises:
            ForbiddenError: If that is not his to do.
            UnauthenticatedError: If they are his own, and the code is wrong.
        """
        if is_self(by, name):
            self._guesses.begin(name, at)
        with self._store.change(by, "user.totp.drop", name, at) as connection:
            if not is_self(by, name):
                self._managed(by, name)
            elif not self.take_code(name, code, at):
                raise UnauthenticatedError("the code is not right")
            connection.execute(
                "UPDATE user SET totp = NULL, totp_confirmed = 0 WHERE name = ?", (name,)
            )
            self._guesses.forget(name)

    def bind(self, by: Principal, name: str, iss: str, sub: str, at: datetime) -> None:
        """Let a user log in through a provider: as what it calls him, never by an address.

        Raises:
            ForbiddenError: If that is not his to do.
            MalformedError: If that identity is somebody's.
        """
        with self._store.change(by, "user.bind", name, at) as connection:
            self._managed(by, name)
            if self._store.rows("SELECT 1 FROM identity WHERE iss = ? AND sub = ?", iss, sub):
                raise MalformedError("new identity", sub, "it belongs to a user already")
            connection.execute("INSERT INTO identity VALUES (?, ?, ?)", (iss, sub, name))

    def lock(self, by: Principal, name: str, at: datetime) -> None:
        """Let a user in no longer, by whatever credentials; his sessions end.

        Raises:
            ForbiddenError: If that is not his to do.
        """
        with self._store.change(by, "user.lock", name, at) as connection:
            self._keep(msgspec.structs.replace(self._managed(by, name), is_locked=True))
            connection.execute("DELETE FROM session WHERE user = ?", (name,))

    def unlock(self, by: Principal, name: str, at: datetime) -> None:
        """Let a user in again, and forget wrong tries.

        Raises:
            ForbiddenError: If that is not his to do.
        """
        with self._store.change(by, "user.unlock", name, at):
            self._keep(msgspec.structs.replace(self._managed(by, name), is_locked=False))
            self._guesses.forget(name)

    def remove(self, by: Principal, name: str, at: datetime) -> None:
        """Remove a user with all keys, sessions and identities.

        Raises:
            ForbiddenError: If that is not his to do.
        """
        with self._store.change(by, "user.remove", name, at) as connection:
            self._managed(by, name)
            connection.execute("INSERT INTO gone VALUES (?)", (name,))
            for table in ("api_key", "session", "identity", "signer"):
                connection.execute(f"DELETE FROM {table} WHERE user = ?", (name,))  # noqa: S608 - our words
            connection.execute("DELETE FROM user WHERE name = ?", (name,))

    # For those who have found out that they may ----------------------------------------------

    def named(self, name: str) -> User:
        """Return a user.

        Raises:
            MalformedError: If there is none.
        """
        rows = self._store.rows("SELECT body FROM user WHERE name = ?", name)
        if not rows:
            raise MalformedError("known user", name, "there is none of this name")
        return _decode(rows[0][0])

    def take_code(self, name: str, code: str, at: datetime) -> bool:
        """Tell whether a code is right, and was not used before."""
        rows = self._store.rows("SELECT totp, totp_step FROM user WHERE name = ?", name)
        if not rows or rows[0][0] is None:
            return False
        secret, last_step = rows[0]
        step = step_of(secret, code, at, last_step)
        if step is None:
            return False
        with self._store.transaction() as connection:
            used = connection.execute(
                "UPDATE user SET totp_step = ? WHERE name = ? AND totp_step < ?", (step, name, step)
            )
        return used.rowcount == 1

    def _is_proven(self, name: str, password: str, at: datetime) -> bool:
        self._guesses.begin(name, at)
        rows = self._store.rows("SELECT password FROM user WHERE name = ?", name)
        if not is_right(password, rows[0][0] if rows else None):
            return False
        self._guesses.forget(name)
        return True

    def _managed(self, by: Principal, name: str) -> User:
        """Return a user whom somebody may manage: a colleague or below, and not himself."""
        require_administrator(by, organisation_of(name))
        if by.user == name:
            raise ForbiddenError("another administrator may do that for you")
        found = self.named(name)
        self._require_hand_out(by, found)
        return found

    def _require_hand_out(self, by: Principal, user: User) -> None:
        require_administrator(by, user.organisation)
        require_hand_out(
            by,
            self._organisations.named(user.organisation),
            scopes=user.scopes,
            tlp=user.tlp,
            confidentiality=user.confidentiality,
            groups=user.groups,
        )

    def _keep(self, user: User) -> None:
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE user SET body = ? WHERE name = ?", (msgspec.json.encode(user), user.name)
            )
