from collections.abc import Iterator
from pathlib import Path

import pytest

from cure.access.forms import NewUser, UserChange
from cure.access.principal import Scope
from guarded import BY, World, guarded
from servers import NOW, finding
from waiting import soon

A = "/api/v1/admin"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with guarded(tmp_path) as world:
        yield world


def send(world: World, key: str, method: str, path: str, body: object = None):
    return world.ask(key, method, f"{A}/{path}", **({} if body is None else {"json": body}))


def test_who_operates_adds_changes_and_removes_an_organisation(world):
    made = send(world, "soc admin", "POST", "organisations", {"name": "gov", "groups": ["cert"]})
    assert (made.status_code, made.json()["tlp"]) == (201, "TLP:GREEN")
    changed = send(world, "soc admin", "PATCH", "organisations/gov", {"tlp": "TLP:AMBER"})
    assert (changed.json()["tlp"], changed.json()["groups"]) == ("TLP:AMBER", ["cert"])
    assert send(world, "soc admin", "GET", "organisations/gov").json()["tlp"] == "TLP:AMBER"
    assert send(world, "soc admin", "DELETE", "organisations/gov").status_code == 204
    assert send(world, "soc admin", "GET", "organisations/gov").status_code == 404


def test_an_administrator_sees_only_his_own_organisation(world):
    def seen(key: str, path: str, field: str) -> set[str]:
        return {one[field] for one in send(world, key, "GET", path).json()}

    assert seen("bank admin", "users", "name") == {"rin@bank", "boss@bank"}
    assert seen("bank admin", "organisations", "name") == {"bank"}
    assert seen("bank admin", "keys", "organisation") == {"bank"}
    assert seen("bank admin", "grants", "organisation") == {"bank"}
    assert seen("soc admin", "keys", "organisation") == {"soc", "bank", "isp"}
    for path in ("users", "keys", "grants"):
        for other in ("isp", "soc", "nobody"):
            answer = send(world, "bank admin", "GET", f"{path}?organisation={other}")
            assert answer.status_code == 403


def test_a_user_is_added_given_a_password_changed_locked_and_removed(world):
    assert send(world, "bank admin", "POST", "users", {"name": "ken@bank"}).status_code == 201
    path = "users/ken@bank"
    password = {"password": "a way to Nagasaki"}
    assert send(world, "bank admin", "PUT", f"{path}/password", password).status_code == 204
    assert world.log_in("ken@bank", "a way to Nagasaki").status_code == 200
    changed = send(world, "bank admin", "PATCH", path, {"tlp": "TLP:CLEAR"})
    assert changed.json()["tlp"] == "TLP:CLEAR"
    assert world.web.get("/api/v1/me").json()["tlp"] == "TLP:CLEAR"
    assert send(world, "bank admin", "POST", f"{path}/lock").status_code == 204
    assert world.web.get("/api/v1/me").status_code == 401
    assert send(world, "bank admin", "POST", f"{path}/unlock").status_code == 204
    assert send(world, "bank admin", "DELETE", path).status_code == 204
    assert send(world, "bank admin", "GET", path).status_code == 404


def test_a_key_is_told_once_rotated_and_revoked(world):
    made = send(world, "bank admin", "POST", "keys", {"organisation": "bank", "days": 30}).json()
    world.tokens["new"] = made["token"]
    assert world.get("new", "/api/v1/me").json()["credential"] == made["key"]["id"]
    path = f"keys/{made['key']['id']}"
    rotated = send(world, "bank admin", "POST", f"{path}/rotate").json()
    world.tokens["newer"] = rotated["token"]
    assert world.get("new", "/api/v1/me").status_code == 200
    assert world.get("newer", "/api/v1/me").status_code == 200
    for key in (made["key"]["id"], rotated["key"]["id"]):
        assert send(world, "bank admin", "DELETE", f"keys/{key}").status_code == 204
    assert world.get("new", "/api/v1/me").status_code == 401
    assert world.get("newer", "/api/v1/me").status_code == 401


def test_a_grant_is_given_and_taken_back(world):
    path = "grants/bank/read/feed"
    assert send(world, "soc admin", "PUT", path).status_code == 204
    grants = send(world, "bank admin", "GET", "grants").json()
    assert {"organisation": "bank", "verb": "read", "source": "feed"} in grants
    assert send(world, "soc admin", "DELETE", path).status_code == 204
    assert send(world, "soc admin", "DELETE", path).status_code == 404
    assert send(world, "soc admin", "PUT", "grants/nobody/read/feed").status_code == 404


def test_a_rating_takes_two_and_relabels_what_is_stored(world):
    world.post("soc", "nicter", finding("192.0.2.1"))
    card = "/api/v1/observables/ip/192.0.2.1"
    assert world.get("bank", card).status_code == 200
    for name in ("one@soc", "two@soc"):
        send(world, "soc admin", "POST", "users", {"name": name})
    for name in ("one@soc", "two@soc"):
        world.accounts.users.change(
            BY, name, UserChange(scopes=frozenset({Scope.RATE})), world.clock()
        )
        world.key(name, "soc", Scope.RATE, user=name)
    sheet = {"source": "nicter", "tlp": "TLP:RED", "reasons": {"sensor-exposure": "it shows one"}}
    proposed = send(world, "one@soc", "POST", "ratings", sheet).json()
    path = f"ratings/{proposed['id']}/approve"
    assert send(world, "one@soc", "POST", path).status_code == 403
    approved = send(world, "two@soc", "POST", path).json()
    assert approved["rating"]["version"] == 1
    assert [one["organisation"] for one in approved["readers"]] == ["bank"]
    soon(lambda: world.get("bank", card).status_code == 404)
    assert send(world, "watcher", "GET", "ratings?source=nicter").json()[0]["approver"] == "two@soc"
    assert send(world, "two@soc", "POST", "ratings/99/approve").status_code == 404


def test_the_audit_log_is_read_by_those_who_audit_and_that_is_audited(world):
    world.get("bank", "/api/v1/sources")
    lines = send(world, "watcher", "GET", "audit").text.splitlines()
    head = send(world, "watcher", "GET", "audit/head").json()

    assert len(lines) > 10
    assert head["public_key"].startswith("-----BEGIN PUBLIC KEY-----")
    assert ("audit.read", "soc", "allowed") in world.audited()
    assert world.accounts.store.audit.verify().wrong == ""


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "organisations", {"name": "x", "reads": None}),
        ("POST", "organisations", {"name": "../x"}),
        ("POST", "organisations", {"name": "x\r\ny"}),
        ("POST", "organisations", {"name": ""}),
        ("PATCH", "organisations/bank", {"operates": True}),
        ("PATCH", "organisations/bank", {"name": "soc"}),
        ("POST", "users", {"name": "x@bank", "operates": True}),
        ("POST", "users", {"name": "x@bank", "password": "x"}),
        ("POST", "users", {"name": "x"}),
        ("POST", "users", {"name": "x@bank", "scopes": ["root"]}),
        ("PATCH", "users/rin@bank", {"organisation": "soc"}),
        ("PATCH", "users/rin@bank", {"name": "rin@soc"}),
        ("POST", "keys", {"organisation": "bank", "days": 366}),
        ("POST", "keys", {"organisation": "bank", "networks": ["x"]}),
        ("POST", "keys", {"organisation": "bank", "id": "aaaaaaaa"}),
        ("PUT", "grants/bank/own/x", None),
        ("PUT", "grants/bank/read/%2e%2e", None),
    ],
)
def test_what_is_unknown_or_not_to_be_said_is_malformed(world, method, path, body):
    assert send(world, "soc admin", method, path, body).status_code == 422


def test_a_name_is_never_given_again(world):
    send(world, "bank admin", "DELETE", "users/rin@bank")
    again = send(world, "bank admin", "POST", "users", {"name": "rin@bank"})

    assert again.status_code == 422


def test_what_is_posted_after_a_rating_comes_under_it(world):
    for name in ("one@soc", "two@soc"):
        world.accounts.users.add(BY, NewUser(name=name, scopes=frozenset({Scope.RATE})), NOW)
        world.key(name, "soc", Scope.RATE, user=name)
    sheet = {"source": "nicter", "tlp": "TLP:RED", "reasons": {"licence": "it says so"}}
    number = send(world, "one@soc", "POST", "ratings", sheet).json()["id"]
    send(world, "two@soc", "POST", f"ratings/{number}/approve")
    world.post("soc", "nicter", finding("192.0.2.1"))

    card = "/api/v1/observables/ip/192.0.2.1"
    assert (world.get("soc", card).status_code, world.get("bank", card).status_code) == (200, 404)
