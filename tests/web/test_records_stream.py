"""Records as they come, to programs: each at least once, and none that is not theirs."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx
import pytest

from cure import Client
from cure.access.grants import Verb
from cure.access.principal import Scope
from cure.errors import MalformedError
from cure.formats.server_events import ServerEvent, server_events
from cure.installation import Installation
from cure.model import Label, Tlp
from cure.web import record_events, records_stream
from guarded import BY, World, guarded, tell
from servers import application, finding, ndjson, running
from waiting import PATIENCE_S

PATH = "/api/v1/stream/records"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_stream, "TICK_S", 0.02)
    monkeypatch.setattr(records_stream, "HEARTBEAT_S", 2 * PATIENCE_S)


def post(url: str, source: str, *findings: dict, token: str = "") -> None:
    posted = httpx.post(
        f"{url}/api/v1/records?source={source}",
        content=ndjson(*findings),
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )
    assert posted.status_code == 200
    assert posted.json()["quarantined"] == []


@contextmanager
def followed(url: str, *, token: str = "", **asked: object) -> Iterator[Iterator[ServerEvent]]:
    """Follow the stream, its first event taken."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.stream("GET", f"{url}{PATH}", params=asked, headers=headers) as answer:
        assert answer.status_code == 200
        told = server_events(answer.iter_lines())
        assert next(told).name == "begin"
        yield told


def values(events: Iterator[ServerEvent], count: int) -> list[str]:
    told = [json.loads(one.data) for one in islice(events, count)]
    return [one["observables"][0]["value"] for one in told]


@contextmanager
def serving(directory: Path) -> Iterator[str]:
    with (
        Installation(directory, write=True, link_reserved=True) as installation,
        running(application(installation)) as url,
    ):
        yield url


def test_a_record_is_told_as_it_is_shown_elsewhere(tmp_path: Path):
    with serving(tmp_path) as url, followed(url) as events:
        post(url, "nicter", finding("192.0.2.1", count=3))
        event = next(events)
        shown = httpx.get(f"{url}/api/v1/observables/records?value=192.0.2.1").json()

    assert event.name == "record"
    assert [json.loads(event.data)] == shown["records"]


def test_a_stream_begins_now_unless_it_is_told_since_when(tmp_path: Path):
    with serving(tmp_path) as url:
        post(url, "nicter", finding("192.0.2.1"))
        with followed(url) as new, followed(url, since="1990-01-01T00:00:00Z") as every:
            post(url, "nicter", finding("192.0.2.2"))
            assert values(new, 1) == ["192.0.2.2"]
            assert values(every, 2) == ["192.0.2.1", "192.0.2.2"]


def test_from_any_cursor_the_rest_comes_again_also_after_a_restart(tmp_path: Path):
    addresses = [f"192.0.2.{last}" for last in range(1, 8)]
    with serving(tmp_path) as url, followed(url) as events:
        post(url, "nicter", *map(finding, addresses))
        told = list(islice(events, len(addresses)))
    with serving(tmp_path) as url:
        for at, event in enumerate(told[:-1]):
            with followed(url, cursor=event.id) as rest:
                assert values(rest, 6 - at) == addresses[at + 1 :]


def test_the_header_of_browsers_goes_before_the_cursor(tmp_path: Path):
    with serving(tmp_path) as url:
        with followed(url) as events:
            post(url, "nicter", *(finding(f"192.0.2.{last}") for last in (1, 2, 3)))
            first, second, _ = islice(events, 3)
        with httpx.stream(
            "GET",
            f"{url}{PATH}",
            params={"cursor": first.id},
            headers={"Last-Event-ID": second.id},
        ) as answer:
            again = server_events(answer.iter_lines())
            next(again)
            assert values(again, 1) == ["192.0.2.3"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"topic": "domain"}, ["example.com", "example.net"]),
        ({"topic": ["domain", "email"]}, ["example.com", "a@example.org", "example.net"]),
        ({"source": "nicter"}, ["192.0.2.1", "example.com"]),
        ({"tag": "malware:emotet"}, ["192.0.2.2"]),
        ({"topic": "domain", "source": "sensor"}, ["example.net"]),
    ],
)
def test_only_what_is_asked_for_is_told(tmp_path: Path, asked: dict, expected: list[str]):
    tagged = finding("192.0.2.2")
    tagged["observables"].append({"topic": "tag", "value": "malware:emotet", "role": "tag"})
    with serving(tmp_path) as url, followed(url, **asked) as events:
        post(url, "nicter", finding("192.0.2.1"), finding("example.com", "domain"))
        post(url, "sensor", tagged, finding("a@example.org", "email"))
        post(url, "sensor", finding("example.net", "domain"))
        assert values(events, len(expected)) == expected


@pytest.mark.parametrize("asked", ["cursor=AAAA", "cursor=%00", "tag=none", "topic=x", "since=x"])
def test_what_cannot_be_followed_is_refused_before_the_stream_begins(tmp_path: Path, asked: str):
    with serving(tmp_path) as url:
        answer = httpx.get(f"{url}{PATH}?{asked}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "malformed")


def test_a_long_past_is_read_in_pages_and_in_order(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(record_events, "PAGE_RECORDS", 7)
    addresses = [f"10.0.{i // 250}.{i % 250}" for i in range(1000)]
    with serving(tmp_path) as url:
        post(url, "nicter", *map(finding, addresses))
        with followed(url, since="1990-01-01T00:00:00Z") as events:
            assert values(events, 1000) == addresses


@pytest.mark.parametrize("limit", ["_KEPT_RECORDS", "_KEPT_BYTES"])
def test_who_comes_later_is_told_all_also_what_was_forgotten(tmp_path: Path, monkeypatch, limit):
    monkeypatch.setattr(record_events, limit, 3)
    said = [f"192.0.2.{number}" for number in range(20)]
    with serving(tmp_path) as url:
        post(url, "nicter", *map(finding, said))
        for _ in range(2):
            with followed(url, since="1990-01-01T00:00:00Z") as events:
                assert values(events, 20) == said


def test_one_who_takes_nothing_holds_nobody_up(tmp_path: Path):
    with serving(tmp_path) as url, followed(url), followed(url) as events:
        for begin in range(4):
            said = (finding(f"10.{begin}.{i // 250}.{i % 250}") for i in range(2000))
            post(url, "nicter", *said)
            assert len(values(events, 2000)) == 2000


def test_heartbeats_come_while_there_is_nothing_to_tell(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(records_stream, "HEARTBEAT_S", 0.05)
    with serving(tmp_path) as url, httpx.stream("GET", f"{url}{PATH}") as answer:
        lines = [line for line in islice(answer.iter_lines(), 8) if line]

    assert lines[3:] == [": still here"] * 2


def test_a_client_goes_on_where_the_server_was_stopped(tmp_path: Path):
    with serving(tmp_path) as url, Client(url) as cure:
        told = cure.follow(since="1990-01-01T00:00:00Z")
        post(url, "nicter", finding("192.0.2.1"), finding("192.0.2.2"))
        cursor, record = next(told)
        assert record["observables"][0]["value"] == "192.0.2.1"
    with serving(tmp_path) as url, Client(url) as cure:
        post(url, "nicter", finding("192.0.2.3"))
        told = [record for _, record in islice(cure.follow(cursor, source=["nicter"]), 2)]
        with pytest.raises(MalformedError):
            next(cure.follow("AAAA"))

    assert [one["observables"][0]["value"] for one in told] == ["192.0.2.2", "192.0.2.3"]


# Rights ---------------------------------------------------------------------------------


@dataclass
class Served:
    """A world behind a socket."""

    world: World
    url: str

    def following(self, key: str, **asked: object):
        return followed(self.url, token=self.world.tokens[key], **asked)

    def post(self, key: str, source: str, *findings: dict) -> None:
        post(self.url, source, *findings, token=self.world.tokens[key])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with guarded(tmp_path) as world:
        tell(world)
    with guarded(tmp_path, populated=False, is_served=False) as world:
        for name in ("soc", "bank", "isp"):
            world.key(name, name, Scope.READ, Scope.PUBLISH)
        with running(world.app) as url:
            yield Served(world, url)


def test_each_is_told_what_his_audience_may_see(served):
    with served.following("bank") as bank, served.following("isp") as isp:
        served.post("soc", "secret", finding("192.0.2.50"))
        served.post("bank", "sensor@bank", finding("192.0.2.51"))
        served.post("soc", "nicter", finding("192.0.2.52"))
        assert values(bank, 2) == ["192.0.2.51", "192.0.2.52"]
        assert values(isp, 1) == ["192.0.2.52"]


def ends(events: Iterator[ServerEvent]) -> bool:
    """Tell whether nothing more comes; a stream that does not end is silent, and times out."""
    return list(events) == []


def test_the_stream_of_a_revoked_key_ends_and_others_go_on(served):
    accounts, clock = served.world.accounts, served.world.clock
    with served.following("bank") as bank, served.following("isp") as isp:
        accounts.keys.revoke(BY, served.world.ids["bank"], clock())
        assert ends(bank)
        served.post("soc", "nicter", finding("192.0.2.53"))
        assert values(isp, 1) == ["192.0.2.53"]


def test_the_stream_ends_when_a_grant_is_taken_or_a_source_is_rated_anew(served):
    accounts, clock = served.world.accounts, served.world.clock
    with served.following("bank") as bank, served.following("isp") as isp:
        accounts.grants.remove(BY, Verb.READ, "bank", ["nicter"], clock())
        assert ends(bank)
        green = Label(Tlp.GREEN, "soc")
        served.world.installation.relabel("nicter", green, Label(Tlp.RED, "soc"))
        assert ends(isp)


def test_the_past_is_told_under_the_labels_of_now(served):
    served.world.installation.relabel("nicter", Label(Tlp.GREEN, "soc"), Label(Tlp.RED, "soc"))
    with served.following("isp", since="1990-01-01T00:00:00Z") as isp:
        assert values(isp, 2) == ["192.0.2.3", "isp.example.com"]


def test_what_was_told_before_is_told_under_a_new_label_once_it_has_one(served):
    def labels() -> set[str]:
        with served.following("soc", since="1990-01-01T00:00:00Z", source="nicter") as soc:
            [one] = islice(soc, 1)
        return {json.loads(one.data)["label"]["tlp"]}

    assert labels() == {"TLP:GREEN"}
    served.world.installation.relabel("nicter", Label(Tlp.GREEN, "soc"), Label(Tlp.RED, "soc"))
    assert labels() == {"TLP:RED"}


def test_a_watch_of_ones_own_is_a_filter_and_of_others_there_is_none(served):
    def ask(key: str, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {served.world.tokens[key]}"}
        return httpx.request(method, f"{served.url}{path}", headers=headers, **more)  # pyright: ignore[reportArgumentType]

    form = {"name": "own", "entries": ["192.0.2.64/26", "example.com"]}
    watch = ask("bank", "POST", "/api/v1/watches", json=form).json()["watch"]["id"]
    with served.following("bank", watch=watch) as bank:
        served.post("soc", "nicter", finding("192.0.2.1"), finding("192.0.2.70"))
        served.post("soc", "nicter", finding("www.example.com", "domain"))
        assert values(bank, 2) == ["192.0.2.70", "www.example.com"]
    assert ask("isp", "GET", f"{PATH}?watch={watch}").status_code == 404


def test_a_cursor_is_good_for_the_organisation_that_was_given_it_only(served):
    with served.following("bank") as bank:
        served.post("soc", "nicter", finding("192.0.2.54"))
        event = next(bank)
    for key, status in (("isp", 422), ("bank", 200)):
        headers = {"Authorization": f"Bearer {served.world.tokens[key]}"}
        question = {"cursor": event.id}
        with httpx.stream("GET", f"{served.url}{PATH}", params=question, headers=headers) as answer:
            assert answer.status_code == status


def test_what_is_hidden_shapes_nothing_that_is_told(served):
    """Not the length of a cursor, nor an event, a heartbeat or their order."""
    told: list[list[str]] = []
    for secretly in (False, True):
        with served.following("bank") as bank:
            if secretly:
                hidden = (finding(f"10.0.{i // 250}.{i % 250}") for i in range(700))
                served.post("soc", "secret", *hidden)
                time.sleep(0.2)
            served.post("bank", "sensor@bank", finding("192.0.2.60", count=2 + secretly))
            event = next(bank)
            said = re.sub(r'"count":[23]|"id":"[0-9a-f]{32}"', "", event.data)
            told.append([event.name, str(len(event.id)), said])

    assert told[0] == told[1]


def test_two_cursors_of_one_place_are_not_alike(served):
    headers = {"Authorization": f"Bearer {served.world.tokens['bank']}"}
    ids = []
    for _ in range(2):
        with httpx.stream("GET", f"{served.url}{PATH}", headers=headers) as answer:
            ids.append(next(server_events(answer.iter_lines())).id)

    assert len(set(ids)) == 2
    assert len({len(one) for one in ids}) == 1


def test_what_is_told_is_audited(served):
    with served.following("bank") as bank:
        served.post("soc", "nicter", finding("192.0.2.61"))
        next(bank)
    entries = [one.entry for one in served.world.accounts.store.audit.entries()]

    assert [(e.sources, e.count) for e in entries if e.action == "stream"] == [(("nicter",), 1)]
