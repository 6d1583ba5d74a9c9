"""The keys of organisations: made, rotated and revoked; what is kept of them is a hash."""

from datetime import datetime, timedelta
from ipaddress import ip_network

import msgspec

from cure.access.forms import Key, NewKey, organisation_of
from cure.access.keys import Token, new_token
from cure.access.organisations import Organisations
from cure.access.principal import Principal
from cure.access.rights import is_self, require_administrator, require_hand_out
from cure.access.store import Store
from cure.access.users import Users
from cure.errors import ForbiddenError, MalformedError

OVERLAP = timedelta(days=7)
"""For so long a key that was rotated is still good beside the one that follows it."""
_decode = msgspec.json.Decoder(Key).decode


class KeyRing:
    """The keys; administrators of an organisation manage them, and users their own."""

    def __init__(self, store: Store, organisations: Organisations, users: Users) -> None:
        """Keep them in a store."""
        self._store = store
        self._organisations = organisations
        self._users = users

    def add(self, by: Principal, new: NewKey, at: datetime) -> tuple[Key, Token]:
        """Make a key; its token is told this once.

        Raises:
            ForbiddenError: If that is not his to do, or exceeds what may be given.
            MalformedError: If there is no such user, or a network is none.
        """
        token = new_token()
        made = Key(
            id=token.public_id,
            organisation=new.organisation,
            user=new.user or "",
            title=new.title,
            scopes=new.scopes,
            tlp=new.tlp,
            confidentiality=new.confidentiality,
            publishes=new.publishes,
            networks=tuple(_network(text) for text in new.networks),
            made_at=at,
            made_by=by.name,
            expires_at=at + timedelta(days=new.days),
        )
        with self._store.change(by, "key.add", f"{made.id} of {_holder(made)}", at):
            self._require_hand_out(by, made)
            self._insert(made, token)
        return made, token

    def of(self, by: Principal, organisation: str) -> list[Key]:
        """Return the keys of an organisation, the newest first.

        Raises:
            ForbiddenError: If that is not his to see.
        """
        require_administrator(by, organisation)
        rows = self._store.rows("SELECT body FROM api_key WHERE organisation = ?", organisation)
        return _newest_first(rows)

    def own(self, by: Principal) -> list[Key]:
        """Return the keys of a user himself, the newest first."""
        return _newest_first(
            self._store.rows("SELECT body FROM api_key WHERE user = ? AND user <> ''", by.user)
        )

    def rotate(self, by: Principal, key_id: str, at: datetime) -> tuple[Key, Token]:
        """Make a key with the same rights and term; the old one ends a week later at most.

        Raises:
            ForbiddenError: If that is not his to do, or one of the two is being rotated already.
            MalformedError: If he has no such key, or it is dead.
        """
        token = new_token()
        with self._store.change(by, "key.rotate", f"{key_id} to {token.public_id}", at):
            old = self._managed(by, key_id)
            self._require_hand_out(by, old)
            if old.replaced_by:
                raise ForbiddenError(f"{key_id} was rotated already, to {old.replaced_by}")
            if old.revoked_at is not None or old.expires_at <= at:
                raise MalformedError("live key", key_id, "it expired or was revoked")
            made = msgspec.structs.replace(
                old,
                id=token.public_id,
                made_at=at,
                made_by=by.name,
                expires_at=at + (old.expires_at - old.made_at),
            )
            self._insert(made, token)
            ends = min(old.expires_at, at + OVERLAP)
            self._keep(msgspec.structs.replace(old, expires_at=ends, replaced_by=made.id))
        return made, token

    def revoke(self, by: Principal, key_id: str, at: datetime) -> None:
        """End a key, at once.

        Raises:
            MalformedError: If he has no such key.
        """
        with self._store.change(by, "key.revoke", key_id, at):
            self._keep(msgspec.structs.replace(self._managed(by, key_id), revoked_at=at))

    def find(self, key_id: str) -> tuple[Key, bytes] | None:
        """Return a key with the hash of its token, for whoever compares the two."""
        rows = self._store.rows("SELECT body, digest FROM api_key WHERE id = ?", key_id)
        return (_decode(rows[0][0]), rows[0][1]) if rows else None

    def _managed(self, by: Principal, key_id: str) -> Key:
        """Return a key that somebody manages; of others he is told the same as of none."""
        found = self.find(key_id)
        if found is not None:
            key = found[0]
            if is_self(by, key.user):
                return key
            try:
                require_administrator(by, key.organisation)
            except ForbiddenError:
                pass
            else:
                return key
        raise MalformedError("known key", key_id, "you have none of this id")

    def _require_hand_out(self, by: Principal, key: Key) -> None:
        if key.user:
            if organisation_of(key.user) != key.organisation:
                raise MalformedError("user", key.user, f"is none of {key.organisation}")
            if is_self(by, key.user):
                if not key.scopes <= by.scopes:
                    raise ForbiddenError("a key may do no more than its user")
                return
        require_administrator(by, key.organisation)
        if key.user:
            self._users.named(key.user)
        require_hand_out(
            by,
            self._organisations.named(key.organisation),
            scopes=key.scopes,
            tlp=key.tlp,
            confidentiality=key.confidentiality,
            groups=frozenset(),
        )

    def _insert(self, key: Key, token: Token) -> None:
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO api_key VALUES (?, ?, ?, ?, ?)",
                (key.id, key.organisation, key.user, token.digest, msgspec.json.encode(key)),
            )

    def _keep(self, key: Key) -> None:
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE api_key SET body = ? WHERE id = ?", (msgspec.json.encode(key), key.id)
            )


def _newest_first(rows: list[tuple[bytes]]) -> list[Key]:
    return sorted((_decode(body) for (body,) in rows), key=lambda key: key.made_at, reverse=True)


def _holder(key: Key) -> str:
    return key.user or key.organisation


def _network(text: str) -> str:
    try:
        return str(ip_network(text.strip()))
    except ValueError as error:
        raise MalformedError("network", text, str(error)) from error
