"""A server with accounts, for tests: three organisations, each with keys, and one who operates."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from litestar import Litestar
from litestar.testing import TestClient

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.forms import NewKey, NewOrganisation, NewUser
from cure.access.grants import Verb
from cure.access.principal import Scope, local
from cure.installation import Installation
from cure.web.server import build
from servers import NOW, OPERATOR, PUBLISHERS, client_of, finding, ndjson

BY = local("soc")
ALL_SCOPES = frozenset(Scope)
PASSWORD = "a long way to Sapporo"  # noqa: S105 - of nobody
MEMBERS = ("bank", "isp")
"""Organisations that do not operate the installation; each publishes as ``sensor@NAME``."""


@dataclass
class Clock:
    """What time it is for the server."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class World:
    """A server with accounts.

    Attributes:
        tokens: Keys by what they are for, such as ``bank`` (reads and publishes), ``bank admin``.
    """

    installation: Installation
    accounts: Accounts
    app: Litestar
    clock: Clock
    web: TestClient[Litestar]
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def key(self, name: str, organisation: str, *scopes: Scope, **more: object) -> str:
        """Make a key and return its token."""
        new = NewKey(organisation=organisation, scopes=frozenset(scopes), **more)  # pyright: ignore[reportArgumentType]
        key, token = self.accounts.keys.add(BY, new, self.clock())
        self.tokens[name], self.ids[name] = str(token), key.id
        return str(token)

    def ask(self, key: str | None, method: str, path: str, **more: object) -> httpx.Response:
        """Send a request with a key of this name, or with none."""
        headers = dict(more.pop("headers", {}))  # pyright: ignore[reportArgumentType, reportCallIssue]
        if key is not None:
            headers["Authorization"] = f"Bearer {self.tokens[key]}"
        return self.web.request(method, path, headers=headers, **more)  # pyright: ignore[reportArgumentType]

    def get(self, key: str | None, path: str) -> httpx.Response:
        return self.ask(key, "GET", path)

    def post(
        self, key: str, source: str, *findings: Mapping[str, object] | bytes
    ) -> httpx.Response:
        return self.ask(key, "POST", f"/api/v1/records?source={source}", content=ndjson(*findings))

    def log_in(self, user: str, password: str = PASSWORD, code: str = "") -> httpx.Response:
        said = {"user": user, "password": password, "code": code}
        return self.web.post("/api/v1/login", json=said)

    def audited(self) -> list[tuple[str, str, str]]:
        return [
            (one.entry.action, one.entry.principal, one.entry.decision)
            for one in self.accounts.store.audit.entries()
        ]


def populate(world: World) -> None:
    """Make the organisations, their users and keys."""
    accounts, at = world.accounts, world.clock()
    accounts.organisations.add(BY, NewOrganisation(name="soc", operates=True), at)
    for name in MEMBERS:
        accounts.organisations.add(BY, NewOrganisation(name=name), at)
        accounts.grants.add(BY, Verb.PUBLISH, name, [f"sensor@{name}"], at)
        accounts.grants.add(BY, Verb.READ, name, ["nicter"], at)
    for name in ("soc", *MEMBERS):
        world.key(name, name, Scope.READ, Scope.PUBLISH)
        world.key(f"{name} admin", name, Scope.ADMIN)
        for user, scopes in (("rin", {Scope.READ}), ("boss", {Scope.ADMIN})):
            new = NewUser(name=f"{user}@{name}", scopes=frozenset(scopes))
            accounts.users.add(BY, new, at)
            accounts.users.set_password(BY, new.name, PASSWORD, at)
    world.key("watcher", "soc", Scope.METRICS, Scope.AUDIT, Scope.RATE)


@contextmanager
def guarded(
    directory: Path,
    *,
    populated: bool = True,
    needs_accounts: bool = False,
    is_served: bool = True,
    **more: object,
) -> Iterator[World]:
    """Serve an installation with accounts, without a socket; or leave serving it to others."""
    clock = Clock()
    with (
        Installation(directory, write=True, link_reserved=True) as installation,
        Audit(directory) as audit,
        Accounts(directory, audit) as accounts,
    ):
        app = build(
            installation,
            audience=OPERATOR,
            owner="soc",
            publishers=more.pop("publishers", PUBLISHERS),  # pyright: ignore[reportArgumentType]
            clock=clock,
            accounts=accounts,
            needs_accounts=needs_accounts,
            **more,  # pyright: ignore[reportArgumentType]
        )
        unopened = TestClient(app, base_url="http://127.0.0.1")
        with client_of(app) if is_served else nullcontext(unopened) as web:
            world = World(installation, accounts, app, clock, web)
            if populated:
                populate(world)
            yield world


def tell(world: World) -> None:
    """Let the operator say something for all, something for itself, and each member something."""
    world.post("soc", "nicter", finding("192.0.2.1"))
    world.post("soc", "secret", finding("192.0.2.2"), finding("192.0.2.1", count=7))
    for name in MEMBERS:
        own = finding(f"{name}.example.com", "domain")
        world.post(name, f"sensor@{name}", finding("192.0.2.3"), own)
