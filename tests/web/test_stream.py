import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from cure.installation import Installation
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from cure.web import broadcast
from cure.web.asker import Asker
from cure.web.authentication import Proof
from servers import NOW, application, finding, ndjson, running
from waiting import soon


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "TICK_S", 0.05)


def events(answer: httpx.Response) -> Iterator[tuple[int, str, dict]]:
    told: dict[str, str] = {}
    for line in answer.iter_lines():
        if line:
            name, _, text = line.partition(": ")
            told[name] = text
        elif "event" in told:
            yield int(told["id"]), told["event"], json.loads(told["data"])
            told = {}


def record_of(address: str) -> Record:
    said = Finding(Kind.SIGHTING, (mention(ip(address)),), NOW, NOW)
    return Record("sensor", Label(Tlp.GREEN, "soc"), digest_of("sensor", said), said)


def post(url: str, source: str, *findings: dict) -> None:
    posted = httpx.post(f"{url}/api/v1/records?source={source}", content=ndjson(*findings))
    assert posted.json()["quarantined"] == []


def test_a_snapshot_comes_first_and_then_what_changed(tmp_path: Path):
    with (
        Installation(tmp_path, write=True, link_reserved=True) as installation,
        running(application(installation)) as url,
    ):
        post(url, "nicter", finding("192.0.2.1"), finding("192.0.2.2"))
        with httpx.stream("GET", f"{url}/api/v1/stream") as answer:
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            told = events(answer)
            first = next(told)
            post(url, "sensor", finding("192.0.2.1"), finding("192.0.2.1", count=2))
            second = next(told)
            post(url, "sensor", finding("192.0.2.2"))
            third = next(told)

    assert (first[1], second[1], third[1]) == ("snapshot", "changes", "changes")
    assert [one["name"] for one in first[2]["sources"]] == ["nicter"]
    assert first[2]["links"] == {"sources": ["nicter"], "matrix": [[2]]}
    link = {"a": "nicter", "b": "sensor", "topic": "ip", "count": 1}
    assert second[2] == {"records": {"sensor": 2}, "links": [link]}
    assert third[2] == {"records": {"sensor": 1}, "links": [link]}
    assert first[0] < second[0] < third[0]


def test_snapshot_and_changes_add_up_whenever_one_begins_to_listen(tmp_path: Path):
    with (
        Installation(tmp_path, write=True, link_reserved=True) as installation,
        running(application(installation)) as url,
    ):
        for begin in range(5):
            post(url, "sensor", *(finding(f"10.{begin}.0.{i}") for i in range(20)))
            with httpx.stream("GET", f"{url}/api/v1/stream") as answer:
                told = events(answer)
                records = sum(one["records"] for one in next(told)[2]["sources"])
                post(url, "sensor", *(finding(f"10.{begin}.1.{i}") for i in range(20)))
                while records < (begin + 1) * 40:
                    records += next(told)[2]["records"]["sensor"]
            assert records == (begin + 1) * 40


def test_an_audience_is_told_of_what_it_may_see_only(tmp_path: Path):
    with Installation(tmp_path, write=True, link_reserved=True) as installation:
        app = application(installation, audience=Audience("bank", Tlp.GREEN))
        with running(app) as url, httpx.stream("GET", f"{url}/api/v1/stream") as answer:
            told = events(answer)
            assert next(told)[2]["sources"] == []
            post(url, "secret", finding("192.0.2.1"))
            post(url, "nicter", finding("192.0.2.1"))

            assert next(told)[2] == {"records": {"nicter": 1}, "links": []}


def test_silence_is_filled_with_heartbeats(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(broadcast, "HEARTBEAT_S", 0.1)
    with (
        Installation(tmp_path, write=True, link_reserved=True) as installation,
        running(application(installation)) as url,
        httpx.stream("GET", f"{url}/api/v1/stream") as answer,
    ):
        assert ": still here" in answer.iter_lines()


def test_whoever_does_not_listen_is_told_that_he_lost_something_and_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(broadcast, "WAITING_EVENTS", 2)

    async def scenario(app: Litestar) -> list[bytes]:
        serving, writer = app.state.serving, app.state.writer
        asker = Asker(serving, Proof(serving.authentication.operator), "")
        told, another = (app.state.broadcast.events(asker) for _ in range(2))
        async with app.lifespan():
            first = await anext(told)
            await anext(another)
            for number in range(4):
                await asyncio.wrap_future(writer.submit([record_of(f"192.0.2.{number}")]))
                await anext(another)  # so both were told
            return [first, await anext(told), await anext(told)]

    with Installation(tmp_path, write=True, link_reserved=True) as installation:
        told = asyncio.run(scenario(application(installation)))

    names = [event.split(b"event: ")[1].split(b"\n")[0] for event in told]
    assert names == [b"snapshot", b"lost", b"snapshot"]
    assert b'"records":4,' in told[2]


def test_whoever_leaves_is_forgotten(tmp_path: Path):
    with Installation(tmp_path, write=True, link_reserved=True) as installation:
        app = application(installation)
        with running(app) as url:
            with httpx.stream("GET", f"{url}/api/v1/stream") as answer:
                told = events(answer)
                next(told)
                assert len(app.state.broadcast) == 1
            soon(lambda: not len(app.state.broadcast))


def test_streams_end_with_the_server(tmp_path: Path):
    with (
        Installation(tmp_path, write=True, link_reserved=True) as installation,
        httpx.Client() as client,
    ):
        with running(application(installation)) as url:
            request = client.build_request("GET", f"{url}/api/v1/stream")
            answer = client.send(request, stream=True)
            told = answer.iter_lines()
            next(told)

        assert list(told)[-1] == ""
