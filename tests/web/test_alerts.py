"""Own alerts: answered with all that is known, and opened again by what becomes known."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from cure.installation import Installation
from cure.subscribers.watches import thread
from servers import application, asked, finding, ndjson, running
from waiting import soon

OUTSIDE, OWN = "198.51.100.7", "192.0.2.10"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path / "data") as client:
        yield client


def publish(
    client: TestClient[Litestar] | httpx.Client, source: str, *findings: dict[str, Any]
) -> None:
    answer = client.post("/api/v1/records", params={"source": source}, content=ndjson(*findings))
    assert answer.is_success, answer.text


def alert(outside: str = OUTSIDE, key: str | None = None) -> dict[str, Any]:
    """Return an alert of somebody outside who attacks the own side."""
    said = finding(outside, key=key, attributes={"signature": "ET SCAN Potential SSH Scan"})
    said["observables"].append({"topic": "ip", "value": OWN, "role": "victim"})
    return said


def alerts(client: TestClient[Litestar], **asked: str | int | bool | None) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/alerts", params=asked)
    assert answer.is_success, answer.text
    return answer.json()["alerts"]


def alerts_in(client: TestClient[Litestar], state: str) -> list[dict[str, Any]]:
    """Ask for the alerts in a state, until there are some."""
    return soon(lambda: alerts(client, state=state))


def test_a_new_alert_is_answered_with_all_that_is_known(client: TestClient[Litestar]) -> None:
    publish(client, "exist", finding(OUTSIDE, role="listed"))
    named = finding(OUTSIDE, role="c2", kind="annotation")
    named["observables"].append({"topic": "tag", "value": "malware:lanternbot", "role": "tag"})
    publish(client, "reports", named)
    publish(client, "nirvana@tokyo", alert())

    [one] = alerts(client)

    assert (one["signature"], one["state"]) == ("ET SCAN Potential SSH Scan", "new")
    assert one["own"] == [{"topic": "ip", "value": OWN, "role": "victim"}]
    [outside] = one["outside"]
    assert set(outside["sources"]) == {"exist", "reports"}
    assert [reason["code"] for reason in outside["reasons"]][:3] == ["also-in", "c2", "listed"]
    assert "malware:lanternbot" in outside["tags"]
    assert outside["score"] > 0


def test_what_an_alert_says_itself_is_no_other_source(client: TestClient[Litestar]) -> None:
    publish(client, "nirvana", alert(), alert("198.51.100.8", key="b"))

    found = alerts(client)

    assert not any(one["matched"] for one in found)
    assert all(known["reasons"] == [] for one in found for known in one["outside"])


def test_matched_alerts_come_first(client: TestClient[Litestar]) -> None:
    late = {"first_seen": "2026-01-12T00:00:00Z", "last_seen": "2026-01-12T00:00:00Z"}
    publish(client, "exist", finding(OUTSIDE, role="listed"))
    publish(client, "nirvana", alert(), {**alert("198.51.100.8"), **late})

    assert [one["outside"][0]["value"] for one in alerts(client)] == [OUTSIDE, "198.51.100.8"]
    assert len(alerts(client, matched=True)) == 1
    assert len(alerts(client, since="2026-01-11T00:00:00Z")) == 1
    assert len(alerts(client, limit=1, offset=1)) == 1


def test_new_intelligence_opens_past_alerts_again(client: TestClient[Litestar]) -> None:
    publish(client, "nirvana", alert(), alert("198.51.100.8", key="b"))
    [one] = [one for one in alerts(client) if one["outside"][0]["value"] == OUTSIDE]
    mark = f"/api/v1/alerts/{one['id']}/mark"
    done = client.post(mark, json={"state": "false-positive", "note": "our scanner"}).json()
    assert (done["state"], done["note"], done["by"]) == ("false-positive", "our scanner", "soc")
    publish(client, "exist", finding(OUTSIDE, role="listed"))

    [again] = alerts_in(client, "reopened")

    assert (again["id"], again["note"]) == (one["id"], "our scanner")
    assert (again["new"]["value"], again["new"]["sources"]) == (OUTSIDE, ["exist"])
    assert len(alerts(client, state="new")) == 1


def test_what_comes_before_anybody_has_looked_is_news_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "LOOK_EVERY_S", 600.0)
    monkeypatch.setattr(thread.WatchThread, "notice", lambda *_: None)
    with asked(tmp_path) as client:
        publish(client, "nirvana", alert())
        publish(client, "exist", finding(OUTSIDE, role="listed"))
        client.app.state.watch_post.match()

        assert [one["state"] for one in alerts(client)] == ["reopened"]


def test_more_from_a_source_that_spoke_before_opens_nothing(client: TestClient[Litestar]) -> None:
    publish(client, "exist", finding(OUTSIDE, role="listed", key="a"))
    publish(client, "nirvana", alert())
    publish(client, "exist", finding(OUTSIDE, role="listed", key="b"))
    publish(client, "cowrie", finding("198.51.100.9"))
    client.app.state.watch_post.match()

    assert [one["state"] for one in alerts(client)] == ["new"]


def test_what_is_computed_from_what_was_known_opens_nothing(client: TestClient[Litestar]) -> None:
    publish(client, "nirvana", alert())
    publish(client, "enricher@groups", finding(OUTSIDE, kind="similarity"))
    client.app.state.watch_post.match()

    assert [one["state"] for one in alerts(client)] == ["new"]


def test_what_came_before_an_alert_does_not_open_it(client: TestClient[Litestar]) -> None:
    publish(client, "nirvana", alert("198.51.100.1"))
    publish(client, "nirvana", alert(key="a"))
    publish(client, "exist", finding(OUTSIDE, role="listed"))
    alerts_in(client, "reopened")
    publish(client, "nirvana", alert(key="b"))

    states = [one["state"] for one in alerts(client) if one["matched"]]

    assert sorted(states) == ["new", "reopened"]


def test_nobody_can_mark_what_is_no_alert_of_his(client: TestClient[Litestar]) -> None:
    mark = {"state": "acknowledged"}

    assert client.post("/api/v1/alerts/AAAA/mark", json=mark).status_code == 404
    assert client.post("/api/v1/alerts/AAAA/mark", json={"state": "gone"}).status_code == 422


def test_hits_and_alerts_are_told_as_they_come(tmp_path: Path) -> None:
    with (
        Installation(tmp_path / "data", write=True, link_reserved=True) as installation,
        running(application(installation)) as url,
        httpx.Client(base_url=url) as client,
    ):
        client.post("/api/v1/watches", json={"name": "ours", "own": True, "entries": [OWN]})
        told: list[tuple[str, Any]] = []
        with client.stream("GET", "/api/v1/hits/stream") as stream:
            name = ""
            for line in stream.iter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    told.append((name, json.loads(value)))
                    if name == "begin":
                        publish(client, "nirvana", alert())
                if {one for one, _ in told} == {"begin", "hit", "alert"}:
                    break

    named = dict(told)
    assert named["hit"]["meaning"] == "own-address-under-attack"
    assert named["alert"]["outside"][0]["value"] == OUTSIDE
