from base64 import b32decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from cure.access.principal import Scope
from cure.access.setup import GOOD_FOR
from cure.access.totp import STEP_S, code_of
from guarded import BY, PASSWORD, World, guarded


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with guarded(tmp_path) as world:
        yield world


def csrf(world: World) -> dict[str, str]:
    return {"X-CSRF-Token": world.web.get("/api/v1/me").json()["csrf"]}


def with_codes(world: World, user: str) -> bytes:
    """Have a user asked for codes; return the secret."""
    uri = world.accounts.users.new_totp(BY, user, world.clock())
    secret = b32decode(parse_qs(urlsplit(uri).query)["secret"][0])
    world.accounts.users.confirm_totp(BY, user, code_now(world, secret), world.clock())
    world.clock.pass_(seconds=2 * STEP_S)
    return secret


def code_now(world: World, secret: bytes) -> str:
    return code_of(secret, int(world.clock().timestamp()) // STEP_S)


def test_a_password_opens_a_session_until_one_logs_out(world):
    told = world.log_in("rin@bank")

    assert (told.status_code, told.json()["user"]) == (200, "rin@bank")
    assert world.web.get("/api/v1/sources").status_code == 200
    session = world.web.cookies["cure"]
    assert world.web.post("/api/v1/logout", headers=csrf(world)).status_code == 204
    assert "cure" not in world.web.cookies
    assert world.web.get("/api/v1/me", headers={"Cookie": f"cure={session}"}).status_code == 401


def test_on_plain_loopback_the_cookie_is_no_secure_one_and_behind_tls_it_is(world, tmp_path):
    assert "__Host-" not in world.log_in("rin@bank").headers["Set-Cookie"]
    with guarded(tmp_path / "tls", is_secure=True) as by_tls:
        answer = by_tls.log_in("rin@bank")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-cure=")
    for part in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_the_session_is_in_no_body(world):
    answer = world.log_in("rin@bank")

    assert world.web.cookies["cure"] not in answer.text
    assert world.web.cookies["cure"] not in world.web.get("/api/v1/me").text


def test_unknown_and_wrong_are_told_alike(world):
    world.accounts.users.lock(BY, "boss@isp", world.clock())
    answers = [
        world.log_in("nobody@bank"),
        world.log_in("rin@bank", "another long password"),
        world.log_in("boss@isp"),
        world.log_in("x" * 900),
    ]

    assert {one.status_code for one in answers} == {401}
    assert len({(one.content, tuple(one.headers.multi_items())) for one in answers}) == 1


def test_a_code_is_asked_for_and_is_good_once(world):
    secret = with_codes(world, "rin@bank")
    code = code_now(world, secret)

    assert world.log_in("rin@bank").status_code == 401
    assert world.log_in("rin@bank", code="000000").status_code == 401
    assert world.log_in("rin@bank", code=code).json()["strength"] == "totp"
    assert world.log_in("rin@bank", code=code).status_code == 401


def test_a_session_ends_when_it_is_left_alone_or_old(world):
    world.log_in("rin@bank")
    world.clock.pass_(minutes=59)
    assert world.web.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("span", [{"minutes": 61}, {"hours": 13}])
def test_a_session_that_was_left_alone_has_ended(world, span, monkeypatch):
    world.log_in("rin@bank")
    world.clock.pass_(**span)
    monkeypatch.setattr("cure.web.authentication._KNOWN_FOR_S", 0)

    assert world.web.get("/api/v1/me").status_code == 401


def test_a_new_password_ends_all_sessions(world):
    world.log_in("rin@bank")
    world.accounts.users.set_password(BY, "rin@bank", "another way to Osaka", world.clock())

    assert world.web.get("/api/v1/me").status_code == 401


def test_what_is_no_login_is_malformed(world):
    for body in ({}, {"user": "x"}, {"user": "x", "password": "y", "role": "admin"}, [1], "x"):
        assert world.web.post("/api/v1/login", json=body).status_code == 422


def test_logging_in_is_audited_whether_it_succeeds_or_not(world):
    world.log_in("rin@bank")
    world.log_in("rin@bank", "another long password")

    assert [one for one in world.audited() if one[0] == "login"] == [
        ("login", "rin@bank", "allowed"),
        ("login", "rin@bank", "failed"),
    ]


# The first set-up -----------------------------------------------------------------------


def first(world: World, token: str, **more: str):
    said = {"token": token, "user": "root@soc", "password": PASSWORD} | more
    return world.web.post("/api/v1/setup", json=said)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[World]:
    with guarded(tmp_path, populated=False, needs_accounts=True) as world:
        yield world


def test_the_link_makes_the_first_administrator_once(fresh):
    token = fresh.accounts.setup.link(fresh.clock())

    assert first(fresh, token).status_code == 204
    me = fresh.log_in("root@soc").json()
    assert (me["organisation"], me["operates"]) == ("soc", True)
    assert Scope.ADMIN in me["scopes"]
    assert Scope.READ not in me["scopes"]
    assert first(fresh, token, user="other@soc").status_code == 401


def test_a_link_that_is_old_or_made_up_or_not_the_last_is_none(fresh):
    old = fresh.accounts.setup.link(fresh.clock())
    newer = fresh.accounts.setup.link(fresh.clock())

    assert first(fresh, "x").status_code == 401
    assert first(fresh, old).status_code == 401
    fresh.clock.pass_(seconds=GOOD_FOR.total_seconds() + 1)
    assert first(fresh, newer).status_code == 401
    assert fresh.accounts.is_empty()


def test_a_link_outlives_a_password_that_is_too_weak(fresh):
    token = fresh.accounts.setup.link(fresh.clock())

    for weak in ("short", "password1234", "root@soc-root@soc", "aaaaaaaaaaaaaaaa"):
        answer = first(fresh, token, password=weak)
        assert answer.status_code == 422
        assert weak not in answer.text
    assert first(fresh, token).status_code == 204


def test_no_link_makes_anybody_once_there_is_an_organisation(world):
    token = world.accounts.setup.link(world.clock() + timedelta(seconds=1))

    assert first(world, token, user="x@new", organisation="new").status_code == 401


def test_while_the_server_is_open_its_operator_begins_with_accounts_there(tmp_path):
    with guarded(tmp_path, populated=False) as empty:
        token = empty.web.post("/api/v1/setup/link").json()["token"]
        said = {"token": token, "user": "root@soc", "password": PASSWORD, "organisation": "soc"}

        assert empty.web.post("/api/v1/setup", json=said).status_code == 204
        assert empty.log_in("root@soc").json()["operates"] is True
        link = empty.web.post("/api/v1/setup/link", headers=csrf(empty))
        assert link.status_code == 403
        assert ("setup.link", "soc", "allowed") in empty.audited()
