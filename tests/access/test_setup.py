"""The first start."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from access.conftest import HOME, NOW, PASSWORD, Office
from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.forms import NewOrganisation
from cure.access.principal import Scope, local
from cure.errors import ForbiddenError, MalformedError, UnauthenticatedError


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Accounts]:
    with Audit(tmp_path) as audit, Accounts(tmp_path, audit) as accounts:
        yield accounts


def test_there_is_no_account_at_first(fresh: Accounts):
    assert fresh.is_empty()


def test_the_link_makes_the_first_administrator_who_does_not_read(fresh: Accounts):
    fresh.setup.use(fresh.setup.link(NOW), "soc", "rin@soc", PASSWORD, NOW)
    token = fresh.sessions.open("rin@soc", PASSWORD, "", NOW, HOME)
    who = fresh.authenticate(str(token), NOW, HOME)

    assert who.operates
    assert Scope.ADMIN in who.scopes
    with pytest.raises(ForbiddenError):
        who.audience()


def test_the_link_is_good_once_and_for_an_hour(fresh: Accounts):
    replaced, late = fresh.setup.link(NOW), fresh.setup.link(NOW)
    for token, at in ((replaced, NOW), (late, NOW + timedelta(hours=1)), ("guess", NOW)):
        with pytest.raises(UnauthenticatedError):
            fresh.setup.use(token, "soc", "rin@soc", PASSWORD, at)
    with pytest.raises(MalformedError):  # a slip does not spend it
        fresh.setup.use(late, "soc", "rin@soc", "short", NOW)
    fresh.setup.use(late, "soc", "rin@soc", PASSWORD, NOW)
    with pytest.raises(UnauthenticatedError):
        fresh.setup.use(late, "other", "ken@other", PASSWORD, NOW)


def test_a_link_made_by_a_clock_that_was_wrong_is_not_good_for_years(fresh: Accounts):
    link = fresh.setup.link(NOW + timedelta(days=3650))

    with pytest.raises(UnauthenticatedError):
        fresh.setup.use(link, "soc", "rin@soc", PASSWORD, NOW)


def test_the_link_is_of_no_use_once_there_is_an_organisation(office: Office):
    link = office.accounts.setup.link(NOW)

    with pytest.raises(UnauthenticatedError):
        office.accounts.setup.use(link, "evil", "rin@evil", PASSWORD, NOW)
    assert office.accounts.organisations.called("evil") is None


def test_the_first_organisation_operates_and_no_other(fresh: Accounts):
    by = local("soc")
    with pytest.raises(MalformedError, match="first organisation"):
        fresh.organisations.add(by, NewOrganisation(name="bank"), NOW)
    fresh.organisations.add(by, NewOrganisation(name="soc", operates=True), NOW)
    with pytest.raises(MalformedError, match="first organisation"):
        fresh.organisations.add(by, NewOrganisation(name="bank", operates=True), NOW)


def test_nobody_else_may_read_the_files(office: Office):
    for file in office.directory.iterdir():
        assert not file.stat().st_mode & 0o077, file
