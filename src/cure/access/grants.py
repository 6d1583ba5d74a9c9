"""Grants: which sources an organisation may read, and as which it may publish."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from cure.access.principal import Principal, any_instance
from cure.access.rights import require_administrator, require_operator
from cure.access.store import Store
from cure.errors import MalformedError

ALL = "*"
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}(@([A-Za-z0-9._-]{1,64}|\*))?", re.ASCII)


class Verb(StrEnum):
    """What is granted."""

    READ = "read"
    PUBLISH = "publish"


class Grant(NamedTuple):
    """A source granted to an organisation."""

    organisation: str
    verb: Verb
    source: str


class Grants:
    """The grants; those who operate the installation give them.

    Who first publishes as a source owns its name for good: nobody else comes to publish as it,
    or learns from an answer what is known under it.
    """

    def __init__(self, store: Store) -> None:
        """Keep them in a store."""
        self._store = store

    def add(
        self, by: Principal, verb: Verb, organisation: str, sources: Sequence[str], at: datetime
    ) -> None:
        """Grant sources to an organisation.

        Args:
            by: Who grants.
            verb: What.
            organisation: To whom.
            sources: Names of sources; for reading also ``*``, for all; for publishing also
                ``publisher@*``, for all instances of a publisher.
            at: When.

        Raises:
            ForbiddenError: If that is not his to do.
            MalformedError: If there is no such organisation, or a source belongs to another.
        """
        about = f"{organisation} {verb} {' '.join(sources)}"
        with self._store.change(by, "grant.add", about, at) as connection:
            require_operator(by)
            if not self._store.rows("SELECT 1 FROM organisation WHERE name = ?", organisation):
                raise MalformedError(
                    "known organisation", organisation, "there is none of this name"
                )
            for source in sources:
                _check(verb, source)
                if verb is Verb.PUBLISH:
                    self._check_owner(organisation, source)
                    connection.execute(
                        "INSERT OR IGNORE INTO owner VALUES (?, ?)", (source, organisation)
                    )
            rows = [(organisation, verb.value, source) for source in sources]
            connection.executemany("INSERT OR IGNORE INTO granted VALUES (?, ?, ?)", rows)

    def remove(
        self, by: Principal, verb: Verb, organisation: str, sources: Sequence[str], at: datetime
    ) -> None:
        """Take grants back; the names of sources stay the organisation's.

        Raises:
            ForbiddenError: If that is not his to do.
            MalformedError: If one was not granted.
        """
        about = f"{organisation} {verb} {' '.join(sources)}"
        with self._store.change(by, "grant.remove", about, at) as connection:
            require_operator(by)
            for source in sources:
                gone = connection.execute(
                    "DELETE FROM granted WHERE organisation = ? AND verb = ? AND source = ?",
                    (organisation, verb.value, source),
                )
                if not gone.rowcount:
                    raise MalformedError("grant", source, f"{organisation} does not {verb} it")

    def of(self, by: Principal, organisation: str) -> list[Grant]:
        """Return the grants of an organisation.

        Raises:
            ForbiddenError: If that is not his to see.
        """
        require_administrator(by, organisation)
        rows = self._store.rows(
            "SELECT * FROM granted WHERE organisation = ? ORDER BY verb, source", organisation
        )
        return [Grant(name, Verb(verb), source) for name, verb, source in rows]

    def owner_of(self, source: str) -> str | None:
        """Return the organisation that publishes as a source, or did; None: nobody yet."""
        rows = self._store.rows(
            "SELECT organisation FROM owner WHERE source IN (?, ?) ORDER BY source = ? DESC",
            source,
            any_instance(source),
            source,
        )
        return rows[0][0] if rows else None

    def _check_owner(self, organisation: str, source: str) -> None:
        owner = self.owner_of(source)
        within = (
            self._store.rows(
                "SELECT organisation FROM owner WHERE substr(source, 1, ?) = ?",
                len(source) - 1,
                source[:-1],
            )
            if source.endswith(ALL)
            else []
        )
        for other in {owner, *(row[0] for row in within)} - {None, organisation}:
            raise MalformedError("grant", source, f"it belongs to {other}")


def _check(verb: Verb, source: str) -> None:
    if source == ALL and verb is Verb.READ:
        return
    if not _SOURCE.fullmatch(source):
        raise MalformedError("source", source, "want publisher or publisher@instance")
    if source.endswith(ALL) and verb is Verb.READ:
        raise MalformedError("source", source, "for reading name each source, or * for all")
