"""Watches over HTTP: made, filled, tried, muted; and hits that come at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from guarded import BY, guarded
from servers import asked, finding, ndjson, running
from waiting import soon


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path / "data") as client:
        yield client


def publish(client: TestClient[Litestar], source: str, *findings: dict[str, Any]) -> None:
    answer = client.post("/api/v1/records", params={"source": source}, content=ndjson(*findings))
    assert answer.is_success, answer.text


def made(client: TestClient[Litestar], *entries: str, **more: object) -> str:
    form = {"name": "ours", "own": True, "entries": entries, **more}
    answer = client.post("/api/v1/watches", json=form)
    assert answer.is_success, answer.text
    return answer.json()["watch"]["id"]


def hits(
    client: TestClient[Litestar], at_least: int = 0, **asked: str | int | bool | None
) -> list[Any]:
    """Ask for the hits, again until there are so many: they come a moment after the records."""
    return soon(
        lambda: client.get("/api/v1/hits", params=asked).json()["hits"],
        lambda found: len(found) >= at_least,
    )


def test_what_is_held_already_is_met_when_the_watch_is_made(client: TestClient[Litestar]) -> None:
    publish(client, "exist", finding("192.0.2.77", role="listed"))
    made(client, "192.0.2.0/24")

    [hit] = hits(client)

    assert (hit["value"], hit["entry"], hit["retro"]) == ("192.0.2.77", "192.0.2.0/24", True)
    assert hit["meaning"] == "own-address-listed"
    assert hit["sources"]["exist"]["count"] == 1
    assert hit["text"]["ja"]


def test_what_comes_later_is_met_too(client: TestClient[Litestar]) -> None:
    watch = made(client, "*.example.jp", "malware:*bot")
    publish(client, "exist", finding("www.example.jp", topic="domain", role="c2"))
    publish(client, "reports", finding("malware:lanternbot", topic="tag", role="tag"))

    found = hits(client, 2)

    assert [one["value"] for one in found] == ["malware:lanternbot", "www.example.jp"]
    assert {one["watch"] for one in found} == {watch}
    assert found[1]["meaning"] == "own-domain-c2"


def test_a_url_is_met_by_its_host(client: TestClient[Litestar]) -> None:
    made(client, "example.jp")
    publish(client, "exist", finding("http://login.example.jp/x", topic="url", role="listed"))

    [hit] = hits(client, 1)

    assert (hit["topic"], hit["value"]) == ("domain", "login.example.jp")


def test_bad_lines_come_back_and_the_others_are_watched(client: TestClient[Litestar]) -> None:
    publish(client, "exist", finding("192.0.2.9", role="listed"))
    watch = made(client)
    body = "# our own\n192.0.2.9\n\n999.1.2.3\nuser@\nexample.jp # shop\n"
    answer = client.post(f"/api/v1/watches/{watch}/entries", content=body).json()

    assert [one["line"] for one in answer["bad"]] == [4, 5]
    assert answer["watch"]["entries"] == 2
    assert [one["value"] for one in hits(client)] == ["192.0.2.9"]
    shown = client.get(f"/api/v1/watches/{watch}").json()
    assert sorted(shown["patterns"]) == ["192.0.2.9", "example.jp"]


def test_an_entry_that_was_taken_out_meets_nothing(client: TestClient[Litestar]) -> None:
    watch = made(client, "192.0.2.1", "192.0.2.2")
    client.post(f"/api/v1/watches/{watch}/entries/remove", content="192.0.2.1")
    publish(client, "exist", finding("192.0.2.1"), finding("192.0.2.2"))

    assert [one["value"] for one in hits(client, 1)] == ["192.0.2.2"]


def test_a_mute_watch_says_nothing_until_it_speaks_again(client: TestClient[Litestar]) -> None:
    watch = made(client, "192.0.2.1")
    client.patch(f"/api/v1/watches/{watch}", json={"muted": True})
    publish(client, "exist", finding("192.0.2.1"))
    before = hits(client)
    client.patch(f"/api/v1/watches/{watch}", json={"muted": False})

    assert before == []
    assert len(hits(client)) == 1


def test_more_of_the_same_is_one_hit_and_another_source_is_another(
    client: TestClient[Litestar],
) -> None:
    made(client, "192.0.2.1")
    publish(client, "exist", finding("192.0.2.1", key="a"))
    hits(client, 1)
    publish(client, "exist", finding("192.0.2.1", key="b"))
    soon(lambda: hits(client)[0]["count"] == 2)  # what is matched in one go is one hit
    publish(client, "cowrie", finding("192.0.2.1", key="c"))
    last, first = hits(client, 2)

    assert list(last["sources"]) == ["cowrie"]
    assert last["also"] == ["exist"]
    assert (first["count"], list(first["sources"])) == (2, ["exist"])


def test_a_hit_is_acknowledged_once(client: TestClient[Litestar]) -> None:
    publish(client, "exist", finding("192.0.2.1"))
    made(client, "192.0.2.1")
    [hit] = hits(client)
    done = client.post(f"/api/v1/hits/{hit['id']}/acknowledge").json()

    assert (done["state"], done["acknowledged_by"]) == ("acknowledged", "soc")
    assert hits(client, state="new") == []
    assert client.post("/api/v1/hits/nothing/acknowledge").status_code == 404


def test_hits_come_in_pages(client: TestClient[Litestar]) -> None:
    publish(client, "exist", *(finding(f"192.0.2.{n}") for n in range(5)))
    made(client, "192.0.2.0/24")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get("/api/v1/hits", params={"limit": 2, **cursor}).json()
        seen += [one["value"] for one in page["hits"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert sorted(seen) == [f"192.0.2.{n}" for n in range(5)]
    assert client.get("/api/v1/hits", params={"cursor": "AAAA"}).status_code == 422


def test_a_dry_run_tells_and_keeps_nothing(client: TestClient[Litestar]) -> None:
    publish(client, "exist", *(finding("192.0.2.1", key=str(n)) for n in range(3)))
    tried = client.post(
        "/api/v1/watches/dry-run", json={"entries": ["192.0.2.0/28", "1.2.3"]}
    ).json()

    assert (tried["times"], tried["records"], tried["values"]) == (1, 3, 1)
    assert tried["examples"] == [{"topic": "ip", "value": "192.0.2.1"}]
    assert [one["line"] for one in tried["bad"]] == [2]
    assert client.get("/api/v1/watches").json() == []
    assert hits(client) == []


def test_a_watch_that_was_removed_is_gone_with_its_hits(client: TestClient[Litestar]) -> None:
    publish(client, "exist", finding("192.0.2.1"))
    watch = made(client, "192.0.2.1")

    assert client.delete(f"/api/v1/watches/{watch}").status_code == 204
    assert client.get(f"/api/v1/watches/{watch}").status_code == 404
    assert hits(client) == []


def test_each_organisation_is_told_of_its_own_and_of_what_it_may_see(tmp_path: Path) -> None:
    with guarded(tmp_path / "data") as world:
        form = {"name": "ours", "own": True, "entries": ["192.0.2.0/24"]}
        for name in ("bank", "isp"):
            assert world.ask(name, "POST", "/api/v1/watches", json=form).is_success
        world.post("soc", "nicter", finding("192.0.2.1"))  # granted to both
        world.post("soc", "secret", finding("192.0.2.2"))
        world.post("isp", "sensor@isp", finding("192.0.2.3"))
        world.app.state.watch_post.match()
        [of_bank], of_isp = (
            world.get(name, "/api/v1/hits").json()["hits"] for name in ("bank", "isp")
        )
        taken = world.ask("isp", "POST", f"/api/v1/hits/{of_bank['id']}/acknowledge")

        assert of_bank["value"] == "192.0.2.1"
        assert sorted(one["value"] for one in of_isp) == ["192.0.2.1", "192.0.2.3"]
        assert taken.status_code == 404
        assert world.get(None, "/api/v1/hits").status_code == 401
        assert ("watch.add", "bank", "allowed") in world.audited()


def test_the_stream_of_hits_ends_with_the_key_that_asked_for_it(tmp_path: Path) -> None:
    with guarded(tmp_path / "data", is_served=False) as world, running(world.app) as url:
        headers = {"Authorization": f"Bearer {world.tokens['bank']}"}
        stream = httpx.stream("GET", f"{url}/api/v1/hits/stream", headers=headers)
        with stream as answer:
            lines = answer.iter_lines()
            assert next(lines) == "event: begin"
            world.accounts.keys.revoke(BY, world.ids["bank"], world.clock())

            assert not [line for line in lines if line.startswith("event")]
