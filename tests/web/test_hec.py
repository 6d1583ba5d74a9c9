"""The endpoint for whatever can send to Splunk: its answers are those of Splunk."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from queue import Full

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from cure.errors import LogError
from cure.installation import Installation
from cure.ways import Hec
from cure.web.hec import RefusedError, events_in
from cure.writer import Writer
from servers import client_of, finding, ndjson
from web.test_push import SOURCE, TOKEN, application

SUCCESS = {"text": "Success", "code": 0}
ONE = finding("192.0.2.1")
EVENTS = [
    "/services/collector",
    "/services/collector/event",
    "/services/collector/event/1.0",
]


@pytest.fixture
def web(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    other = replace(SOURCE, name="nicter@other", way=Hec("another-token-123"))
    with (
        Installation(tmp_path, write=True, link_reserved=True) as installation,
        client_of(application(installation, other, replace(SOURCE, way=Hec(TOKEN)))) as client,
    ):
        yield client


def post(web, path: str, body: bytes, authorization: str = f"Splunk {TOKEN}"):
    return web.post(path, content=body, headers={"Authorization": authorization})


def sources_of(web, value: str) -> list[str]:
    card = web.get("/api/v1/observables", params={"value": value}).json()
    return list(card.get("sources", []))


@pytest.mark.parametrize("path", EVENTS)
def test_an_event_is_a_line_of_the_source_whose_token_it_is(web, path: str):
    answer = post(web, path, json.dumps({"event": ONE, "host": "sensor"}).encode())

    assert (answer.status_code, answer.json()) == (200, SUCCESS)
    assert sources_of(web, "192.0.2.1") == ["nicter@lab"]


def test_events_come_one_after_the_other_as_objects_or_as_text(web):
    events = [
        {"time": 1, "event": finding("192.0.2.1")},
        {"event": json.dumps(finding("192.0.2.2"))},
        {"fields": {"a": "b"}, "event": finding("192.0.2.3")},
    ]

    assert post(web, EVENTS[0], "".join(map(json.dumps, events)).encode()).json() == SUCCESS
    assert all(sources_of(web, f"192.0.2.{n}") for n in (1, 2, 3))


@pytest.mark.parametrize("path", ["/services/collector/raw", "/services/collector/raw/1.0"])
def test_raw_lines_are_lines(web, path: str):
    assert post(web, path + "?channel=x", ndjson(ONE, b"{")).json() == SUCCESS

    [health] = [one for one in web.get("/api/v1/origins").json() if one["lines"]]
    assert (health["source"], health["spoke"], health["quarantined"]) == ("nicter@lab", 1, 1)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", {"text": "No data", "code": 5}),
        (b" \n", {"text": "No data", "code": 5}),
        (b"{", {"text": "Invalid data format", "code": 6, "invalid-event-number": 0}),
        (b'{"event": 1} x', {"text": "Invalid data format", "code": 6, "invalid-event-number": 1}),
        (b"[1]", {"text": "Invalid data format", "code": 6, "invalid-event-number": 0}),
        (b"[" * 9999, {"text": "Invalid data format", "code": 6, "invalid-event-number": 0}),
        (b"{}", {"text": "Event field is required", "code": 12, "invalid-event-number": 0}),
        (
            b'{"event": null}',
            {"text": "Event field is required", "code": 12, "invalid-event-number": 0},
        ),
        (
            b'{"event": "a"}{"event": " "}',
            {"text": "Event field cannot be blank", "code": 13, "invalid-event-number": 1},
        ),
    ],
)
def test_what_cannot_be_taken_is_refused_whole(web, body: bytes, told: dict[str, object]):
    answer = post(web, EVENTS[0], body)

    assert (answer.status_code, answer.json()) == (400, told)
    assert not any(one["lines"] for one in web.get("/api/v1/origins").json())


def test_nobody_sends_without_a_token(web):
    without = web.post(EVENTS[0], content=b"{}")

    assert (without.status_code, without.json()) == (401, {"text": "Token is required", "code": 2})
    for given_, status, code in ((f"Bearer {TOKEN}", 401, 3), ("Splunk x", 403, 4)):
        answer = post(web, EVENTS[0], b'{"event": 1}', given_)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("error", [Full(), LogError("no space left")])
def test_a_server_that_is_busy_says_so_instead_of_acknowledging(
    web, error: Exception, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(Writer, "submit", refuse)
    answer = post(web, EVENTS[0], json.dumps({"event": ONE}).encode())

    assert (answer.status_code, answer.json()) == (503, {"text": "Server is busy", "code": 9})


def test_its_health_is_asked_without_a_token(web, monkeypatch: pytest.MonkeyPatch):
    healthy = web.get("/services/collector/health")
    assert (healthy.status_code, healthy.json()) == (200, {"text": "HEC is healthy", "code": 17})

    monkeypatch.setattr(Writer, "__len__", lambda _: 200_000)
    full = web.get("/services/collector/health/1.0")
    assert (full.status_code, full.json()["code"]) == (503, 18)


@given(st.binary(max_size=60))
def test_any_bytes_are_events_or_refused(body: bytes):
    try:
        assert all(isinstance(one, bytes) for one in events_in(body))
    except RefusedError as error:
        assert error.told.code in {5, 6, 12, 13}
