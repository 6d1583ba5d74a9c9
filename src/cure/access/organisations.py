"""Organisations: whose people these are, and what is agreed with them."""

from datetime import datetime

import msgspec

from cure.access.forms import NewOrganisation, Organisation, OrganisationChange, changed
from cure.access.grants import Verb
from cure.access.principal import Principal
from cure.access.rights import require_administrator, require_operator
from cure.access.store import Store
from cure.errors import ForbiddenError, MalformedError
from cure.model import Confidentiality

_decode = msgspec.json.Decoder(Organisation).decode


class Organisations:
    """The organisations; those who operate the installation manage them."""

    def __init__(self, store: Store) -> None:
        """Keep them in a store."""
        self._store = store

    def add(self, by: Principal, new: NewOrganisation, at: datetime) -> Organisation:
        """Add an organisation.

        Raises:
            ForbiddenError: If that is not his to do.
            MalformedError: If the name was taken before; or of the first organisation, if it is not
                to be the one that operates this installation, or of another, if it is.
        """
        with self._store.change(by, "organisation.add", new.name, at) as connection:
            require_operator(by)
            if self.called(new.name) or self._store.rows(
                "SELECT 1 FROM gone WHERE name = ?", new.name
            ):
                # A name is never given again: records are labelled with it.
                raise MalformedError("new organisation", new.name, "the name is or was taken")
            if new.operates != (not self._all()):
                why = "the first organisation, and it alone, operates the installation (--operator)"
                raise MalformedError("new organisation", new.name, why)
            made = Organisation(
                name=new.name,
                operates=new.operates,
                tlp="TLP:RED" if new.operates else new.tlp,
                confidentiality=Confidentiality.LEVEL_3 if new.operates else new.confidentiality,
                groups=new.groups,
            )
            body = msgspec.json.encode(made)
            connection.execute("INSERT INTO organisation VALUES (?, ?)", (made.name, body))
        return self._with_grants(made)

    def all(self, by: Principal) -> list[Organisation]:
        """Return the organisations that somebody manages, by name."""
        if by.operates:
            require_operator(by)
            return self._all()
        return [self.get(by, by.organisation)]

    def get(self, by: Principal, name: str) -> Organisation:
        """Return an organisation.

        Raises:
            ForbiddenError: If that is not his to see.
            MalformedError: If there is none.
        """
        require_administrator(by, name)
        return self.named(name)

    def change(
        self, by: Principal, name: str, change: OrganisationChange, at: datetime
    ) -> Organisation:
        """Change what is agreed; all its people and keys are bounded by it at once."""
        with self._store.change(by, "organisation.change", name, at) as connection:
            require_operator(by)
            made = changed(self.named(name), change)
            kept = msgspec.structs.replace(made, reads=frozenset(), publishes=frozenset())
            connection.execute(
                "UPDATE organisation SET body = ? WHERE name = ?", (msgspec.json.encode(kept), name)
            )
        return made

    def remove(self, by: Principal, name: str, at: datetime) -> None:
        """Remove an organisation with its people, keys and grants; its records stay."""
        with self._store.change(by, "organisation.remove", name, at) as connection:
            require_operator(by)
            if self.named(name).operates:
                raise ForbiddenError("the organisation that operates this cannot be removed")
            connection.execute("INSERT OR IGNORE INTO gone VALUES (?)", (name,))
            users = [row[0] for row in self._store.rows("SELECT name FROM user")]
            of_it = [(user,) for user in users if user.endswith(f"@{name}")]
            connection.executemany("INSERT OR IGNORE INTO gone VALUES (?)", of_it)
            connection.executemany("DELETE FROM session WHERE user = ?", of_it)
            connection.executemany("DELETE FROM identity WHERE user = ?", of_it)
            for table in ("user", "api_key", "granted", "signer"):
                connection.execute(f"DELETE FROM {table} WHERE organisation = ?", (name,))  # noqa: S608 - our words
            connection.execute("DELETE FROM organisation WHERE name = ?", (name,))

    def named(self, name: str) -> Organisation:
        """Return an organisation, for those who have found out that they may see it.

        Raises:
            MalformedError: If there is none.
        """
        found = self.called(name)
        if found is None:
            raise MalformedError("known organisation", name, "there is none of this name")
        return found

    def called(self, name: str) -> Organisation | None:
        """Return an organisation, if there is one of this name."""
        rows = self._store.rows("SELECT body FROM organisation WHERE name = ?", name)
        return self._with_grants(_decode(rows[0][0])) if rows else None

    def names(self) -> list[str]:
        """Return the names of all organisations, for those who act for each of them."""
        return [name for (name,) in self._store.rows("SELECT name FROM organisation ORDER BY name")]

    def _all(self) -> list[Organisation]:
        rows = self._store.rows("SELECT body FROM organisation ORDER BY name")
        return [self._with_grants(_decode(body)) for (body,) in rows]

    def _with_grants(self, one: Organisation) -> Organisation:
        if one.operates:
            return msgspec.structs.replace(one, reads=None, publishes=None)
        granted = self._store.rows(
            "SELECT verb, source FROM granted WHERE organisation = ?", one.name
        )
        reads = frozenset(source for verb, source in granted if verb == Verb.READ)
        publishes = frozenset(source for verb, source in granted if verb == Verb.PUBLISH)
        every = "*" in reads
        return msgspec.structs.replace(one, reads=None if every else reads, publishes=publishes)
