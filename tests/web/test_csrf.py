from collections.abc import Iterator
from pathlib import Path

import pytest

from guarded import World, guarded

KEYS = "/api/v1/admin/keys"
NEW = {"organisation": "bank"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with guarded(tmp_path_factory.mktemp("data")) as world:
        world.log_in("boss@bank")
        yield world


def token(world: World) -> str:
    return world.web.get("/api/v1/me").json()["csrf"]


def test_with_a_session_a_change_needs_the_token_of_that_session(world):
    good = token(world)

    assert world.web.post(KEYS, json=NEW).status_code == 403
    for wrong in ("", "x", good[:-1], good.upper() + "0"):
        assert world.web.post(KEYS, json=NEW, headers={"X-CSRF-Token": wrong}).status_code == 403
    assert world.web.post(KEYS, json=NEW, headers={"X-CSRF-Token": good}).status_code == 201


def test_the_token_of_another_session_is_none(world, tmp_path: Path):
    with guarded(tmp_path) as other:
        other.log_in("boss@bank")
        foreign = token(other)

    assert world.web.post(KEYS, json=NEW, headers={"X-CSRF-Token": foreign}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_a_browser_that_says_another_site_asks_is_refused_even_with_the_token(world, site):
    headers = {"X-CSRF-Token": token(world), "Sec-Fetch-Site": site}

    assert world.web.post(KEYS, json=NEW, headers=headers).status_code == 403


@pytest.mark.parametrize("origin", ["https://example.com", "null", "http://127.0.0.1.example.com"])
def test_an_origin_that_is_not_ours_is_refused(world, origin):
    headers = {"X-CSRF-Token": token(world), "Origin": origin}

    assert world.web.post(KEYS, json=NEW, headers=headers).status_code == 403


def test_our_own_page_is_let_through(world):
    headers = {
        "X-CSRF-Token": token(world),
        "Sec-Fetch-Site": "same-origin",
        "Origin": "http://127.0.0.1",
    }

    assert world.web.post(KEYS, json=NEW, headers=headers).status_code == 201


def test_reading_needs_no_token(world):
    assert world.web.get(KEYS).status_code == 200


def test_a_key_needs_no_token_for_no_browser_sends_it_by_itself(world):
    assert world.ask("bank admin", "POST", KEYS, json=NEW).status_code == 201


def test_another_site_logs_nobody_in(world):
    said = {"user": "rin@bank", "password": "x"}

    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.com"}):
        assert world.web.post("/api/v1/login", json=said, headers=headers).status_code == 403


def test_a_form_of_another_site_that_cannot_send_json_is_not_read(world):
    answer = world.web.post("/api/v1/login", data={"user": "rin@bank", "password": "x"})

    assert answer.status_code in {400, 415, 422}
