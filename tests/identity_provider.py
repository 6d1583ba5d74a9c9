"""An OpenID Connect provider on loopback, for tests: small, and what it says can be bent."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "one"})
SECRET = "a secret of the test, of 32 bytes"  # noqa: S105 - of the test


@dataclass
class FakeProvider:
    """A provider: what it says can be bent.

    Attributes:
        clock: What time it is for it.
        url: Its issuer.
        claims: What it says besides, or instead.
        key: What it signs with.
        algorithm: How.
        challenges: The PKCE challenge of each code that it gave.
    """

    clock: Callable[[], datetime]
    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    key: Any = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    challenges: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def log_in(self, url: str) -> tuple[str, str]:
        """Do as a browser at the provider: return the state and the code to come back with."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(url).query).items()}
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
        now = int(self.clock().timestamp())
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


@contextmanager
def provided(clock: Callable[[], datetime]) -> Iterator[FakeProvider]:
    """Run a provider."""
    fake = FakeProvider(clock)

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
