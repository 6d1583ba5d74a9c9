"""MISP's own client, and the collectors that speak its language, against a real server."""

import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import md5
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from cure.installation import Installation
from servers import NOW, application, running

ATTACKERS = [f"198.51.100.{n}" for n in range(1, 26)]
MALWARE = "malware:tideloader"


@pytest.fixture
def pymisp() -> ModuleType:
    """Load MISP's own client for who uses it: that takes seconds, and each worker loads us."""
    return import_module("pymisp")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with (
        Installation(tmp_path, write=True) as installation,
        running(application(installation)) as base,
    ):
        url = f"{base}/"
        post(url, "cowrie@tokyo-1", *(said(value, "attacker") for value in ATTACKERS))
        post(url, "exist", said("bad.example.com", "c2", MALWARE), said("192.0.2.9", "subject"))
        yield url


def said(value: str, role: str, *tags: str, days_ago: int = 0) -> dict[str, Any]:
    topic = "ip" if value[0].isdigit() else "domain"
    seen = (NOW - timedelta(days=days_ago)).isoformat()
    observables = [{"topic": topic, "value": value, "role": role}]
    observables += [{"topic": "tag", "value": tag, "role": "tag"} for tag in tags]
    return {"observables": observables, "first_seen": seen, "last_seen": seen}


def post(url: str, source: str, *findings: dict[str, Any]) -> None:
    body = "\n".join(json.dumps(one) for one in findings)
    httpx.post(
        f"{url}api/v1/records",
        params={"source": source},
        content=body,
        headers={"Content-Type": "application/x-ndjson"},
    ).raise_for_status()


def test_pymisp_connects_and_reads_events_with_their_attributes(
    server: str, pymisp: ModuleType
) -> None:
    misp = pymisp.PyMISP(f"{server}misp/", "any", ssl=False)
    events = misp.events(pythonify=True)
    assert {one.info for one in events} == {
        f"cowrie@tokyo-1, {NOW.date()}",
        f"exist, {NOW.date()}",
    }

    cowrie = next(one for one in events if one.info.startswith("cowrie"))
    whole = misp.get_event(cowrie.uuid, pythonify=True)
    assert isinstance(whole, pymisp.MISPEvent)
    assert sorted(one.value for one in whole.attributes) == sorted(ATTACKERS)
    assert {one.type for one in whole.attributes} == {"ip-src"}
    assert "tlp:amber" in {tag.name for tag in whole.tags}


def test_pymisp_searches_by_value_by_tag_and_by_type(server: str, pymisp: ModuleType) -> None:
    misp = pymisp.PyMISP(f"{server}misp/", "any", ssl=False)

    (found,) = misp.search("attributes", value="bad.example.com", pythonify=True)
    assert (found.type, found.value) == ("domain", "bad.example.com")
    assert MALWARE in {tag.name for tag in found.tags}

    (event,) = misp.search("events", tags=MALWARE, pythonify=True)
    assert [one.value for one in event.attributes] == ["bad.example.com"]
    assert misp.search("attributes", type_attribute="md5", pythonify=True) == []
    assert misp.search("attributes", value="203.0.113.77", pythonify=True) == []


def test_a_collector_that_pages_by_time_gets_every_attribute_once(server: str) -> None:
    """Elastic's `ti_misp`: pages of ten, from the newest time that it has, oldest first."""
    seen: list[str] = []
    for page in range(1, 10):
        asked = {"page": page, "limit": 10, "returnFormat": "json", "timestamp": 0}
        answer = httpx.post(f"{server}misp/attributes/restSearch", json=asked).json()
        times = [int(one["timestamp"]) for one in answer["response"]["Attribute"]]
        assert times == sorted(times)
        seen += [one["value"] for one in answer["response"]["Attribute"]]
        if len(times) < 10:
            break
    assert sorted(seen) == sorted([*ATTACKERS, "bad.example.com"])


def test_what_came_later_is_found_from_the_time_of_what_came_before(server: str) -> None:
    answer = httpx.post(f"{server}misp/attributes/restSearch", json={}).json()
    newest = max(int(one["timestamp"]) for one in answer["response"]["Attribute"])
    post(server, "exist", said("worse.example.com", "c2", days_ago=3))
    asked = {"timestamp": newest + 1}
    later = httpx.post(f"{server}misp/attributes/restSearch", json={"timestamp": newest}).json()

    assert "worse.example.com" in {one["value"] for one in later["response"]["Attribute"]}
    assert httpx.post(f"{server}misp/attributes/restSearch", json=asked).status_code == 200


def test_the_feed_names_every_event_and_every_value(server: str, pymisp: ModuleType) -> None:
    manifest = httpx.get(f"{server}misp/feed/manifest.json").json()
    hashes = httpx.get(f"{server}misp/feed/hashes.csv").text.splitlines()
    assert len(manifest) == 2

    values: set[tuple[str, str]] = set()
    for uuid, heading in manifest.items():
        event = pymisp.MISPEvent()
        event.from_dict(**httpx.get(f"{server}misp/feed/{uuid}.json").json()["Event"])
        assert event.info == heading["info"]
        values |= {
            (md5(one.value.encode(), usedforsecurity=False).hexdigest(), uuid)
            for one in event.attributes
        }
    assert {tuple(line.split(",")) for line in hashes} == values


@pytest.mark.parametrize(
    "wrong",
    [
        {"returnFormat": "xml"},
        {"page": "x"},
        {"timestamp": "soon"},
        {"last": "999999d"},
        {"timestamp": "0001-01-01T00:00:00+23:59"},
        {"tags": ["a:b", "c:d"]},
    ],
)
def test_a_search_that_is_not_understood_is_refused_with_the_reason(
    server: str, wrong: dict[str, Any]
) -> None:
    answer = httpx.post(f"{server}misp/attributes/restSearch", json=wrong)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "malformed"


def test_there_is_no_event_that_was_never_told_of(server: str) -> None:
    assert httpx.get(f"{server}misp/events/view/no-such-event").status_code == 404
