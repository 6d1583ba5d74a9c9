"""Who asks: the holder of a key or a session, or, while there are no accounts, the operator."""

import binascii
import time
from base64 import b64decode
from datetime import datetime
from typing import NamedTuple

from litestar.types import HTTPScope

from cure.access.accounts import Accounts
from cure.access.keys import KEY, SESSION
from cure.access.principal import Principal
from cure.errors import UnauthenticatedError

CHALLENGE = 'Bearer realm="cure", Basic realm="cure", charset="UTF-8"'
_MAX_BYTES = 1000
_KEY_ALONE = f"{KEY}_".encode()
_KNOWN_FOR_S = 1.0
_LOOK_EVERY_S = 0.25
_MAX_KNOWN = 10_000


class Shown(NamedTuple):
    """What a request shows to prove who asks.

    Attributes:
        text: The token of a key or a session.
        is_session: Whether the browser sent it by itself, in a cookie.
    """

    text: str
    is_session: bool


class Proof(NamedTuple):
    """Who asks, and by what that is known.

    Attributes:
        principal: Who.
        shown: What was shown; None: nothing was needed.
        policy: Version of the policy that held.
    """

    principal: Principal
    shown: Shown | None = None
    policy: int = 0


class Authentication:
    """Finds out who asks.

    Attributes:
        accounts: The accounts; None: there never will be any.
        operator: Whoever reaches the server while it is open.
        cookie: Name of the cookie that holds a session.
        is_secure: Whether browsers reach the server by TLS only.
    """

    def __init__(
        self,
        accounts: Accounts | None,
        operator: Principal,
        *,
        is_required: bool = False,
        is_secure: bool = False,
    ) -> None:
        """Ask for credentials as soon as there is an organisation, or if it is required."""
        self.accounts = accounts
        self.operator = operator
        self.is_secure = is_secure
        # Browsers take a name with this prefix only from this very host, and only by TLS.
        self.cookie = "__Host-cure" if is_secure else "cure"
        self._is_closed = is_required
        self._policy = -1
        self._looked_s = 0.0
        self._known: dict[tuple[str, str], tuple[Principal, float]] = {}

    @property
    def is_open(self) -> bool:
        """Whether whoever reaches the server is its operator; once it is not, never again."""
        if not self._is_closed and self.accounts is not None:
            version = self._policy_version(self.accounts, time.monotonic())
            if version != self._policy:
                self._is_closed = not self.accounts.is_empty()
                self._policy = version
        return not self._is_closed

    def _policy_version(self, accounts: Accounts, now_s: float) -> int:
        """Return the policy version: of other processes' changes, a moment late.

        Looking into the file takes as long as a card; what this process changes is known at once.
        """
        if now_s - self._looked_s < _LOOK_EVERY_S:
            return accounts.store.seen_policy_version
        self._looked_s = now_s
        return accounts.policy_version

    def who_asks(self, scope: HTTPScope, at: datetime) -> Proof:
        """Return who asks, and by what that is known.

        Whoever was found is not looked up again for a second, unless any right has changed.

        Raises:
            UnauthenticatedError: If it is not proven.
            LockedError: If it is not, and too much from there was not.
        """
        if self.is_open:
            return Proof(self.operator)
        shown, accounts = self.shown_in(scope), self.accounts
        if shown is None or accounts is None:
            raise UnauthenticatedError
        now_s = time.monotonic()
        version = self._policy_version(accounts, now_s)
        if version != self._policy or len(self._known) > _MAX_KNOWN:
            self._known, self._policy = {}, version
        by = (shown.text, address_of(scope))
        who, since_s = self._known.get(by, (None, 0.0))
        if who is None or now_s - since_s > _KNOWN_FOR_S:
            who = accounts.authenticate(shown.text, at, by[1])
            self._known[by] = who, now_s
        return Proof(who, shown, version)

    def shown_in(self, scope: HTTPScope) -> Shown | None:
        """Return what a request shows; a header goes before a cookie. None: nothing."""
        cookies = b""
        for name, value in scope["headers"]:
            if name == b"authorization":
                return Shown(_key_in(value), is_session=False)
            if name == b"cookie":
                cookies = value
        session = _cookie(cookies, self.cookie.encode()) if cookies else None
        return None if session is None else Shown(session, is_session=True)

    def is_live(self, who: Principal, at: datetime, address: str) -> bool:
        """Tell whether somebody who was let in still would be, with the same rights."""
        if self.is_open or self.accounts is None:
            return who.credential == self.operator.credential
        if who.credential == self.operator.credential:
            return False
        return self.accounts.is_live(who, at, address)


def _key_in(value: bytes) -> str:
    """Return the key in a header Authorization: a bearer's, a key's id with its secret, or alone.

    >>> _key_in(b"Bearer cure_a_b"), _key_in(b"Basic YTpi"), _key_in(b"cure_a_b")
    ('cure_a_b', 'cure_a_b', 'cure_a_b')
    >>> _key_in(b"Bearer x")
    ''
    """
    if len(value) > _MAX_BYTES:
        return ""
    scheme, _, given = value.strip().partition(b" ")
    match scheme.lower():
        case b"bearer":
            text = given.strip().decode("latin-1")
            return text if text.startswith(f"{KEY}_") else ""
        case b"basic":
            try:
                key_id, _, secret = b64decode(given.strip(), validate=True).partition(b":")
            except binascii.Error:
                return ""
            return f"{KEY}_{key_id.decode('latin-1')}_{secret.decode('latin-1')}"
        case _:  # MISP's clients send the key alone
            return value.strip().decode("latin-1") if scheme.startswith(_KEY_ALONE) else ""


def _cookie(cookies: bytes, name: bytes) -> str | None:
    for one in cookies.split(b";"):
        key, _, value = one.strip().partition(b"=")
        if key == name:
            text = value.decode("latin-1")
            return text if text.startswith(f"{SESSION}_") else ""
    return None


def address_of(scope: HTTPScope) -> str:
    """Return from where a request comes."""
    client = scope.get("client")
    return client[0] if client else ""
