"""What partners send: kept as it is, read as findings, told of object by object."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from guarded import World
from taxii.world import ACCEPT, MEDIA_TYPE, trusted

RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
INBOX = "collections/inbox/objects"
NUMBERS = count(1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with trusted(tmp_path_factory.mktemp("taxii")) as world:
        yield world


@pytest.fixture
def indicator() -> dict[str, Any]:
    """Return an indicator that nobody has sent before."""
    number = next(NUMBERS)
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--8e2e2d2b-17d4-4cbf-938f-{number:012x}",
        "created": "2025-06-01T10:00:00.5Z",
        "modified": "2025-06-02T10:00:00.123456Z",
        "pattern": f"[domain-name:value = 'c{number}.example5.jp']",
        "pattern_type": "stix",
        "valid_from": "2025-06-01T10:00:00Z",
        "x_ours": {"kept": ["as", 1.50, None]},
    }


def post(world: World, body: object, key: str = "bank", **headers: str) -> httpx.Response:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {**ACCEPT, "Content-Type": MEDIA_TYPE, **headers}
    return world.ask(key, "POST", f"/taxii2/bank/{INBOX}/", content=text, headers=given)


def get(world: World, path: str, key: str = "bank") -> httpx.Response:
    return world.ask(key, "GET", f"/taxii2/bank/{path}", headers=ACCEPT)


def known(world: World, indicator: dict[str, Any], key: str = "bank") -> httpx.Response:
    value = indicator["pattern"].split("'")[1]
    return world.get(key, f"/api/v1/observables/records?value={value}")


def test_an_object_comes_back_as_it_was_sent(world: World, indicator: dict[str, Any]):
    told = post(world, {"objects": [indicator]})
    assert told.status_code == 202
    assert told.json()["status"] == "complete"
    assert told.json()["successes"] == [{"id": indicator["id"], "version": indicator["modified"]}]

    [back] = get(world, f"{INBOX}/{indicator['id']}/").json()["objects"]
    listed = get(world, f"collections/inbox/manifest/?match[id]={indicator['id']}").json()
    assert back == indicator
    assert listed["objects"][0]["version"] == indicator["modified"]
    assert get(world, f"status/{told.json()['id']}/").json() == told.json()


def test_what_a_partner_sends_is_known_as_his(world: World, indicator: dict[str, Any]):
    post(world, {"objects": [indicator]})
    [record] = known(world, indicator).json()["records"]

    assert record["source"] == "partner@bank"
    assert (record["label"]["tlp"], record["label"]["owner"]) == ("TLP:AMBER", "bank")
    assert known(world, indicator, "soc").status_code == 404


def test_a_closer_marking_of_an_object_holds(world: World, indicator: dict[str, Any]):
    post(world, {"objects": [{**indicator, "object_marking_refs": [RED]}]})
    [record] = known(world, indicator).json()["records"]

    assert record["label"]["tlp"] == "TLP:RED"


def test_sending_again_changes_nothing_and_is_no_failure(world: World, indicator: dict[str, Any]):
    first, again = (post(world, {"objects": [indicator]}).json() for _ in range(2))
    objects = get(world, f"{INBOX}/{indicator['id']}/?match[version]=all").json()["objects"]

    assert first["success_count"] == again["success_count"] == 1
    assert objects == [indicator]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "indicator--1"},
        {"type": "malware"},
        {"created": "yesterday", "modified": "yesterday"},
        {"created": "", "modified": ""},
        {"spec_version": "1.2"},
        {"object_marking_refs": 1},
        {"id": 7},
    ],
)
def test_what_is_no_object_is_told_with_the_reason_and_quarantined(
    world: World, indicator: dict[str, Any], wrong: dict[str, object]
):
    told = post(world, {"objects": [{**indicator, **wrong}, indicator]}).json()
    quarantined = {(one.source, one.why) for _, one in world.installation.log.quarantined(50)}

    assert (told["total_count"], told["success_count"], told["failure_count"]) == (2, 1, 1)
    assert told["failures"][0]["message"]
    assert ("partner@bank", told["failures"][0]["message"]) in quarantined
    assert get(world, f"{INBOX}/{indicator['id']}/").json()["objects"] == [indicator]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"type": "x"}, 422),
        (b"no JSON", 422),
        ([], 422),
        (b"[" * 100_000, 422),
        ({"objects": [1]}, 202),
    ],
)
def test_what_is_no_envelope_is_refused(world: World, body: object, status: int):
    assert post(world, body).status_code == status


def test_only_the_media_type_of_taxii_is_taken(world: World):
    assert post(world, {"objects": []}, **{"Content-Type": "application/json"}).status_code == 415


def test_who_may_not_send_has_no_inbox(world: World):
    headers = {**ACCEPT, "Content-Type": MEDIA_TYPE}
    path = f"/taxii2/isp/{INBOX}/"

    assert world.ask("isp", "GET", "/taxii2/isp/collections/", headers=ACCEPT).json() == {}
    assert world.ask("isp", "POST", path, content=b"{}", headers=headers).status_code == 404


def test_a_key_that_only_publishes_sends_and_learns_what_became_of_it(
    world: World, indicator: dict[str, Any]
):
    told = post(world, {"objects": [indicator]}, "bank mute")

    assert told.status_code == 202
    assert get(world, f"status/{told.json()['id']}/", "bank mute").status_code == 200
    assert get(world, f"{INBOX}/", "bank mute").status_code == 403
    [inbox] = get(world, "collections/", "bank mute").json()["collections"]
    assert (inbox["can_read"], inbox["can_write"]) == (False, True)


def test_nobody_writes_into_what_is_computed(world: World, indicator: dict[str, Any]):
    post(world, {"objects": [indicator]})
    headers = {**ACCEPT, "Content-Type": MEDIA_TYPE}
    path = "/taxii2/bank/collections/all/objects/"
    gone = world.ask("bank", "DELETE", f"{path}{indicator['id']}/", headers=ACCEPT)

    assert world.ask("bank", "POST", path, content=b"{}", headers=headers).status_code == 403
    assert gone.status_code == 403


def test_what_is_deleted_is_gone_from_the_inbox_and_stays_known(
    world: World, indicator: dict[str, Any]
):
    post(world, {"objects": [indicator]})
    path = f"/taxii2/bank/{INBOX}/{indicator['id']}/"

    assert world.ask("bank", "DELETE", path, headers=ACCEPT).status_code == 200
    assert world.ask("bank", "DELETE", path, headers=ACCEPT).status_code == 404
    assert world.ask("bank", "GET", path, headers=ACCEPT).status_code == 404
    assert known(world, indicator).status_code == 200
