"""Logging in through a provider, which here is a small one on loopback that may lie."""

import asyncio
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from access.conftest import HOME, NOW, OPERATOR, Office
from cure.access.oidc import Begun, Oidc, Provider
from cure.errors import SourceError, UnauthenticatedError

KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
SECRET = "a secret of the test, of 32 bytes"  # noqa: S105 - of the test


@dataclass
class FakeProvider:
    """A provider: what it says can be bent.

    Attributes:
        url: Its issuer.
        claims: What it says besides, or instead.
        key: What it signs with.
        algorithm: How.
        challenges: The PKCE challenge of each code that it gave.
    """

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    key: Any = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    challenges: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def log_in(self, begun: Begun) -> tuple[str, str]:
        """Do as a browser at the provider: return the state and the code to come back with."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(begun.url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = asked
        return asked["state"], code

    def description(self) -> dict[str, str]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        } | self.metadata

    def token(self, question: dict[str, str]) -> dict[str, str] | None:
        asked = self.challenges.pop(question["code"], None)
        digest = sha256(question["code_verifier"].encode()).digest()
        shown = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != shown:
            return None
        now = int(NOW.timestamp())
        claims = {
            "iss": self.url,
            "sub": "1",
            "aud": "cure",
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "email": "rin@example.com",
        } | self.claims
        header = {"alg": self.algorithm, "kid": "one"}
        said = {name: one for name, one in claims.items() if one is not None}
        token = jwt.encode(header, said, self.key, algorithms=[self.algorithm])
        return {"id_token": token, "access_token": "x", "token_type": "Bearer"}


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    fake = FakeProvider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = {
                "/.well-known/openid-configuration": fake.description(),
                "/keys": KeySet([KEY]).as_dict(private=False),
            }.get(self.path)
            self.say(said)

        def do_POST(self) -> None:
            assert self.headers["Authorization"].startswith("Basic ")
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.say(fake.token({name: one[0] for name, one in parse_qs(body).items()}))

        def say(self, said: object) -> None:
            body = json.dumps(said).encode()
            self.send_response(200 if said else 400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...  # pyright: ignore[reportIncompatibleMethodOverride]

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        fake.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield fake
        server.shutdown()


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
    iss, sub = finish(oidc, *provider.log_in(begun), begun.binding)
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
    iss, sub = finish(oidc, *provider.log_in(begun), begun.binding)

    with pytest.raises(UnauthenticatedError):
        office.accounts.sessions.open_as(iss, sub, NOW, HOME)


def test_a_login_ends_once_in_the_browser_where_it_began(provider: FakeProvider):
    oidc = way_in(provider)
    begun, of_attacker = begin(oidc), begin(oidc)
    state, code = provider.log_in(begun)

    for wrong in ((state, code, of_attacker.binding), ("guess", code, begun.binding)):
        with pytest.raises(UnauthenticatedError, match="not begun here"):
            finish(oidc, *wrong)
    begun = begin(oidc)
    back = provider.log_in(begun)
    finish(oidc, *back, begun.binding)
    with pytest.raises(UnauthenticatedError, match="not begun here"):
        finish(oidc, *back, begun.binding)


def test_a_login_that_took_too_long_or_comes_from_another_issuer_is_none(provider: FakeProvider):
    oidc = way_in(provider)
    for said in ({"at": NOW + timedelta(minutes=10)}, {"iss": "https://other.example.com"}):
        begun = begin(oidc)
        with pytest.raises(UnauthenticatedError, match="not begun here"):
            finish(oidc, *provider.log_in(begun), begun.binding, **said)


def test_a_stolen_code_is_of_no_use_without_its_verifier(provider: FakeProvider):
    oidc = way_in(provider)
    _, stolen = provider.log_in(begin(oidc))
    begun = begin(oidc)
    state, _ = provider.log_in(begun)

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
        finish(oidc, *provider.log_in(begun), begun.binding)


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
        finish(oidc, *provider.log_in(begun), begun.binding)


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
