"""A source takes back what it said: it is gone, and everybody downstream hears of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from cure import Client
from cure.formats.server_events import server_events
from cure.installation import Installation
from cure.interfaces import Cards
from cure.web import records_stream
from guarded import guarded
from servers import application, asked, finding, ndjson, running
from waiting import soon

ADDRESS = "192.0.2.7"
TAXII = {"Accept": "application/taxii+json;version=2.1"}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_stream, "TICK_S", 0.02)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path / "data") as client:
        yield client


def publish(web: TestClient[Litestar] | httpx.Client, *findings: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    answer = web.post("/api/v1/records?source=nicter", content=ndjson(*findings))
    assert answer.is_success, answer.text
    return answer.json()


def retract(web: TestClient[Litestar] | httpx.Client, **asked: object) -> Any:  # noqa: ANN401 - JSON
    answer = web.request("DELETE", "/api/v1/records", params={"source": "nicter", **asked})
    assert answer.is_success, answer.text
    return answer.json()


def is_known(web: TestClient[Litestar] | httpx.Client, value: str) -> bool:
    return web.get("/api/v1/observables", params={"value": value}).status_code == 200


def test_what_was_taken_back_by_key_is_gone_and_said_again_it_is_back(web):
    said = finding(ADDRESS, key="a") | {"attributes": {"victim": "198.51.100.7"}}
    publish(web, said, finding("192.0.2.8", key="b"))

    assert retract(web, key=["a", "never"], dry_run=True) == {"retracted": 1, "unknown": 1}
    assert is_known(web, ADDRESS)
    assert retract(web, key=["a", "never"]) == {"retracted": 1, "unknown": 1}
    assert not is_known(web, ADDRESS)
    assert is_known(web, "192.0.2.8")
    assert retract(web, key="a") == {"retracted": 0, "unknown": 1}
    assert publish(web, said)["accepted"] == 1
    assert is_known(web, ADDRESS)


def test_a_finding_without_a_key_is_taken_back_by_saying_so(web):
    publish(web, finding(ADDRESS))

    assert publish(web, finding(ADDRESS) | {"retracted": True})["accepted"] == 1
    assert not is_known(web, ADDRESS)
    assert publish(web, finding(ADDRESS) | {"retracted": True})["duplicates"] == 1
    assert publish(web, finding(ADDRESS), finding(ADDRESS))["accepted"] == 1
    assert is_known(web, ADDRESS)


@pytest.mark.parametrize("asked", [{"value": ADDRESS}, {"all": True}])
def test_all_that_a_source_says_of_a_value_or_at_all_is_taken_back(web, asked):
    publish(web, finding(ADDRESS), finding(ADDRESS, key="a"), finding("192.0.2.8"))
    web.post("/api/v1/records?source=sensor", content=ndjson(finding(ADDRESS)))
    count = 2 if "value" in asked else 3

    assert retract(web, **asked, dry_run=True) == {"retracted": count, "unknown": 0}
    assert retract(web, **asked) == {"retracted": count, "unknown": 0}
    assert retract(web, **asked) == {"retracted": 0, "unknown": 0}
    assert is_known(web, "192.0.2.8") == ("value" in asked)
    card = web.get("/api/v1/observables", params={"value": ADDRESS}).json()
    assert list(card["sources"]) == ["sensor"]


def test_nobody_takes_back_what_others_said(tmp_path):
    with guarded(tmp_path) as world:
        key = {"Authorization": f"Bearer {world.tokens['bank']}"}
        everything = "/api/v1/records?source=nicter&all=true"
        assert world.web.request("DELETE", everything, headers=key).status_code == 403


def test_whoever_follows_is_told_by_the_name_of_the_record(tmp_path):
    with (
        Installation(tmp_path, write=True, link_reserved=True) as installation,
        running(application(installation)) as url,
        httpx.Client(base_url=url) as web,
        web.stream("GET", "/api/v1/stream/records?topic=ip") as answer,
        Client(url) as client,
    ):
        events = server_events(answer.iter_lines())
        assert next(events).name == "begin"
        publish(web, finding(ADDRESS, key="a"))
        came = next(events)
        retract(web, key="a")
        gone = next(events)
        _, again = next(client.follow(cursor=came.id))

    record = json.loads(came.data)
    assert gone.name == "retracted"
    assert (
        json.loads(gone.data)
        == again
        == {
            "id": record["id"],
            "source": "nicter",
            "key": "a",
            "retracted": True,
        }
    )


def test_a_hit_is_withdrawn_and_told_again(web):
    form = {"name": "ours", "own": True, "entries": ["192.0.2.0/24"]}
    assert web.post("/api/v1/watches", json=form).is_success
    publish(web, finding(ADDRESS, key="a", role="listed"))
    [hit] = hits(web, state="new")
    retract(web, key="a")
    [gone] = hits(web, state="withdrawn")

    assert (gone["id"], gone["value"], gone["meaning"]) == (hit["id"], ADDRESS, "withdrawn")
    assert (gone["count"], gone["sources"]) == (0, {})
    publish(web, finding(ADDRESS, key="a", role="listed"))
    [new] = hits(web, state="new")
    assert new["id"] != hit["id"]


def hits(web: TestClient[Litestar], **asked: str) -> list[Any]:
    """Ask for hits until there are some: they come a moment after the records."""
    return soon(lambda: web.get("/api/v1/hits", params=asked).json()["hits"])


def test_its_stix_objects_come_again_as_revoked(web):
    publish(web, finding(ADDRESS, key="a"), finding(ADDRESS, key="b"))
    before = {one["id"]: one for one in objects(web)}
    retract(web, key="a")
    gone = [one for one in objects(web) if one.get("revoked")]
    retract(web, key="b")
    after = [one for one in objects(web) if one.get("revoked")]

    assert [one["type"] for one in gone] == ["observed-data", "sighting"]
    # Somebody else still named the address, and then nobody did.
    assert "indicator" in [one["type"] for one in after]
    for one in after:
        first = before[one["id"]]
        assert one["created"] == first["created"]
        assert one["modified"] > first["modified"]


def objects(web: TestClient[Litestar]) -> list[dict[str, Any]]:
    return web.get("/taxii2/soc/collections/all/objects/", headers=TAXII).json()["objects"]


@pytest.mark.parametrize("cards", list(Cards))
def test_what_is_too_old_is_let_go_while_the_server_runs(tmp_path, cards):
    with (
        Installation(tmp_path, write=True, link_reserved=True) as installation,
        running(application(installation)) as url,
        httpx.Client(base_url=url) as web,
    ):
        publish(web, finding(ADDRESS, key="a") | {"attributes": {"port": 22}})
        installation.retain("nicter", datetime.now(UTC) + timedelta(days=1), cards)
        publish(web, finding("192.0.2.8"))
        found = web.get("/api/v1/observables/records", params={"value": ADDRESS})

        assert is_known(web, ADDRESS) == (cards is Cards.KEEP)
        assert is_known(web, "192.0.2.8")
        if cards is Cards.KEEP:
            [record] = found.json()["records"]
            assert (record["whole"], record["attributes"], record["key"]) == (False, {}, None)
    with Installation(tmp_path, write=True, link_reserved=True) as again:
        assert again.state_hash() == again.replayed_hash(lambda *_: None)
