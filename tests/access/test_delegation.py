"""Administrators of organisations: what they may hand out, and to whom."""

from collections.abc import Callable

import pytest

from access.conftest import NOW, OPERATOR, PASSWORD, Office
from cure.access.forms import (
    NewKey,
    NewOrganisation,
    NewUser,
    OrganisationChange,
    UserChange,
    read_form,
)
from cure.access.grants import Verb
from cure.access.principal import Principal, Scope
from cure.errors import AccessError, ForbiddenError, MalformedError
from cure.model import Confidentiality

Deed = Callable[[Office, Principal], object]
ADMIN = (Scope.READ, Scope.ADMIN)

ACROSS: dict[str, Deed] = {
    "users of": lambda o, by: o.accounts.users.of(by, "press"),
    "get user": lambda o, by: o.accounts.users.get(by, "kim@press"),
    "add user": lambda o, by: o.accounts.users.add(by, NewUser(name="new@press"), NOW),
    "change user": lambda o, by: o.accounts.users.change(by, "kim@press", UserChange(), NOW),
    "password": lambda o, by: o.accounts.users.set_password(by, "kim@press", PASSWORD, NOW),
    "new totp": lambda o, by: o.accounts.users.new_totp(by, "kim@press", NOW),
    "drop totp": lambda o, by: o.accounts.users.drop_totp(by, "kim@press", NOW),
    "bind": lambda o, by: o.accounts.users.bind(by, "kim@press", "https://i", "s", NOW),
    "lock": lambda o, by: o.accounts.users.lock(by, "kim@press", NOW),
    "unlock": lambda o, by: o.accounts.users.unlock(by, "kim@press", NOW),
    "remove user": lambda o, by: o.accounts.users.remove(by, "kim@press", NOW),
    "keys of": lambda o, by: o.accounts.keys.of(by, "press"),
    "add key": lambda o, by: o.accounts.keys.add(by, NewKey(organisation="press"), NOW),
    "add key for": lambda o, by: o.accounts.keys.add(
        by, NewKey(organisation="press", user="kim@press"), NOW
    ),
    "grants of": lambda o, by: o.accounts.grants.of(by, "press"),
    "get organisation": lambda o, by: o.accounts.organisations.get(by, "press"),
}
UPWARD: dict[str, Deed] = {
    "add organisation": lambda o, by: o.accounts.organisations.add(
        by, NewOrganisation(name="new"), NOW
    ),
    "change his own": lambda o, by: o.accounts.organisations.change(
        by, "bank", OrganisationChange(tlp="TLP:RED"), NOW
    ),
    "remove organisation": lambda o, by: o.accounts.organisations.remove(by, "press", NOW),
    "grant": lambda o, by: o.accounts.grants.add(by, Verb.READ, "bank", ["cowrie"], NOW),
    "revoke grant": lambda o, by: o.accounts.grants.remove(by, Verb.READ, "bank", ["x"], NOW),
    "operator's password": lambda o, by: o.accounts.users.set_password(
        by, "root@soc", PASSWORD, NOW
    ),
    "operator's key": lambda o, by: o.accounts.keys.add(by, NewKey(organisation="soc"), NOW),
    "more scopes": lambda o, by: o.accounts.users.change(
        by, "low@bank", UserChange(scopes=frozenset({Scope.AUDIT})), NOW
    ),
    "more marking": lambda o, by: o.accounts.users.change(
        by, "low@bank", UserChange(tlp="TLP:RED"), NOW
    ),
    "more 機密性": lambda o, by: o.accounts.users.change(
        by, "low@bank", UserChange(confidentiality=Confidentiality.LEVEL_3), NOW
    ),
    "more groups": lambda o, by: o.accounts.users.change(
        by, "low@bank", UserChange(groups=frozenset({"isac", "inner"})), NOW
    ),
    "his own scopes": lambda o, by: o.accounts.users.change(
        by, by.user, UserChange(scopes=frozenset({Scope.READ, Scope.ADMIN})), NOW
    ),
    "his own removal": lambda o, by: o.accounts.users.remove(by, by.user, NOW),
    "key with more": lambda o, by: o.accounts.keys.add(
        by, NewKey(organisation="bank", scopes=frozenset({Scope.METRICS})), NOW
    ),
    "key of another's user": lambda o, by: o.accounts.keys.add(
        by, NewKey(organisation="bank", user="root@soc"), NOW
    ),
}


@pytest.fixture
def people(office: Office) -> Principal:
    office.user("root@soc", *Scope)
    office.user("kim@press")
    office.user("low@bank")
    return office.user("boss@bank", *ADMIN)


@pytest.mark.parametrize("deed", ACROSS)
def test_an_organisations_administrator_touches_no_other_organisation(
    office: Office, people: Principal, deed: str
):
    with pytest.raises(ForbiddenError) as caught:
        ACROSS[deed](office, people)
    known = str(caught.value)
    office.accounts.users.remove(OPERATOR, "kim@press", NOW)

    # And he is not told whether what he asks for is there.
    with pytest.raises(ForbiddenError) as caught:
        ACROSS[deed](office, people)
    assert str(caught.value) == known


@pytest.mark.parametrize("deed", UPWARD)
def test_an_organisations_administrator_raises_nobody_above_himself(
    office: Office, people: Principal, deed: str
):
    before = office.accounts.users.named("low@bank"), office.accounts.organisations.named("bank")

    with pytest.raises((ForbiddenError, MalformedError)):
        UPWARD[deed](office, people)
    after = office.accounts.users.named("low@bank"), office.accounts.organisations.named("bank")
    assert before == after


@pytest.mark.parametrize("deed", [*ACROSS, *UPWARD])
def test_who_is_no_administrator_manages_nobody(office: Office, people: Principal, deed: str):
    low = office.user("other@bank", Scope.READ, Scope.PUBLISH)

    assert people.user == "boss@bank"
    with pytest.raises((AccessError, MalformedError)):
        (ACROSS | UPWARD)[deed](office, low)


def test_an_administrator_with_less_manages_no_colleague_with_more(office: Office):
    less = office.user("less@bank", Scope.ADMIN, tlp="TLP:GREEN")
    office.user("more@bank")

    for deed in (
        lambda: office.accounts.users.set_password(less, "more@bank", PASSWORD, NOW),
        lambda: office.accounts.users.add(less, NewUser(name="new@bank"), NOW),
        lambda: office.accounts.keys.add(less, NewKey(organisation="bank"), NOW),
    ):
        with pytest.raises(ForbiddenError, match="at most TLP:GREEN"):
            deed()
    assert office.accounts.users.add(
        less, NewUser(name="n@bank", tlp="TLP:GREEN", groups=None), NOW
    )


def test_an_administrator_manages_colleagues_within_the_agreement(office: Office):
    boss = office.user("boss@bank", *ADMIN)
    users, keys = office.accounts.users, office.accounts.keys
    users.add(boss, NewUser(name="rin@bank", scopes=frozenset({Scope.PUBLISH})), NOW)
    users.set_password(boss, "rin@bank", PASSWORD, NOW)
    made, _ = keys.add(boss, NewKey(organisation="bank", user="rin@bank"), NOW)
    keys.revoke(boss, made.id, NOW)
    users.remove(boss, "rin@bank", NOW)

    assert [one.name for one in users.of(boss, "bank")] == ["boss@bank"]


def test_an_administrator_of_this_installation_does_not_read(office: Office):
    root = office.user("root@soc", Scope.ADMIN)

    with pytest.raises(ForbiddenError):
        root.audience()


def test_a_key_of_another_organisation_is_told_as_one_that_is_not_there(office: Office):
    boss = office.user("boss@bank", *ADMIN)
    theirs, _ = office.key("press")

    said: list[str] = []
    for key_id in (theirs, "zzzzzzzz"):
        for deed in (office.accounts.keys.revoke, office.accounts.keys.rotate):
            with pytest.raises(MalformedError) as caught:
                deed(boss, key_id, NOW)
            said.append(str(caught.value).replace(key_id, "ID"))
    assert len(set(said)) == 1
    assert office.accounts.keys.of(OPERATOR, "press")[0].revoked_at is None


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (NewUser, {"name": "rin@bank", "is_locked": False}),
        (NewUser, {"name": "rin@bank", "organisation": "soc"}),
        (NewUser, {"name": "rin@bank", "operates": True}),
        (NewUser, {"name": "rin"}),
        (NewUser, {"name": "rin@bank@soc"}),
        (NewUser, {"name": "rin@bank\n"}),
        (NewUser, {"name": "rin@bank", "scopes": ["root"]}),
        (UserChange, {"name": "other@bank"}),
        (UserChange, {"made_at": "2020-01-01T00:00:00Z"}),
        (OrganisationChange, {"operates": True}),
        (OrganisationChange, {"reads": ["cowrie"]}),
        (NewOrganisation, {"name": "group:isac"}),
        (NewOrganisation, {"name": "new", "publishes": ["cowrie"]}),
        (NewKey, {"organisation": "bank", "expires_at": "2099-01-01T00:00:00Z"}),
        (NewKey, {"organisation": "bank", "id": "abcdefgh"}),
        (NewKey, {"organisation": "bank", "days": 0}),
    ],
)
def test_unknown_and_forbidden_fields_are_refused(form: type, said: object):
    with pytest.raises(MalformedError):
        read_form(said, form)


def test_nobody_but_the_operator_may_audit_rate_or_measure(office: Office):
    for scope in (Scope.AUDIT, Scope.RATE, Scope.METRICS):
        with pytest.raises(ForbiddenError, match="bank may have"):
            office.user("rin@bank", scope)


def test_a_change_that_is_denied_changes_nothing_and_is_audited(office: Office):
    boss = office.user("boss@bank", *ADMIN)
    version = office.accounts.policy_version
    with pytest.raises(ForbiddenError):
        office.accounts.users.add(boss, NewUser(name="new@press"), NOW)

    *_, last = [one.entry for one in office.audit.entries()]
    assert (last.principal, last.action, last.about) == ("boss@bank", "user.add", "new@press")
    assert last.decision == "denied"
    assert office.accounts.policy_version == version


def test_a_name_is_never_given_twice(office: Office):
    office.user("rin@bank")
    with pytest.raises(MalformedError, match="taken"):
        office.user("rin@bank")
    office.accounts.users.remove(OPERATOR, "rin@bank", NOW)
    with pytest.raises(MalformedError, match="taken"):
        office.user("rin@bank")
    office.accounts.organisations.remove(OPERATOR, "press", NOW)
    with pytest.raises(MalformedError, match="taken"):
        office.accounts.organisations.add(OPERATOR, NewOrganisation(name="press"), NOW)


def test_a_source_belongs_to_who_published_it_first(office: Office):
    grants = office.accounts.grants
    grants.add(OPERATOR, Verb.PUBLISH, "bank", ["cowrie@tokyo", "maltrail@*"], NOW)

    for source in ("cowrie@tokyo", "cowrie@*", "maltrail@1", "maltrail@*"):
        with pytest.raises(MalformedError, match="belongs to bank"):
            grants.add(OPERATOR, Verb.PUBLISH, "press", [source], NOW)
    grants.remove(OPERATOR, Verb.PUBLISH, "bank", ["cowrie@tokyo"], NOW)
    with pytest.raises(MalformedError, match="belongs to bank"):
        grants.add(OPERATOR, Verb.PUBLISH, "press", ["cowrie@tokyo"], NOW)
    grants.add(OPERATOR, Verb.PUBLISH, "press", ["cowrie@osaka"], NOW)
    assert grants.owner_of("cowrie@osaka") == "press"
    assert grants.owner_of("maltrail@2") == "bank"


def test_even_the_operator_does_not_publish_as_a_source_of_others(office: Office):
    office.accounts.grants.add(OPERATOR, Verb.PUBLISH, "bank", ["cowrie"], NOW)

    assert office.accounts.may_publish(OPERATOR, "exist")
    assert not office.accounts.may_publish(OPERATOR, "cowrie")


def test_a_grant_holds_at_once_and_ends_at_once(office: Office):
    _, token = office.key()
    grants = office.accounts.grants
    assert office.who(token).sources == frozenset()
    grants.add(OPERATOR, Verb.READ, "bank", ["cowrie"], NOW)
    assert office.who(token).sources == {"cowrie"}
    grants.add(OPERATOR, Verb.READ, "bank", ["*"], NOW)
    assert office.who(token).sources is None
    grants.remove(OPERATOR, Verb.READ, "bank", ["*"], NOW)
    assert office.who(token).sources == {"cowrie"}
