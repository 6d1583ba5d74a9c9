"""Behaviour over HTTP: who is alike and which groups there are, for whoever asks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cure.access.principal import Scope
from cure.enrichers.groups.publishing import SOURCE
from guarded import World, guarded
from servers import NOW, finding
from waiting import soon

BOT = "192.0.2.1"
TELNET = {"port": 23, "protocol": "telnet"}


def bot(address: str, path: str) -> list[dict[str, Any]]:
    """Let an address come three times on each of three days."""
    moments = [NOW - timedelta(days=day, minutes=pause) for day in (1, 2, 3) for pause in (0, 2, 4)]
    return [
        finding(
            address,
            first_seen=at.isoformat(),
            last_seen=at.isoformat(),
            attributes={"path": path, **TELNET},
        )
        for at in moments
    ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two campaigns: one that all see, and one that only the operator saw."""
    with guarded(tmp_path_factory.mktemp("similar")) as world:
        world.key("reader", "soc", Scope.READ)
        for n in range(8):
            world.post("soc", "nicter", *bot(f"192.0.2.{10 * n + 1}", "/x"))
            world.post("soc", "secret", *bot(f"198.51.100.{10 * n + 1}", "/y"))
        soon(
            lambda: world.get("soc", f"/api/v1/similar?ip={BOT}"),
            lambda r: len(r.json()["results"]) == 7,
        )
        yield world


def groups_of(world: World, key: str) -> dict[str, Any]:
    return soon(
        lambda: world.get(key, "/api/v1/groups"), lambda answer: answer.status_code == 200
    ).json()


def test_bots_of_a_campaign_are_alike(world: World):
    found = world.get("bank", f"/api/v1/similar?ip={BOT}&k=3").json()

    assert (found["status"], found["events"]) == ("ok", 9)
    assert [one["ip"] for one in found["results"]] == ["192.0.2.11", "192.0.2.21", "192.0.2.31"]
    assert set(found["results"][0]) == {
        *("ip", "score", "views", "shared", "first_seen", "last_seen"),
        *("scanner", "country", "asn", "as_name", "tags", "hours", "asked"),
    }
    assert (sum(found["hours"]), sum(found["results"][0]["hours"])) == (9, 9)
    assert found["asked"] == found["results"][0]["asked"]
    assert set(found["results"][0]["views"]) == {"what", "how", "when", "where"}
    assert found["window"]["until"].startswith("2026-01-14T11:5")


def test_the_same_network_can_be_left_out(world: World):
    asked = f"/api/v1/similar?ip={BOT}&exclude=same-net,known-scanner"
    assert world.get("bank", asked).json()["results"] == []


@pytest.mark.parametrize(
    "query",
    [
        *("ip=192.0.2.0/24", "ip=no.such.thing.invalid", "ip=malware:x", f"ip={BOT}&exclude=me"),
        *(f"ip={BOT}&window=soon", f"ip={BOT}&min_score=much"),
    ],
)
def test_a_question_that_cannot_be_read_is_told_so(world: World, query: str):
    assert world.get("soc", f"/api/v1/similar?{query}").status_code in {404, 422}


def test_nothing_is_known_of_an_address_that_only_others_saw(world: World):
    for path in (
        "similar?ip=198.51.100.1",
        f"compare?ip={BOT}&other=198.51.100.1",
        "compare?ip=198.51.100.1&other=198.51.100.11",
    ):
        answer = world.get("bank", f"/api/v1/{path}")
        assert answer.status_code == 404
        assert answer.json()["error"]["message"] == "nothing is known of 198.51.100.1"
    assert world.get("soc", "/api/v1/similar?ip=198.51.100.1").json()["status"] == "ok"


def test_two_addresses_are_compared(world: World):
    found = world.get("soc", f"/api/v1/compare?ip={BOT}&other=198.51.100.1").json()

    assert found["score"] < 0.9
    assert "path:/x" in found["differs"][0]
    assert "path:/y" in found["differs"][1]


def test_groups_are_those_of_whoever_asks(world: World):
    mine, theirs = groups_of(world, "soc"), groups_of(world, "bank")

    assert (mine["compared"], theirs["compared"]) == (16, 8)
    assert [one["size"] for one in theirs["groups"]] == [8]
    hidden = {one["id"] for one in mine["groups"]} - {one["id"] for one in theirs["groups"]}
    for name in (*hidden, "g-nobody"):
        assert world.get("bank", f"/api/v1/groups/{name}").status_code == 404


def test_the_groups_of_one_address_can_be_asked_for(world: World):
    mine = groups_of(world, "soc")["groups"]
    of_one = world.get("soc", f"/api/v1/groups?ip={BOT}").json()

    assert [one["size"] for one in of_one["groups"]] == [8]
    assert of_one["groups"][0] in mine
    assert world.get("soc", "/api/v1/groups?ip=203.0.113.9").json()["groups"] == []


def test_a_group_shows_its_members(world: World):
    [group] = groups_of(world, "bank")["groups"]
    told = world.get("bank", f"/api/v1/groups/{group['id']}").json()

    assert told["group"] == group
    assert [one["ip"] for one in told["members"]] == [f"192.0.2.{10 * n + 1}" for n in range(8)]


def test_only_the_operator_publishes_groups(world: World):
    assert world.ask("bank", "POST", "/api/v1/groups/publish").status_code == 403
    assert world.ask("reader", "POST", "/api/v1/groups/publish").status_code == 403

    done = world.ask("soc", "POST", "/api/v1/groups/publish")

    assert done.status_code == 200, done.text
    assert done.json()["joined"] == 16
    names = {
        key: {one["name"] for one in world.get(key, "/api/v1/sources").json()}
        for key in ("soc", "bank")
    }
    assert SOURCE in names["soc"]
    assert SOURCE not in names["bank"]
    assert world.get("soc", f"/api/v1/observables?value={BOT}").json()["sources"][SOURCE]


def test_what_is_asked_is_audited(world: World):
    world.get("bank", f"/api/v1/similar?ip={BOT}")
    groups_of(world, "bank")
    actions = {(action, who) for action, who, _ in world.audited()}

    assert {("similar", "bank"), ("groups", "bank")} <= actions


def test_a_new_address_is_found_within_seconds(world: World):
    world.post("soc", "nicter", *bot("192.0.2.99", "/x"))

    soon(
        lambda: world.get("bank", "/api/v1/similar?ip=192.0.2.99"),
        lambda answer: answer.status_code == 200 and len(answer.json()["results"]) >= 8,
    )


def test_a_card_tells_where_an_address_is_registered(tmp_path: Path):
    with guarded(tmp_path) as world:
        world.post("soc", "nicter", finding("133.243.0.1"), finding(BOT))
        places = [
            world.get("soc", f"/api/v1/observables?value={ip}").json()["place"]
            for ip in ("133.243.0.1", BOT)
        ]

    assert places == [
        {"country": "JP", "asn": None, "as_name": None},
        {"country": None, "asn": None, "as_name": None},
    ]
