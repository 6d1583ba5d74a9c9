from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.forms import NewOrganisation
from cure.access.grants import Verb
from cure.access.principal import Scope
from cure.web import authentication
from guarded import BY, World, guarded, tell
from servers import finding

CARD = "/api/v1/observables/ip/192.0.2.1"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with guarded(tmp_path_factory.mktemp("data")) as world:
        tell(world)
        yield world


def asked_with(world: World, header: str):
    return world.web.get("/api/v1/me", headers={"Authorization": header})


def test_a_key_is_shown_as_a_bearer_or_as_a_name_with_a_password(world):
    token = world.tokens["bank"]
    _, key_id, secret = token.split("_")
    basic = b64encode(f"{key_id}:{secret}".encode()).decode()

    for header in (f"Bearer {token}", f"bearer  {token}", f"Basic {basic}", f"BASIC {basic}"):
        answer = asked_with(world, header)
        assert (answer.status_code, answer.json()["credential"]) == (200, key_id)


def test_whatever_is_wrong_is_told_alike(world):
    token = world.tokens["bank"]
    other = world.tokens["isp"]
    wrong_secret = token[: -len(other.rpartition("_")[2])] + other.rpartition("_")[2]
    headers = [
        "Bearer",
        "Bearer x",
        f"Bearer {wrong_secret}",
        f"Bearer {token}x",
        "Bearer cure_aaaaaaaa_" + "0" * 43,
        "Basic %%%",
        "Basic " + b64encode(b"\xff:\xff").decode(),
        "Basic " + b64encode(b"admin:admin").decode(),
        "Digest x",
        "Bearer " + "x" * 10_000,
        "",
    ]
    answers = [asked_with(world, header) for header in headers]
    answers.append(world.web.get("/api/v1/me"))

    assert {one.status_code for one in answers} == {401}
    assert len({one.content for one in answers}) == 1
    assert len({tuple(one.headers.multi_items()) for one in answers}) == 1


def test_only_whoever_has_the_secret_is_told_that_a_key_expired_or_was_revoked(tmp_path):
    with guarded(tmp_path) as world:
        world.key("short", "bank", Scope.READ, days=1)
        world.accounts.keys.revoke(BY, world.ids["isp"], world.clock())
        world.clock.pass_(days=2)
        stranger = "Bearer cure_" + world.ids["short"] + "_" + "0" * 43

        assert "has expired" in world.get("short", "/api/v1/me").text
        assert "was revoked" in world.get("isp", "/api/v1/me").text
        assert "not accepted" in asked_with(world, stranger).text


def test_a_key_in_a_url_is_no_credential(world):
    token = world.tokens["bank"]

    for query in (f"?key={token}", f"?access_token={token}", f"?authorization=Bearer%20{token}"):
        assert world.web.get(f"/api/v1/me{query}").status_code == 401


def test_the_token_of_a_session_is_good_in_the_cookie_only_and_a_key_in_the_header_only(world):
    world.log_in("rin@bank")
    session = world.web.cookies["cure"]
    world.web.cookies.clear()

    assert asked_with(world, f"Bearer {session}").status_code == 401
    cookie = {"Cookie": f"cure={world.tokens['bank']}"}
    assert world.web.get("/api/v1/me", headers=cookie).status_code == 401
    assert world.web.get("/api/v1/me", headers={"Cookie": f"cure={session}"}).status_code == 200


def test_a_revoked_key_is_refused_at_once(tmp_path):
    with guarded(tmp_path) as world:
        assert world.get("bank", "/api/v1/me").status_code == 200
        world.accounts.keys.revoke(BY, world.ids["bank"], world.clock())
        assert world.get("bank", "/api/v1/me").status_code == 401


def test_a_key_that_another_process_revokes_is_refused_within_a_second(tmp_path, monkeypatch):
    with guarded(tmp_path) as world:
        assert world.get("bank", "/api/v1/me").status_code == 200
        with Audit(tmp_path) as audit, Accounts(tmp_path, audit) as elsewhere:
            elsewhere.keys.revoke(BY, world.ids["bank"], world.clock())
        monkeypatch.setattr(authentication, "_LOOK_EVERY_S", 0)  # as after a quarter of a second
        assert world.get("bank", "/api/v1/me").status_code == 401


def test_a_key_that_was_found_good_is_looked_up_again_after_a_second(tmp_path, monkeypatch):
    with guarded(tmp_path) as world:
        world.key("short", "bank", Scope.READ, days=1)
        assert world.get("short", "/api/v1/me").status_code == 200
        world.clock.pass_(days=2)
        monkeypatch.setattr(authentication, "_KNOWN_FOR_S", 0)
        assert world.get("short", "/api/v1/me").status_code == 401


def test_a_key_for_one_network_is_refused_elsewhere(tmp_path):
    with guarded(tmp_path) as world:
        world.key("near", "bank", Scope.READ, networks=("203.0.113.0/24",))
        assert "not for use from here" in world.get("near", "/api/v1/me").text


def test_narrower_rights_hold_at_once(tmp_path):
    with guarded(tmp_path) as world:
        tell(world)
        world.key("wide", "bank", Scope.READ)
        assert world.get("wide", CARD).status_code == 200
        world.ask("soc admin", "DELETE", "/api/v1/admin/grants/bank/read/nicter")
        assert world.get("wide", CARD).status_code == 404


def test_every_reader_is_answered_as_his_own_audience(world):
    said = {name: world.get(name, CARD).json()["sources"] for name in ("soc", "bank", "isp")}

    assert set(said["soc"]) == {"nicter", "secret"}
    assert set(said["bank"]) == set(said["isp"]) == {"nicter"}
    shown = {name: world.get(name, "/api/v1/sources").json() for name in ("bank", "isp")}
    assert [one["name"] for one in shown["bank"]] == ["nicter", "sensor@bank"]
    assert [one["name"] for one in shown["isp"]] == ["nicter", "sensor@isp"]


def test_what_is_posted_belongs_to_who_posts_it(world):
    answer = world.get("bank", "/api/v1/observables/ip/192.0.2.3/records").json()

    assert [one["label"]["owner"] for one in answer["records"]] == ["bank"]


def test_to_publish_as_another_is_refused_alike_whether_there_is_such_a_source(world):
    answers = [
        world.post("bank", source, finding("192.0.2.1"))
        for source in ("nicter", "secret", "sensor@isp", "sensor@nobody")
    ]

    assert {one.status_code for one in answers} == {403}
    assert len({(one.content, tuple(one.headers.multi_items())) for one in answers}) == 1


def test_nobody_comes_to_publish_as_a_source_whose_records_are_anothers(world):
    world.accounts.grants.add(BY, Verb.PUBLISH, "bank", ["secret"], world.clock())

    assert world.post("bank", "secret", finding("192.0.2.2")).status_code == 403


def test_while_there_are_no_accounts_whoever_reaches_the_server_is_its_operator(tmp_path: Path):
    with guarded(tmp_path, populated=False) as world:
        me = world.get(None, "/api/v1/me").json()
        assert (me["organisation"], me["strength"]) == ("soc", "local")
        world.accounts.organisations.add(
            BY, NewOrganisation(name="soc", operates=True), world.clock()
        )
        assert world.get(None, "/api/v1/me").status_code == 401


def test_accounts_that_are_demanded_are_needed_from_the_start(tmp_path: Path):
    with guarded(tmp_path, populated=False, needs_accounts=True) as world:
        assert world.get(None, "/api/v1/me").status_code == 401


def test_reads_are_audited_without_what_was_asked_for(tmp_path: Path):
    with guarded(tmp_path) as world:
        tell(world)
        world.get("bank", CARD)
        world.ask("bank", "POST", "/api/v1/match", content="192.0.2.1\n198.51.100.9\n")
        world.get("bank", "/api/v1/search?pattern=192.0.2.0/24")
        world.get("bank", "/metrics")
        entries = [one.entry for one in world.accounts.store.audit.entries()]

    said = [(e.action, e.sources, e.count, e.decision) for e in entries][-4:]
    assert said == [
        ("card", ("nicter",), 1, "allowed"),
        ("match", ("nicter",), 1, "allowed"),
        ("search", ("nicter", "sensor@bank"), 2, "allowed"),
        ("metrics", (), 0, "denied"),
    ]
    assert all("192.0.2" not in repr(entry) for entry in entries)
    assert entries[-4].credential == world.ids["bank"]
    assert entries[-4].query
