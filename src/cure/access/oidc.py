"""Logging in through a provider: OpenID Connect, authorization code with PKCE.

Who comes back is known by what the provider calls him, (iss, sub), and by nothing that he could
have chosen himself, such as an address.
Source: OpenID Connect Core 1.0, 3.1; RFC 7636 (PKCE); RFC 9207 (the issuer in the answer).
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from cure.errors import SourceError, UnauthenticatedError
from cure.origins.egress import Guarded

GOOD_FOR = timedelta(minutes=10)
"""So long somebody may take to log in at the provider."""
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_LEEWAY_S = 60
_MAX_PENDING = 10_000
_MAX_BYTES = 1 << 20
_TIMEOUT_S = 10.0
Form = TypeVar("Form")


class Provider(NamedTuple):
    """A provider, as the operator has agreed with it.

    Attributes:
        issuer: Its URL.
        client_id: What it calls this installation.
        client_secret: By what it knows that it is this installation.
        redirect_uri: Where it sends people back to.
        allow_private: Whether it may be on an inside address.
    """

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    allow_private: bool = False


class Begun(NamedTuple):
    """A login that has begun.

    Attributes:
        url: Where the browser is sent.
        binding: To be kept in a cookie of the browser, and shown again at the end.
    """

    url: str
    binding: str


class _Metadata(msgspec.Struct):
    """The part of a provider's description that we use."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Answer(msgspec.Struct):
    """The part of the answer of the token endpoint that we use."""

    id_token: str


_decode_metadata = msgspec.json.Decoder(_Metadata).decode
_decode_answer = msgspec.json.Decoder(_Answer).decode
_decode_keys = msgspec.json.Decoder(dict[str, Any]).decode


class _Pending(NamedTuple):
    """What is remembered of a login until the browser comes back."""

    nonce: str
    verifier: str
    binding: str
    expires_at: datetime


class Oidc:
    """The way in through one provider."""

    def __init__(self, provider: Provider) -> None:
        """Trust a provider."""
        self._provider = provider
        self._pending: OrderedDict[str, _Pending] = OrderedDict()

    async def begin(self, at: datetime) -> Begun:
        """Begin a login.

        Raises:
            SourceError: If the provider cannot be asked, or is another than it says.
        """
        metadata = await self._metadata()
        state, verifier, nonce, binding = (secrets.token_urlsafe(32) for _ in range(4))
        self._pending[state] = _Pending(nonce, verifier, binding, at + GOOD_FOR)
        if len(self._pending) > _MAX_PENDING:
            self._pending.popitem(last=False)
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
        question = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._provider.client_id,
            "redirect_uri": self._provider.redirect_uri,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        there = metadata.authorization_endpoint
        return Begun(f"{there}{'&' if '?' in there else '?'}{urlencode(question)}", binding)

    async def finish(
        self, state: str, code: str, binding: str, at: datetime, iss: str | None = None
    ) -> tuple[str, str]:
        """Return who has logged in: issuer and subject.

        Args:
            state: What stood in the URL to which the browser came back.
            code: Likewise.
            binding: What stood in its cookie.
            at: When.
            iss: What stood in the URL as the issuer; None: nothing did.

        Raises:
            UnauthenticatedError: If this is not the end of a login that began in this browser,
                or the provider says otherwise.
            SourceError: If the provider cannot be asked.
        """
        pending = self._pending.pop(state, None)
        if (
            pending is None
            or pending.expires_at <= at
            or not hmac.compare_digest(pending.binding.encode(), binding.encode())
            or iss not in {None, self._provider.issuer}
        ):
            raise UnauthenticatedError("this login was not begun here, or too long ago")
        if not code:
            raise UnauthenticatedError("the provider has let nobody in")
        metadata = await self._metadata()
        question = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._provider.redirect_uri,
            "code_verifier": pending.verifier,
        }
        answer = await self._ask(metadata.token_endpoint, _decode_answer, question)
        keys = await self._ask(metadata.jwks_uri, _decode_keys)
        return self._provider.issuer, self._subject(answer.id_token, keys, pending.nonce, at)

    def _subject(self, token: str, keys: dict[str, Any], nonce: str, at: datetime) -> str:
        """Return of whom a token speaks, once it is found to be for us, now, and for this login."""
        registry = jwt.JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._provider.issuer},
            aud={"essential": True, "value": self._provider.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
        )
        try:
            decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)  # pyright: ignore[reportArgumentType] - it checks the form
            registry.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise UnauthenticatedError("the provider's word does not hold") from error
        claims = decoded.claims
        if claims.get("azp", self._provider.client_id) != self._provider.client_id:
            raise UnauthenticatedError("the provider's word is for somebody else")
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject:
            raise UnauthenticatedError("the provider does not say who it is")
        return subject

    async def _metadata(self) -> _Metadata:
        issuer = self._provider.issuer
        found = await self._ask(
            f"{issuer.rstrip('/')}/.well-known/openid-configuration", _decode_metadata
        )
        if found.issuer != issuer:
            raise SourceError(f"{issuer} says that it is {found.issuer}")
        return found

    async def _ask(
        self,
        url: str,
        decode: Callable[[bytes], Form],
        question: dict[str, str] | None = None,
    ) -> Form:
        """Ask the provider; with a question, as this installation."""
        provider = self._provider
        if not (url.startswith("https://") or provider.allow_private):
            raise SourceError(f"{url}: want https")
        try:
            async with httpx.AsyncClient(
                transport=Guarded(allow_private=provider.allow_private),
                trust_env=False,
                timeout=_TIMEOUT_S,
            ) as client:
                request = client.build_request("POST" if question else "GET", url, data=question)
                secret = httpx.BasicAuth(provider.client_id, provider.client_secret)
                answer = await client.send(request, auth=secret if question else None, stream=True)
                body = b""
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > _MAX_BYTES:
                        raise SourceError(f"{url} answers more than {_MAX_BYTES} bytes")
                await answer.aclose()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceError(f"{url}: {type(error).__name__}: {error}") from error
        if answer.status_code != httpx.codes.OK:
            if question:
                raise UnauthenticatedError("the provider does not know this login")
            raise SourceError(f"{url} answers {answer.status_code}")
        try:
            return decode(body)
        except msgspec.DecodeError as error:
            raise SourceError(f"{url} answers in another form: {error}") from error
