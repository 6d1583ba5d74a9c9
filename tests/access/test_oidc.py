"""Logging in through a provider, which here is a small one on loopback that may lie."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey

from access.conftest import HOME, NOW, OPERATOR, Office
from cure.access.oidc import Begun, Oidc, Provider
from cure.errors import SourceError, UnauthenticatedError
from identity_provider import KEY, SECRET, FakeProvider, provided

OTHER = RSAKey.generate_key(2048, {"kid": "one"})


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with provided(lambda: NOW) as fake:
        yield fake


def way_in(provider: FakeProvider) -> Oidc:
    back = "http://127.0.0.1/back"
    return Oidc(Provider(provider.url, "cure", SECRET, back, allow_private=True))


def begin(oidc: Oidc) -> Begun:
    return asyncio.run(oidc.begin(NOW))


def finish(oidc: Oidc, state: str, code: str, binding: str, **said: Any) -> tuple[str, str]:  # noqa: ANN401 - options
    return asyncio.run(oidc.finish(state, code, binding, said.pop("at", NOW), **said))


def test_who_logs_in_is_known_by_issuer_and_subject(provider: FakeProvider, office: Office):
    oidc = way_in(provider)
    begun = begin(oidc)
    iss, sub = finish(oidc, *provider.log_in(begun.url), begun.binding)
    office.user("rin@bank")
    office.accounts.users.bind(OPERATOR, "rin@bank", iss, sub, NOW)

    token = office.accounts.sessions.open_as(iss, sub, NOW, HOME)
    assert (iss, sub) == (provider.url, "1")
    assert office.who(str(token)).user == "rin@bank"


def test_the_same_address_under_another_subject_is_nobody(provider: FakeProvider, office: Office):
    office.user("rin@bank")
    office.accounts.users.bind(OPERATOR, "rin@bank", provider.url, "1", NOW)
    provider.claims = {"sub": "2", "email": "rin@example.com", "email_verified": True}
    oidc = way_in(provider)
    begun = begin(oidc)
    iss, sub = finish(oidc, *provider.log_in(begun.url), begun.binding)

    with pytest.raises(UnauthenticatedError):
        office.accounts.sessions.open_as(iss, sub, NOW, HOME)


def test_a_login_ends_once_in_the_browser_where_it_began(provider: FakeProvider):
    oidc = way_in(provider)
    begun, of_attacker = begin(oidc), begin(oidc)
    state, code = provider.log_in(begun.url)

    for wrong in ((state, code, of_attacker.binding), ("guess", code, begun.binding)):
        with pytest.raises(UnauthenticatedError, match="not begun here"):
            finish(oidc, *wrong)
    begun = begin(oidc)
    back = provider.log_in(begun.url)
    finish(oidc, *back, begun.binding)
    with pytest.raises(UnauthenticatedError, match="not begun here"):
        finish(oidc, *back, begun.binding)


def test_a_login_that_took_too_long_or_comes_from_another_issuer_is_none(provider: FakeProvider):
    oidc = way_in(provider)
    for said in ({"at": NOW + timedelta(minutes=10)}, {"iss": "https://other.example.com"}):
        begun = begin(oidc)
        with pytest.raises(UnauthenticatedError, match="not begun here"):
            finish(oidc, *provider.log_in(begun.url), begun.binding, **said)


def test_a_stolen_code_is_of_no_use_without_its_verifier(provider: FakeProvider):
    oidc = way_in(provider)
    _, stolen = provider.log_in(begin(oidc).url)
    begun = begin(oidc)
    state, _ = provider.log_in(begun.url)

    with pytest.raises(UnauthenticatedError, match="does not know this login"):
        finish(oidc, state, stolen, begun.binding)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example.com"},
        {"aud": "somebody"},
        {"aud": ["cure", "somebody"], "azp": "somebody"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": int(NOW.timestamp()) - 120},
        {"exp": None},
        {"iat": int(NOW.timestamp()) + 600},
        {"sub": None},
        {"sub": ""},
        {"sub": 1},
    ],
)
def test_a_token_that_is_not_for_this_login_is_refused(
    provider: FakeProvider, claims: dict[str, Any]
):
    provider.claims = claims
    oidc = way_in(provider)
    begun = begin(oidc)

    with pytest.raises(UnauthenticatedError, match="the provider"):
        finish(oidc, *provider.log_in(begun.url), begun.binding)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(OTHER, "RS256"), (OctKey.import_key(SECRET), "HS256"), (KEY, "RS512")],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    provider: FakeProvider, key: object, algorithm: str
):
    provider.key, provider.algorithm = key, algorithm
    oidc = way_in(provider)
    begun = begin(oidc)

    with pytest.raises(UnauthenticatedError, match="does not hold"):
        finish(oidc, *provider.log_in(begun.url), begun.binding)


def test_a_provider_that_says_it_is_another_is_not_asked(provider: FakeProvider):
    provider.metadata = {"issuer": "https://other.example.com"}

    with pytest.raises(SourceError, match="says that it is"):
        begin(way_in(provider))


def test_a_provider_inside_or_in_clear_text_is_not_asked_unless_allowed(provider: FakeProvider):
    inside = provider.url.replace("http:", "https:")
    for url, why in ((provider.url, "want https"), (inside, "not public")):
        oidc = Oidc(Provider(url, "cure", SECRET, "http://127.0.0.1/back"))
        with pytest.raises(SourceError, match=why):
            begin(oidc)
