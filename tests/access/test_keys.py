"""Keys: made once, shown once, and dead at once."""

import time
from datetime import timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.conftest import HOME, NOW, OPERATOR, Office
from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.forms import NewKey, read_form
from cure.access.grants import Verb
from cure.access.keys import KEY, SESSION, new_token, read_token
from cure.access.principal import Scope
from cure.errors import ForbiddenError, LockedError, MalformedError, UnauthenticatedError
from cure.model import Tlp

WRONG = "cure_abcdefgh_" + "a" * 43


def test_a_token_is_read_as_it_is_written():
    for kind in (KEY, SESSION):
        token = new_token(kind)

        assert read_token(str(token)) == token
        assert len(token.secret) == 43
        assert token.secret not in repr(token)


@given(st.text(max_size=80))
def test_other_texts_are_no_tokens(text: str):
    assert read_token(text) is None
    assert read_token(str(new_token()) + text) is None or not text


def test_only_hashes_of_keys_are_stored(office: Office):
    _, token = office.key()
    secret = token.rpartition("_")[2]
    office.who(token)
    office.audit.flush()

    for file in office.directory.iterdir():
        assert secret.encode() not in file.read_bytes(), file


def test_a_key_is_shown_once(office: Office):
    key_id, token = office.key()

    told = repr(office.accounts.keys.of(OPERATOR, "bank"))
    assert key_id in told
    assert token.rpartition("_")[2] not in told


def test_a_key_is_good_for_a_year_at_most():
    with pytest.raises(MalformedError, match="<= 365"):
        read_form({"organisation": "bank", "days": 366}, NewKey)


def test_an_expired_key_is_dead_and_only_its_holder_is_told_why(office: Office):
    _, token = office.key(days=30)
    late = NOW + timedelta(days=30)

    assert office.who(token, late - timedelta(seconds=1)).organisation == "bank"
    with pytest.raises(UnauthenticatedError, match="expired"):
        office.who(token, late)
    with pytest.raises(UnauthenticatedError, match="these credentials are not accepted"):
        office.who(token[:-1] + ("a" if token[-1] != "a" else "b"), late)


def test_a_revoked_key_is_dead_at_once(office: Office):
    key_id, token = office.key()
    who = office.who(token)
    assert office.accounts.is_live(who, NOW, HOME)

    office.accounts.keys.revoke(OPERATOR, key_id, NOW)

    with pytest.raises(UnauthenticatedError, match="revoked"):
        office.who(token)
    assert not office.accounts.is_live(who, NOW, HOME)


def test_a_key_revoked_by_another_process_is_dead_at_once(office: Office):
    key_id, token = office.key()
    office.who(token)
    before = office.accounts.policy_version
    with Audit(office.directory) as audit, Accounts(office.directory, audit) as elsewhere:
        elsewhere.keys.revoke(OPERATOR, key_id, NOW)

    assert office.accounts.policy_version == before + 1
    with pytest.raises(UnauthenticatedError, match="revoked"):
        office.who(token)


def test_two_keys_are_live_while_one_is_rotated(office: Office):
    key_id, token = office.key(scopes=frozenset({Scope.PUBLISH}), days=90)
    made, fresh = office.accounts.keys.rotate(OPERATOR, key_id, NOW)

    assert office.who(token).scopes == office.who(str(fresh)).scopes == {Scope.PUBLISH}
    assert made.expires_at == NOW + timedelta(days=90)
    with pytest.raises(UnauthenticatedError, match="expired"):
        office.who(token, NOW + timedelta(days=7))
    with pytest.raises(ForbiddenError, match="rotated already"):
        office.accounts.keys.rotate(OPERATOR, key_id, NOW)


@pytest.mark.parametrize("address", ["192.0.2.77", "::ffff:192.0.2.77", "2001:db8::7"])
def test_a_key_bound_to_networks_is_good_from_there(office: Office, address: str):
    _, token = office.key(networks=("192.0.2.0/24", "2001:db8::/32"))

    assert office.who(token, address=address).organisation == "bank"


@pytest.mark.parametrize("address", ["198.51.100.1", "2001:db9::7", "", "unix"])
def test_a_key_bound_to_networks_is_not_good_from_elsewhere(office: Office, address: str):
    _, token = office.key(networks=("192.0.2.0/24", "2001:db8::/32"))

    with pytest.raises(UnauthenticatedError, match="not for use from here"):
        office.who(token, address=address)


def test_a_network_that_is_none_is_refused(office: Office):
    with pytest.raises(MalformedError, match="network"):
        office.key(networks=("192.0.2.1/24",))


def test_unknown_key_and_wrong_secret_are_told_alike(office: Office):
    _, token = office.key()
    kind, public_id, secret = token.split("_")
    wrong = [
        f"{kind}_{public_id}_{'a' * 43}",
        f"{kind}_zzzzzzzz_{secret}",
        f"cure-session_{public_id}_{secret}",
        "cure_",
        "",
    ]

    said: set[str] = set()
    for text in wrong:
        with pytest.raises(UnauthenticatedError) as caught:
            office.who(text)
        said.add(f"{caught.value.code}: {caught.value}")
    assert len(said) == 1


def test_unknown_key_and_wrong_secret_take_as_long(office: Office):
    _, token = office.key()
    wrong_secret = token[:-43] + "a" * 43
    took: dict[str, list[float]] = {wrong_secret: [], WRONG: []}
    for number in range(1000):
        for text, times in took.items():
            began = time.perf_counter()
            with pytest.raises(UnauthenticatedError):
                office.who(text, address=f"192.0.{number // 250}.{number % 250}")
            times.append(time.perf_counter() - began)

    one, other = sorted(median(times) for times in took.values())
    assert other < 2 * one


def test_a_key_may_do_no_more_than_its_user_and_organisation(office: Office):
    office.user("rin@bank", Scope.READ, tlp="TLP:GREEN")
    _, token = office.key(user="rin@bank", scopes=frozenset({Scope.READ, Scope.PUBLISH}))

    who = office.who(token)
    assert (who.user, who.scopes, who.tlp) == ("rin@bank", {Scope.READ}, Tlp.GREEN)


def test_a_key_publishes_what_it_and_its_organisation_may(office: Office):
    office.accounts.grants.add(OPERATOR, Verb.PUBLISH, "bank", ["cowrie@*", "exist"], NOW)
    _, token = office.key(
        scopes=frozenset({Scope.PUBLISH}), publishes=frozenset({"cowrie@tokyo", "nicter"})
    )

    who = office.who(token)
    assert who.publishes == {"cowrie@tokyo"}
    assert office.accounts.may_publish(who, "cowrie@tokyo")
    assert not office.accounts.may_publish(who, "exist")


def test_wrong_keys_from_one_address_are_slowed_down_and_good_ones_are_not(office: Office):
    _, token = office.key()
    for _ in range(120):
        with pytest.raises(UnauthenticatedError):
            office.who(WRONG)
    with pytest.raises(LockedError):
        office.who(WRONG)

    assert office.who(token).organisation == "bank"


def test_wrong_keys_are_audited(office: Office):
    with pytest.raises(UnauthenticatedError):
        office.who(WRONG)

    *_, last = [one.entry for one in office.audit.entries()]
    assert (last.action, last.credential, last.decision) == ("authenticate", "abcdefgh", "failed")
    assert last.about == HOME
