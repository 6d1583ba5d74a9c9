"""What people change of themselves: the password, and codes of an app."""

from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from cure.access.totp import STEP_S, code_of
from guarded import PASSWORD, World, guarded

NEW = "another way to Osaka"
OPERATIONS = [
    ("POST", "/password", {"old": PASSWORD, "new": NEW}),
    ("POST", "/totp", None),
    ("POST", "/totp/confirm", {"code": "000000"}),
    ("DELETE", "/totp", {"code": "000000"}),
]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with guarded(tmp_path) as world:
        world.log_in("rin@bank")
        yield world


def send(world: World, method: str, path: str, body: object = None) -> httpx.Response:
    """Send a request as our own page does."""
    token = world.web.get("/api/v1/me").json()["csrf"]
    said = {} if body is None else {"json": body}
    return world.ask(None, method, f"/api/v1/me{path}", headers={"X-CSRF-Token": token}, **said)


def change(world: World, old: str = PASSWORD, new: str = NEW) -> httpx.Response:
    return send(world, "POST", "/password", {"old": old, "new": new})


def begin(world: World) -> bytes:
    """Begin with codes; return the secret."""
    uri = send(world, "POST", "/totp").json()["uri"]
    return b32decode(parse_qs(urlsplit(uri).query)["secret"][0])


def confirm(world: World, secret: bytes) -> httpx.Response:
    """Confirm with the code of now; later there is another."""
    answer = send(world, "POST", "/totp/confirm", {"code": code_now(world, secret)})
    world.clock.pass_(seconds=2 * STEP_S)
    return answer


def code_now(world: World, secret: bytes) -> str:
    return code_of(secret, int(world.clock().timestamp()) // STEP_S)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_with_the_old_password_there_is_a_new_one_and_all_sessions_end(world):
    session = world.web.cookies["cure"]

    assert change(world).status_code == 204
    assert "cure" not in world.web.cookies
    assert world.web.get("/api/v1/me", headers={"Cookie": f"cure={session}"}).status_code == 401
    assert world.log_in("rin@bank").status_code == 401
    assert world.log_in("rin@bank", NEW).status_code == 200
    assert ("user.password", "rin@bank", "allowed") in world.audited()


def test_without_the_old_password_there_is_no_new_one(world):
    assert change(world, old="not the old password").status_code == 401
    assert ("user.password", "rin@bank", "denied") in world.audited()
    assert world.log_in("rin@bank").status_code == 200


def test_a_weak_password_is_refused_and_not_told_back(world):
    for weak in ("short", "password1234", "rin@bank-rin@bank", "aaaaaaaaaaaaaaaa"):
        answer = change(world, new=weak)
        assert answer.status_code == 422
        assert weak not in answer.text
    assert world.log_in("rin@bank").status_code == 200


def test_guessing_the_old_password_locks_the_name(world):
    told = [change(world, old=f"guess number {number}").status_code for number in range(11)]

    assert told == [401] * 10 + [429]
    assert world.log_in("rin@bank").status_code == 429


def test_codes_are_asked_for_once_one_was_right(world):
    secret = begin(world)
    assert world.log_in("rin@bank").json()["strength"] == "password"
    right = code_now(world, secret)
    assert send(world, "POST", "/totp/confirm", {"code": wrong(right)}).status_code == 401
    assert confirm(world, secret).status_code == 204

    assert world.log_in("rin@bank").status_code == 401
    told = world.log_in("rin@bank", code=code_now(world, secret))
    assert told.json()["strength"] == "totp"
    audited = [one for one in world.audited() if one[0].startswith("user.totp")]
    assert audited == [
        ("user.totp.new", "rin@bank", "allowed"),
        ("user.totp.confirm", "rin@bank", "denied"),
        ("user.totp.confirm", "rin@bank", "allowed"),
    ]


def test_the_secret_is_told_once_and_is_in_no_other_answer(world):
    first, second = begin(world), begin(world)
    assert first != second
    assert send(world, "POST", "/totp/confirm", {"code": code_now(world, first)}).status_code == 401
    assert confirm(world, second).status_code == 204

    answer = send(world, "POST", "/totp")
    assert answer.status_code == 403
    assert "otpauth" not in answer.text
    assert "totp" not in world.get("bank admin", "/api/v1/admin/users/rin@bank").text


def test_codes_end_with_a_code_that_was_not_used(world):
    secret = begin(world)
    used = code_now(world, secret)
    confirm(world, secret)
    for bad in (used, wrong(code_now(world, secret)), ""):
        assert send(world, "DELETE", "/totp", {"code": bad}).status_code == 401
    assert world.log_in("rin@bank").status_code == 401
    assert send(world, "DELETE", "/totp", {"code": code_now(world, secret)}).status_code == 204

    assert world.log_in("rin@bank").json()["strength"] == "password"


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_a_key_changes_nothing_of_a_person(world, method, path, body):
    world.key("of rin", "bank", user="rin@bank")
    world.web.cookies.clear()
    said = {} if body is None else {"json": body}
    for key, status in ((None, 401), ("of rin", 403), ("bank admin", 403), ("soc admin", 403)):
        assert world.ask(key, method, f"/api/v1/me{path}", **said).status_code == status

    assert [one for one in world.audited() if one[2] == "denied"]
    assert world.log_in("rin@bank").json()["strength"] == "password"


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_a_page_of_another_site_changes_nothing(world, method, path, body):
    said = {} if body is None else {"json": body}
    csrf = {"X-CSRF-Token": world.web.get("/api/v1/me").json()["csrf"]}
    for headers in (
        {},
        {"X-CSRF-Token": "x"},
        csrf | {"Sec-Fetch-Site": "cross-site"},
        csrf | {"Origin": "https://evil.example.com"},
    ):
        answer = world.ask(None, method, f"/api/v1/me{path}", headers=headers, **said)
        assert answer.status_code == 403
    assert world.log_in("rin@bank").json()["strength"] == "password"


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_while_all_is_open_there_is_no_person_to_change(tmp_path, method, path, body):
    said = {} if body is None else {"json": body}
    with guarded(tmp_path / "open", populated=False) as world:
        assert world.ask(None, method, f"/api/v1/me{path}", **said).status_code == 403


@pytest.mark.parametrize(("method", "path"), [one[:2] for one in OPERATIONS if one[2]])
def test_what_is_more_or_less_than_asked_for_is_malformed(world, method, path):
    for body in ({}, {"code": 1}, {"old": "x", "new": "y", "user": "boss@bank"}, [1]):
        assert send(world, method, path, body).status_code == 422
