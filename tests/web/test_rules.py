"""Every operation that the description names, asked by everybody who might."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from litestar import get

from cure.access.forms import NewUser
from cure.access.principal import Scope
from cure.access.rating import Sheet
from cure.access.ratings import Ratings
from cure.installation import Installation
from cure.web import server
from cure.web.rules import RULES, Need, operations, without_rule
from guarded import ALL_SCOPES, BY, World, guarded, tell
from servers import application, client_of, finding, ndjson

HIDDEN = "192.0.2.99"
"""Said by the bank alone, for itself alone."""
PATHS = {
    "topic": "ip",
    "value": HIDDEN,
    "source": "sensor@bank",
    "publisher": "sensor",
    "organisation_name": "bank",
    "user_name": "rin@bank",
    "verb": "read",
    "form_name": "edl",
    "first": "icon.svg",
    "rest": "",
    "name": "none.js",
    "ticket_id": "unknown",
    "delivery_id": "unknown",
    "watch_id": "unknown",
    "hit_id": "unknown",
    "alert_id": "unknown",
}
QUERIES = {
    "value": HIDDEN,
    "about": HIDDEN,
    "ip": HIDDEN,
    "other": HIDDEN,
    "pattern": "192.0.2.0/24",
    "topic": "ip",
    "source": "sensor@bank",
}
OWN = {"publish", "retract"}
"""What only the owner of a source may do."""
MORE = {"retract": {"key": "k"}}
"""Queries that an operation needs of several."""
SHEET = {"source": "nicter", "tlp": "TLP:GREEN", "reasons": {"licence": "it is ours"}}
BODIES: dict[str, Any] = {
    "add_organisation": {"name": "new"},
    "change_organisation": {"tlp": "TLP:GREEN"},
    "add_user": {"name": "new@bank"},
    "change_user": {"scopes": ["read"]},
    "set_password": {"password": "another way to Osaka"},
    "bind_identity": {"iss": "https://id.example.com", "sub": "1"},
    "add_key": {"organisation": "bank"},
    "propose_rating": SHEET,
    "add_delivery": {"way": "mail", "address": "duty@example.jp"},
    "add_watch": {"name": "ours", "entries": [HIDDEN]},
    "change_watch": {"muted": True},
    "try_watch": {"entries": [HIDDEN]},
    "mark_alert": {"state": "acknowledged"},
    "add_ticket": {"title": "a phone call"},
    "replay_quarantine": {"source": "sensor@bank"},
    "judge": {"about": "192.0.2.1", "admiralty": "B2"},
    "change_ticket": {"title": "a phone call"},
    "login": {"user": "rin@bank", "password": "x"},
    "set_own_password": {"old": "x", "new": "another way to Osaka"},
    "confirm_own_totp": {"code": "000000"},
    "drop_own_totp": {"code": "000000"},
    "setup": {"token": "x", "user": "rin@bank", "password": "another way to Osaka"},
}
ENDLESS = {"stream", "stream_records", "stream_hits"}
LAST = ("remove_grant", "rotate_key", "revoke_key", "remove_user", "remove_organisation")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with guarded(tmp_path_factory.mktemp("data")) as world:
        tell(world)
        world.post("bank", "sensor@bank", finding(HIDDEN))
        at = world.clock()
        for name in ("root@soc", "second@soc"):
            world.accounts.users.add(BY, NewUser(name=name, scopes=ALL_SCOPES), at)
        world.key("root", "soc", *ALL_SCOPES, user="root@soc")
        world.key("all of isp", "isp", Scope.READ, Scope.PUBLISH, Scope.ADMIN)
        world.key("revoked", "soc", *ALL_SCOPES)
        world.accounts.keys.revoke(BY, world.ids["revoked"], at)
        world.key("expired", "soc", *ALL_SCOPES, days=1)
        world.clock.pass_(days=2)
        proposer = msgspec.structs.replace(BY, user="second@soc")
        Ratings(world.accounts.store).propose(
            proposer, Sheet(source="nicter", tlp="TLP:GREEN", reasons={"licence": "ours"}), at
        )
        yield world


class Operation(NamedTuple):
    """An operation, as the description names it, with the questions that it demands."""

    name: str
    method: str
    path: str
    queries: list[str]


def described() -> list[Operation]:
    with (
        tempfile.TemporaryDirectory() as directory,
        guarded(Path(directory), populated=False) as world,
    ):
        paths = world.web.get("/api/v1/openapi.json").json()["paths"]
    return [
        Operation(one["operationId"], method.upper(), path, list(_demanded(one)))
        for path, methods in paths.items()
        for method, one in methods.items()
    ]


def _demanded(operation: dict[str, Any]) -> Iterator[str]:
    for one in operation.get("parameters", ()):
        if one["in"] == "query" and one["required"]:
            yield one["name"]


OPERATIONS = described()
IDS = [one.name for one in OPERATIONS]


def send(world: World, key: str | None, operation: Operation):
    name, method, path, queries = operation
    filled = path.format_map({**PATHS, "key_id": world.ids["bank"], "rating_id": "1"})
    body: dict[str, Any] = {"json": BODIES[name]} if name in BODIES else {}
    if name in {"publish", "push", "match"}:
        body = {"content": ndjson(finding(HIDDEN)) if name != "match" else HIDDEN}
    asked = {query: QUERIES[query] for query in queries} | MORE.get(name, {})
    return world.ask(key, method, filled, params=asked, **body)


def test_every_operation_has_a_rule_and_every_rule_an_operation(world):
    assert without_rule(world.app) == []
    assert {one.handler_name for one in operations(world.app)} == set(RULES)


def test_no_two_operations_are_called_alike():
    assert len(IDS) == len(set(IDS))


def test_a_server_with_an_operation_that_has_no_rule_does_not_start(tmp_path, monkeypatch):
    @get("/forgotten")
    async def forgotten() -> None: ...

    monkeypatch.setattr(server, "_API", (forgotten,))
    with (
        Installation(tmp_path, write=True) as installation,
        pytest.raises(NotImplementedError, match="without a rule: forgotten"),
    ):
        application(installation)


def test_an_operation_that_comes_later_without_a_rule_is_refused_to_everybody(tmp_path):
    asked: list[str] = []

    @get("/forgotten")
    async def forgotten() -> None:
        asked.append("it ran")

    with Installation(tmp_path, write=True) as installation:
        app = application(installation)
        app.register(forgotten)
        with client_of(app) as web:
            assert web.get("/forgotten").status_code == 500
    assert asked == []


@pytest.mark.parametrize("key", [None, "expired", "revoked"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=IDS)
def test_without_good_credentials_only_what_needs_none_answers(world, operation, key):
    if RULES[operation.name] is Need.NOTHING:
        return
    world.clock.pass_(minutes=1)  # so many wrong keys at once are too many
    answer = send(world, key, operation)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthenticated"
    assert "Bearer" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=IDS)
def test_another_organisation_gets_nothing_of_ours(world, operation):
    name = operation.name
    if name in ENDLESS:
        return
    answer = send(world, "all of isp", operation)

    assert "bank" not in answer.text.replace(HIDDEN, "") or answer.status_code in {401, 404}
    assert answer.status_code < 500
    if RULES[name] is Scope.ADMIN and operation.method != "GET":
        assert answer.status_code in {403, 404}
    if RULES[name] in {Scope.METRICS, Scope.AUDIT, Scope.RATE, Need.PERSON} or name in OWN:
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "operation",
    sorted(OPERATIONS, key=lambda one: LAST.index(one.name) if one.name in LAST else -1),
    ids=lambda one: one.name,
)
def test_who_may_is_let_in(world, operation):
    name = operation.name
    if name in ENDLESS or RULES[name] in {Need.NOTHING, Need.TOKEN, Need.PERSON}:
        return
    answer = send(world, "bank" if name in OWN else "root", operation)

    if name == "begin_setup":  # there are accounts already, so that nobody needs it
        assert answer.status_code == 403
        return
    assert answer.status_code in {200, 201, 202, 204, 404}
    # What it asks for is none that this one may see, or is not installed here.
    assert answer.status_code != 404 or RULES[name] in {Scope.READ, Scope.PUBLISH}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/metrics"),
        ("POST", "/services/collector"),
        ("POST", "/services/collector/event"),
        ("POST", "/services/collector/raw"),
    ],
)
def test_what_is_not_described_needs_credentials_too(world, method, path):
    assert world.web.request(method, path, content=b"{}").status_code == 401


def test_a_scope_holds_no_other(world):
    for scope in Scope:
        world.key(f"only {scope}", "soc", scope)
    for operation in OPERATIONS:
        need = RULES[operation.name]
        if isinstance(need, Scope) and operation.name not in ENDLESS:
            others = [scope for scope in Scope if scope is not need]
            assert {send(world, f"only {one}", operation).status_code for one in others} == {403}
