from pathlib import Path

import pytest

from cure.access.limits import Buckets
from cure.errors import LockedError
from cure.web import limiting
from cure.web.limiting import Limits
from guarded import BY, guarded

SOURCES = "/api/v1/sources"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass, however slow the machine is: a bucket fills again meanwhile."""
    monkeypatch.setattr(limiting, "monotonic", lambda: 0.0)


def test_who_asks_too_often_is_told_when_to_come_again_and_nobody_else_is(tmp_path: Path):
    with guarded(tmp_path, requests_a_minute=60) as world:  # ten at once
        answers = [world.get("bank", SOURCES) for _ in range(12)]
        other = world.get("isp", SOURCES)

    assert [one.status_code for one in answers] == [200] * 10 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].json()["error"]["code"] == "locked"
    assert other.status_code == 200


def test_no_answer_tells_how_many_requests_are_left(tmp_path: Path):
    with guarded(tmp_path, requests_a_minute=60) as world:
        headers = {name.lower() for _ in range(12) for name in world.get("bank", SOURCES).headers}

    assert not [name for name in headers if "limit" in name or "remaining" in name]


def test_all_keys_of_a_machine_share_one_limit(tmp_path: Path):
    with guarded(tmp_path, requests_a_minute=60) as world:
        for number in range(4):
            world.key(f"more {number}", "bank", *BY.scopes & {"read"})  # pyright: ignore[reportArgumentType]
        answers = [world.get(f"more {n % 4}", SOURCES).status_code for n in range(12)]

    assert answers.count(429) == 2


def test_wrong_credentials_from_one_address_are_limited_and_good_ones_are_not(tmp_path: Path):
    with guarded(tmp_path) as world:
        wrong = {"Authorization": "Bearer cure_aaaaaaaa_" + "0" * 43}
        answers = [world.web.get(SOURCES, headers=wrong) for _ in range(130)]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["Retry-After"]) >= 1
        assert world.get("bank", SOURCES).status_code == 200


def test_tries_to_log_in_from_one_address_are_limited(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("cure.access.sessions.is_right", lambda *_: False)  # else it takes 50 ms
    with guarded(tmp_path) as world:
        answers = [world.log_in(f"user{number}@bank") for number in range(25)]

    assert {one.status_code for one in answers[:20]} == {401}
    assert {one.status_code for one in answers[20:]} == {429}


def test_tries_to_set_up_are_limited_before_a_password_is_hashed(tmp_path: Path):
    with guarded(tmp_path, populated=False, needs_accounts=True) as world:
        said = {"token": "x", "user": "root@soc", "password": "short"}
        answers = [world.web.post("/api/v1/setup", json=said).status_code for _ in range(25)]

    assert answers == [401] * 20 + [429] * 5


def test_a_limit_of_less_than_one_at_once_is_one():
    buckets = Limits(1)
    buckets.ask(BY)
    with pytest.raises(LockedError):
        buckets.ask(BY)


def test_a_bucket_fills_again():
    buckets = Buckets(per_minute=60, burst=1)
    buckets.take("a", 0)
    with pytest.raises(LockedError) as refused:
        buckets.take("a", 0.5)
    assert refused.value.retry_after_s == 1
    buckets.take("a", 1.5)
