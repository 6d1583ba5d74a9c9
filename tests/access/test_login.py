"""Logging in: passwords, codes, and what becomes of guesses."""

import base64
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from access.conftest import HOME, NOW, OPERATOR, PASSWORD, Office
from cure.access.forms import NewKey
from cure.access.principal import Scope
from cure.access.totp import STEP_S, code_of
from cure.errors import (
    AccessError,
    ForbiddenError,
    LockedError,
    MalformedError,
    UnauthenticatedError,
)

NAME = "rin@bank"


def logged_in(office: Office, at: datetime = NOW, code: str = "", password: str = PASSWORD) -> str:
    return str(office.accounts.sessions.open(NAME, password, code, at, HOME))


@pytest.fixture
def rin(office: Office) -> Office:
    office.user(NAME, Scope.READ)
    office.accounts.users.set_password(OPERATOR, NAME, PASSWORD, NOW)
    return office


def with_app(office: Office) -> bytes:
    uri = office.accounts.users.new_totp(OPERATOR, NAME, NOW)
    secret = base64.b32decode(parse_qs(urlsplit(uri).query)["secret"][0])
    code = code_of(secret, step_at(NOW))
    office.accounts.users.confirm_totp(OPERATOR, NAME, code, NOW)
    return secret


def step_at(at: datetime) -> int:
    return int(at.timestamp()) // STEP_S


def test_a_user_logs_in_and_is_who_he_is(rin: Office):
    who = rin.who(logged_in(rin))

    assert (who.user, who.organisation, who.strength) == (NAME, "bank", "password")


def test_only_hashes_of_passwords_and_sessions_are_stored(rin: Office):
    session = logged_in(rin).rpartition("_")[2]
    rin.audit.flush()

    for file in rin.directory.iterdir():
        data = file.read_bytes()
        assert PASSWORD.encode() not in data, file
        assert session.encode() not in data, file


def test_a_session_ends_after_twelve_hours_or_one_of_silence(rin: Office):
    token = logged_in(rin)
    for minutes in range(0, 12 * 60, 50):
        rin.who(token, NOW + timedelta(minutes=minutes))
    with pytest.raises(UnauthenticatedError, match="ended"):
        rin.who(token, NOW + timedelta(hours=12))
    idle = logged_in(rin)
    with pytest.raises(UnauthenticatedError, match="ended"):
        rin.who(idle, NOW + timedelta(hours=1))


def test_what_was_begun_by_a_clock_that_was_wrong_does_not_outlive_it(rin: Office):
    wrong = NOW + timedelta(days=3650)
    token = logged_in(rin, wrong)
    with pytest.raises(UnauthenticatedError, match="ended"):
        rin.who(token, NOW)
    assert rin.who(logged_in(rin), NOW - timedelta(minutes=5))  # a little is set back at times


def test_a_lock_by_a_clock_that_was_wrong_does_not_last_for_years(rin: Office):
    wrong = NOW + timedelta(days=3650)
    for number in range(10):
        with pytest.raises(UnauthenticatedError):
            rin.accounts.sessions.open(NAME, "wrong", "", wrong, f"192.0.2.{number}")
    with pytest.raises(LockedError) as locked:
        logged_in(rin, NOW)

    assert locked.value.retry_after_s == 15 * 60
    assert logged_in(rin, NOW + timedelta(minutes=15))


def test_who_logs_out_is_out_at_once(rin: Office):
    token = logged_in(rin)
    rin.accounts.sessions.close(rin.who(token), NOW)

    with pytest.raises(UnauthenticatedError):
        rin.who(token)


def test_a_code_is_asked_for_once_one_was_confirmed(rin: Office):
    secret = with_app(rin)
    later = NOW + timedelta(minutes=5)

    for code in ("", "000000", "１２３４５６"):
        with pytest.raises(UnauthenticatedError):
            logged_in(rin, later, code)
    assert rin.who(logged_in(rin, later, code_of(secret, step_at(later))), later).strength == "totp"


def test_a_code_is_not_good_twice(rin: Office):
    secret = with_app(rin)
    later = NOW + timedelta(minutes=5)
    code = code_of(secret, step_at(later))
    logged_in(rin, later, code)

    with pytest.raises(UnauthenticatedError):
        logged_in(rin, later, code)
    with pytest.raises(UnauthenticatedError):  # nor is one before it
        logged_in(rin, later, code_of(secret, step_at(later) - 1))
    assert logged_in(rin, later, code_of(secret, step_at(later) + 1))


def test_a_thousand_guesses_of_a_code_lock_the_account_and_are_audited(rin: Office):
    secret = with_app(rin)
    began = NOW + timedelta(minutes=5)
    looked_at = 0
    at = began
    for number in range(1000):
        at = began + timedelta(seconds=number)
        address = f"192.0.2.{number % 200}"
        with pytest.raises(AccessError) as caught:
            rin.accounts.sessions.open(NAME, PASSWORD, f"{number:06}", at, address)
        looked_at += isinstance(caught.value, UnauthenticatedError)

    assert looked_at <= 12  # of the first ten, and of one when the first lock had ended
    with pytest.raises(LockedError):  # now even the right one is not looked at
        logged_in(rin, at, code_of(secret, step_at(at)))
    said = [one.entry.decision for one in rin.audit.entries() if one.entry.action == "login"]
    assert len(said) == 1001
    assert set(said) == {"failed", "locked"}
    rin.accounts.users.unlock(OPERATOR, NAME, at)
    assert logged_in(rin, at, code_of(secret, step_at(at)))


def test_guesses_from_one_address_are_limited_whatever_the_name(rin: Office):
    for number in range(20):
        with pytest.raises(UnauthenticatedError):
            rin.accounts.sessions.open(f"u{number}@bank", "x", "", NOW, "2001:db8::1")
    with pytest.raises(LockedError):  # the same customer
        rin.accounts.sessions.open(NAME, PASSWORD, "", NOW, "2001:db8::2")
    assert logged_in(rin)


def test_an_unknown_name_is_refused_and_locked_like_a_known_one(rin: Office):
    said: dict[str, list[str]] = {}
    for name in (NAME, "nobody@bank"):
        for number in range(11):
            at = NOW + timedelta(minutes=number)
            with pytest.raises(AccessError) as caught:
                rin.accounts.sessions.open(name, "wrong", "", at, HOME)
            said.setdefault(name, []).append(str(caught.value))

    assert said[NAME] == said["nobody@bank"]


def test_a_name_that_may_be_a_password_is_not_audited(rin: Office):
    with pytest.raises(UnauthenticatedError):
        rin.accounts.sessions.open(PASSWORD, "rin@bank", "", NOW, HOME)

    *_, last = [one.entry for one in rin.audit.entries()]
    assert (last.action, last.principal) == ("login", "unknown")


def test_a_locked_user_is_out_with_session_and_key(rin: Office):
    session = logged_in(rin)
    _, key = rin.key(user=NAME)
    rin.accounts.users.lock(OPERATOR, NAME, NOW)

    for token in (session, key):
        with pytest.raises(UnauthenticatedError):
            rin.who(token)
    with pytest.raises(UnauthenticatedError):
        logged_in(rin)
    rin.accounts.users.unlock(OPERATOR, NAME, NOW)
    assert rin.who(key).user == NAME


def test_deleting_a_user_kills_keys_and_sessions(rin: Office):
    session = logged_in(rin)
    _, key = rin.key(user=NAME)
    rin.accounts.users.bind(OPERATOR, NAME, "https://id.example.com", "1", NOW)
    alive = [rin.who(session), rin.who(key)]

    rin.accounts.users.remove(OPERATOR, NAME, NOW)

    for token in (session, key):
        with pytest.raises(UnauthenticatedError):
            rin.who(token)
    assert not any(rin.accounts.is_live(who, NOW, HOME) for who in alive)
    with pytest.raises(UnauthenticatedError):
        rin.accounts.sessions.open_as("https://id.example.com", "1", NOW, HOME)


def test_a_new_password_ends_every_session(rin: Office):
    session = logged_in(rin)
    rin.accounts.users.set_password(OPERATOR, NAME, "eight blue lanterns", NOW)

    with pytest.raises(UnauthenticatedError):
        rin.who(session)
    assert logged_in(rin, password="eight blue lanterns")  # noqa: S106 - of the test


def test_ones_own_password_is_changed_with_the_old_one_and_not_by_a_key(rin: Office):
    users, new = rin.accounts.users, "eight blue lanterns"
    me = rin.who(logged_in(rin))
    with pytest.raises(UnauthenticatedError):
        users.set_password(me, NAME, new, NOW, old="wrong")
    _, key = rin.key(user=NAME)
    with pytest.raises(ForbiddenError):
        users.set_password(rin.who(key), NAME, new, NOW, old=PASSWORD)
    users.set_password(me, NAME, new, NOW, old=PASSWORD)
    assert logged_in(rin, password=new)


def test_codes_are_not_replaced_by_whoever_holds_the_session(rin: Office):
    secret = with_app(rin)
    later = NOW + timedelta(minutes=5)
    me = rin.who(logged_in(rin, later, code_of(secret, step_at(later))), later)

    with pytest.raises(ForbiddenError):
        rin.accounts.users.new_totp(me, NAME, later)
    with pytest.raises(UnauthenticatedError):
        rin.accounts.users.drop_totp(me, NAME, later, "000000")
    rin.accounts.users.drop_totp(me, NAME, later, code_of(secret, step_at(later) + 1))


def test_nobody_locks_anothers_account_by_guessing_for_him(rin: Office):
    other = rin.user("kim@press")
    for _ in range(20):
        with pytest.raises(ForbiddenError):
            rin.accounts.users.confirm_totp(other, NAME, "000000", NOW)
        with pytest.raises(ForbiddenError):
            rin.accounts.users.drop_totp(other, NAME, NOW, "000000")

    assert logged_in(rin)


def test_a_user_makes_a_key_for_himself_that_does_no_more_than_he(rin: Office):
    me = rin.who(logged_in(rin))
    made, token = rin.accounts.keys.add(me, NewKey(organisation="bank", user=NAME), NOW)

    assert [one.id for one in rin.accounts.keys.own(me)] == [made.id]
    wanted = NewKey(organisation="bank", user=NAME, scopes=frozenset({Scope.PUBLISH}))
    with pytest.raises(ForbiddenError):
        rin.accounts.keys.add(me, wanted, NOW)
    with pytest.raises(ForbiddenError):  # no key begets a key
        rin.accounts.keys.add(rin.who(str(token)), NewKey(organisation="bank", user=NAME), NOW)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "PassWord1234",
        "aaaaaaaaaaaaaaaa",
        "rin@bank",
        "rinrinrinbank1",
        "x" * 300,
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_and_not_repeated(rin: Office, password: str):
    with pytest.raises(MalformedError) as caught:
        rin.accounts.users.set_password(OPERATOR, NAME, password, NOW)
    assert password not in str(caught.value)


def test_an_identity_is_bound_by_issuer_and_subject(rin: Office):
    users, sessions = rin.accounts.users, rin.accounts.sessions
    users.bind(OPERATOR, NAME, "https://id.example.com", "1", NOW)

    token = str(sessions.open_as("https://id.example.com", "1", NOW, HOME))
    assert (rin.who(token).user, rin.who(token).strength) == (NAME, "oidc")
    for iss, sub in (("https://id.example.com", "2"), ("https://other.example.com", "1")):
        with pytest.raises(UnauthenticatedError):
            sessions.open_as(iss, sub, NOW, HOME)
    with pytest.raises(MalformedError, match="belongs to a user"):
        users.bind(OPERATOR, NAME, "https://id.example.com", "1", NOW)
