"""Requests of somebody who means harm: words that become headers or markup, bodies that cost."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from backports import zstd

from cure.access.forms import NewUser
from guarded import ALL_SCOPES, BY, World, guarded, tell
from servers import finding, ndjson

A = "/api/v1/admin"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with guarded(tmp_path_factory.mktemp("data")) as world:
        tell(world)
        world.accounts.users.add(BY, NewUser(name="root@soc", scopes=ALL_SCOPES), world.clock())
        yield world


# Headers, logs and spreadsheets that attackers write into.


@pytest.mark.parametrize("text", ["a\r\nSet-Cookie: x=y", "a\nb", "a\x00b", "\u202eb", "=1+1"])
def test_nothing_that_was_asked_becomes_a_header(world, text):
    answers = [
        world.ask("bank", "GET", "/api/v1/observables", params={"value": text}),
        world.ask("bank", "GET", "/api/v1/search", params={"pattern": text}),
        world.ask("bank", "POST", "/api/v1/records", params={"source": text}, content=b""),
        world.ask("soc admin", "POST", f"{A}/organisations", json={"name": text}),
        world.log_in(text),
    ]

    for answer in answers:
        assert answer.status_code in {401, 404, 422}
        assert "set-cookie" not in answer.headers
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_an_attacker_writes_comes_back_as_json_that_no_browser_runs(world):
    script = "http://example.com/<script>alert(1)</script>"
    world.post("soc", "nicter", finding(script, "url", attributes={"user": "<img onerror=x>"}))
    answer = world.get("bank", "/api/v1/search?pattern=*.example.com")

    assert answer.headers["content-type"] == "application/json"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


# Bodies that cost more than they weigh.

DEEP = b"[" * 20_000
ENDPOINTS = ("/api/v1/login", "/api/v1/setup", f"{A}/users", f"{A}/keys", f"{A}/ratings")


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    "body",
    [DEEP, b'{"a":' * 10_000, b'{"days":' + b"9" * 5000 + b"}", b"\xff\xfe", b"", b"null", b"[]"],
    ids=["deep", "deep object", "long number", "no text", "empty", "null", "array"],
)
def test_a_form_that_cannot_be_read_is_refused(world, path, body):
    world.key("everything", "soc", *ALL_SCOPES)
    answer = world.ask("everything", "POST", path, content=body)

    assert answer.status_code in {400, 403, 422}


def test_a_form_is_small(world):
    body = b'{"name":"' + b"x" * (1 << 20) + b'"}'

    assert world.ask("bank admin", "POST", f"{A}/users", content=body).status_code == 413


@pytest.mark.parametrize("path", ["/api/v1/records?source=sensor@bank", "/api/v1/match"])
@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
def test_a_decompression_bomb_is_refused(tmp_path: Path, path: str, encoding: str, pack):
    bomb = pack(bytes(40 << 20))
    with guarded(tmp_path, max_body_bytes=4 << 20) as world:
        headers = {"Content-Encoding": encoding}
        answer = world.ask("bank", "POST", path, content=bomb, headers=headers)

    assert len(bomb) < 1 << 20
    assert answer.status_code == 413


def test_findings_that_are_deep_or_have_endless_numbers_are_quarantined(world):
    lines = (b'{"observables":' + DEEP, b'{"count":' + b"9" * 5000 + b"}", DEEP)
    answer = world.ask(
        "bank", "POST", "/api/v1/records?source=sensor@bank", content=ndjson(*lines)
    ).json()

    assert (answer["accepted"], answer["quarantined_count"]) == (0, 3)
