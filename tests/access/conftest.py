"""What the tests of access start from: two organisations, and some of their people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.forms import NewKey, NewOrganisation, NewUser
from cure.access.narrowing import principal_of
from cure.access.principal import Principal, Scope, local
from cure.model import Confidentiality

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOME = "192.0.2.1"
PASSWORD = "seven green lanterns"  # noqa: S105 - of the tests
OPERATOR = local("soc")


@dataclass
class Office:
    """Accounts in a directory, with what tests do most."""

    directory: Path
    audit: Audit
    accounts: Accounts

    def user(self, name: str, *scopes: Scope, **limits: object) -> Principal:
        """Add a user, and return him as he is once logged in."""
        wanted = NewUser(name=name, scopes=frozenset(scopes or (Scope.READ,)), **limits)  # pyright: ignore[reportArgumentType]
        user = self.accounts.users.add(OPERATOR, wanted, NOW)
        agreement = self.accounts.organisations.named(user.organisation)
        return principal_of(agreement, user, None, credential="ABCD1234", strength="totp")

    def key(self, organisation: str = "bank", **said: object) -> tuple[str, str]:
        """Make a key, and return its id and its token."""
        wanted = NewKey(organisation=organisation, **said)  # pyright: ignore[reportArgumentType]
        made, token = self.accounts.keys.add(OPERATOR, wanted, NOW)
        return made.id, str(token)

    def who(self, token: str, at: datetime = NOW, address: str = HOME) -> Principal:
        return self.accounts.authenticate(token, at, address)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Audit(tmp_path) as audit, Accounts(tmp_path, audit) as accounts:
        organisations = accounts.organisations
        organisations.add(OPERATOR, NewOrganisation(name="soc", operates=True), NOW)
        bank = NewOrganisation(
            name="bank",
            tlp="TLP:AMBER",
            confidentiality=Confidentiality.LEVEL_2,
            groups=frozenset({"isac"}),
        )
        organisations.add(OPERATOR, bank, NOW)
        organisations.add(OPERATOR, NewOrganisation(name="press"), NOW)
        yield Office(tmp_path, audit, accounts)
