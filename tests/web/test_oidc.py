"""Logging in over HTTP through a provider, which here is a small one on loopback."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from cure.access.oidc import GOOD_FOR, Provider
from cure.cli.provider import read_provider
from cure.errors import ConfigError
from cure.settings import Settings
from guarded import BY, World, guarded
from identity_provider import SECRET, FakeProvider, provided
from servers import NOW

GOOD = "3f1c9a7de2b04586"
BACK = "https://cure.example.jp/api/v1/oidc/callback"


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with provided(lambda: NOW) as fake:
        yield fake


@pytest.fixture
def world(tmp_path: Path, provider: FakeProvider) -> Iterator[World]:
    trusted = Provider(provider.url, "cure", SECRET, BACK, allow_private=True)
    with guarded(tmp_path, provider=trusted) as world:
        world.accounts.users.bind(BY, "rin@bank", provider.url, "1", world.clock())
        yield world


def start(world: World, **headers: str) -> httpx.Response:
    return world.web.get("/api/v1/oidc/start", follow_redirects=False, headers=headers)


def come_back(world: World, **said: str) -> httpx.Response:
    """Come back as from another site, which is what a browser says then."""
    return world.web.get(
        "/api/v1/oidc/callback",
        params=said,
        follow_redirects=False,
        headers={"Sec-Fetch-Site": "cross-site"},
    )


def begin(world: World, provider: FakeProvider) -> dict[str, str]:
    """Begin a login and do as a browser at the provider: return what to come back with."""
    state, code = provider.log_in(start(world).headers["Location"])
    return {"state": state, "code": code}


def is_refused(world: World, answer: httpx.Response) -> bool:
    return answer.status_code == 401 and "cure" not in world.web.cookies


def test_who_is_bound_gets_a_session(world, provider):
    answer = come_back(world, **begin(world, provider))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    told = world.web.get("/api/v1/me").json()
    assert (told["user"], told["strength"]) == ("rin@bank", "oidc")
    assert told["csrf"]
    assert ("login", "rin@bank", "allowed") in world.audited()


def test_the_provider_is_told_no_more_than_it_needs(world, provider):
    answer = start(world)
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)

    assert asked["redirect_uri"] == [BACK]
    assert asked["scope"] == ["openid"]
    assert "code_verifier" not in asked
    assert provider.url in answer.headers["Location"]
    assert world.web.cookies["cure-oidc"] not in answer.headers["Location"]


def test_behind_tls_the_cookies_are_of_this_host_alone(tmp_path, provider):
    trusted = Provider(provider.url, "cure", SECRET, BACK, allow_private=True)
    with guarded(tmp_path / "tls", provider=trusted, is_secure=True) as by_tls:
        cookie = start(by_tls).headers["Set-Cookie"]

    assert cookie.startswith("__Host-cure-oidc=")
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert part in cookie


# MISP CVE-2026-9084: an account was taken over by whoever had its address elsewhere.
@pytest.mark.parametrize("claims", [{"sub": "2"}, {"sub": "rin@bank"}, {"sub": "rin@example.com"}])
def test_the_same_address_under_another_subject_is_nobody(world, provider, claims):
    provider.claims = claims | {"email": "rin@example.com", "email_verified": True}

    assert is_refused(world, come_back(world, **begin(world, provider)))
    assert world.audited()[-1] == ("login", "unknown", "failed")


def test_the_same_address_and_subject_of_another_issuer_is_nobody(world, provider, tmp_path):
    with provided(world.clock) as other:
        trusted = Provider(other.url, "cure", SECRET, BACK, allow_private=True)
        with guarded(tmp_path / "other", provider=trusted) as there:
            there.accounts.users.bind(BY, "rin@bank", provider.url, "1", there.clock())
            assert is_refused(there, come_back(there, **begin(there, other)))
    provider.claims = {"iss": "https://other.example.com"}
    assert is_refused(world, come_back(world, **begin(world, provider)))
    provider.claims = {}
    back = begin(world, provider)
    assert is_refused(world, come_back(world, **back, iss="https://other.example.com"))


def test_a_state_is_good_once(world, provider):
    back = begin(world, provider)
    binding = world.web.cookies["cure-oidc"]
    assert come_back(world, **back).status_code == 303
    assert "cure-oidc" not in world.web.cookies
    world.web.cookies.clear()
    world.web.cookies.set("cure-oidc", binding)

    assert is_refused(world, come_back(world, **back))


def test_a_login_that_another_browser_began_is_refused(world, provider):
    of_attacker = begin(world, provider)
    world.web.cookies.clear()
    assert is_refused(world, come_back(world, **of_attacker))
    of_attacker = begin(world, provider)
    begin(world, provider)
    assert is_refused(world, come_back(world, **of_attacker))


@pytest.mark.parametrize("claims", [{"nonce": "another"}, {"nonce": None}, {"aud": "somebody"}])
def test_a_word_that_is_not_for_this_login_is_refused(world, provider, claims):
    provider.claims = claims

    assert is_refused(world, come_back(world, **begin(world, provider)))
    assert world.audited()[-1] == ("login", "unknown", "failed")


def test_a_login_that_took_too_long_is_refused(world, provider):
    back = begin(world, provider)
    world.clock.pass_(seconds=GOOD_FOR.total_seconds())

    assert is_refused(world, come_back(world, **back))


def test_a_word_that_has_expired_is_refused(world, provider):
    provider.claims = {"exp": int(NOW.timestamp()) - 120}

    assert is_refused(world, come_back(world, **begin(world, provider)))


def test_a_provider_that_lets_nobody_in_lets_nobody_in(world, provider):
    back = begin(world, provider)

    refused = come_back(world, state=back["state"], error="access_denied")
    assert is_refused(world, refused)
    assert is_refused(world, come_back(world))


def test_whoever_is_locked_is_not_let_in(world, provider):
    world.accounts.users.lock(BY, "rin@bank", world.clock())

    assert is_refused(world, come_back(world, **begin(world, provider)))


def test_a_page_of_another_site_cannot_begin_a_login(world):
    assert start(world, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_an_address_cannot_try_for_ever(world):
    told = [come_back(world, state="x", code="x").status_code for _ in range(30)]

    assert told[0] == 401
    assert told[-1] == 429


def test_a_provider_that_is_not_there_is_no_bug_of_ours(world, provider):
    provider.metadata = {"issuer": "https://other.example.com"}
    answer = start(world)

    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "source")
    assert provider.url not in answer.text


def test_without_a_provider_there_is_no_such_way_in(tmp_path):
    with guarded(tmp_path) as world:
        assert start(world).status_code == 404
        assert come_back(world, state="x", code="x").status_code == 404


def test_an_administrator_binds_an_identity_to_a_user_of_his(world, provider):
    identity = {"iss": provider.url, "sub": "2"}
    for user, status in (("rin@isp", 403), ("rin@bank", 204)):
        path = f"/api/v1/admin/users/{user}/identities"
        assert world.ask("bank admin", "POST", path, json=identity).status_code == status
    provider.claims = {"sub": "2"}
    come_back(world, **begin(world, provider))

    assert world.web.get("/api/v1/me").json()["user"] == "rin@bank"


# The settings ---------------------------------------------------------------------------


def settings(tmp_path: Path, secret: str = GOOD, mode: int = 0o600) -> Settings:
    file = tmp_path / "oidc.secret"
    file.write_text(secret)
    file.chmod(mode)
    return Settings(
        oidc_issuer="https://id.example.jp",
        oidc_client_id="cure",
        oidc_secret_file="oidc.secret",  # noqa: S106 - the name of a file
        public_url="https://cure.example.jp/",
        file=str(tmp_path / "cure.toml"),
    )


def test_there_is_no_provider_unless_the_settings_name_one(tmp_path):
    assert read_provider(Settings()) is None
    found = read_provider(settings(tmp_path))
    assert found == Provider("https://id.example.jp", "cure", GOOD, BACK)


@pytest.mark.parametrize(
    ("secret", "mode", "why"),
    [
        (GOOD, 0o644, "others may read"),
        ("secret", 0o600, "can be guessed"),
        ("changeme-changeme-1", 0o600, "can be guessed"),
        ("", 0o600, "is empty"),
    ],
)
def test_a_weak_or_open_secret_is_refused(tmp_path, secret, mode, why):
    with pytest.raises(ConfigError, match=why):
        read_provider(settings(tmp_path, secret, mode))


def test_half_a_provider_or_one_in_clear_text_is_refused():
    with pytest.raises(ConfigError, match="want all of"):
        read_provider(Settings(oidc_issuer="https://id.example.jp"))
    whole = {"oidc_client_id": "cure", "oidc_secret_file": "x", "public_url": "http://127.0.0.1"}
    with pytest.raises(ConfigError, match="want https"):
        read_provider(Settings(oidc_issuer="http://id.example.jp", **whole))
