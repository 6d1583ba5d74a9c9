"""Streams end within a second of what they rest on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import httpx
import pytest

from cure.access.forms import NewOrganisation
from cure.access.grants import Verb
from cure.access.principal import Scope
from cure.model import Caveat, Label, Tlp
from cure.web import broadcast
from guarded import BY, World, guarded, tell
from servers import finding, ndjson, running
from waiting import PATIENCE_S


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "TICK_S", 0.05)


@dataclass
class Listener:
    """Listens to a stream in a thread; None is its end."""

    events: "Queue[tuple[str, dict] | None]"

    def next(self) -> tuple[str, dict] | None:
        return self.events.get(timeout=PATIENCE_S)

    def is_quiet(self, for_s: float) -> bool:
        try:
            self.events.get(timeout=for_s)
        except Empty:
            return True
        return False


@dataclass
class Served:
    """A world behind a socket."""

    world: World
    url: str

    @contextmanager
    def listening(self, key: str | None) -> Iterator[Listener]:
        headers = {} if key is None else {"Authorization": f"Bearer {self.world.tokens[key]}"}
        events: Queue[tuple[str, dict] | None] = Queue()
        with httpx.stream("GET", f"{self.url}/api/v1/stream", headers=headers) as answer:
            assert answer.status_code == 200
            thread = Thread(target=_read, args=(answer, events), daemon=True)
            thread.start()
            yield Listener(events)

    def post(self, key: str, source: str, *findings: dict) -> None:
        token = self.world.tokens[key]
        posted = httpx.post(
            f"{self.url}/api/v1/records?source={source}",
            content=ndjson(*findings),
            headers={"Authorization": f"Bearer {token}"},
        )
        assert posted.status_code == 200


def _read(answer: httpx.Response, events: "Queue[tuple[str, dict] | None]") -> None:
    name = ""
    try:
        for line in answer.iter_lines():
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                events.put((name, json.loads(value)))
    except httpx.HTTPError:
        events.put(("broken", {}))
    events.put(None)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with guarded(tmp_path) as world:
        tell(world)
    with guarded(tmp_path, populated=False, is_served=False) as world:
        for name in ("soc", "bank", "isp"):
            world.key(name, name, Scope.READ, Scope.PUBLISH)
        with running(world.app) as url:
            yield Served(world, url)


def assert_ends(listener: Listener) -> None:
    """Make sure that a stream ends; how soon, a busy machine would not tell."""
    while listener.next() is not None:
        pass


def test_each_is_told_what_his_audience_may_see(served):
    with served.listening("bank") as bank, served.listening("isp") as isp:
        first = [told.next() for told in (bank, isp)]
        served.post("soc", "nicter", finding("192.0.2.50"))
        both = [told.next() for told in (bank, isp)]
        served.post("bank", "sensor@bank", finding("192.0.2.51"))
        own = bank.next()
        assert isp.is_quiet(for_s=0.5)

    names = [[one["name"] for one in said["sources"]] for _, said in first]
    assert names == [["nicter", "sensor@bank"], ["nicter", "sensor@isp"]]
    assert [said["records"] for _, said in both] == [{"nicter": 1}, {"nicter": 1}]
    assert own[1]["records"] == {"sensor@bank": 1}


def test_the_stream_of_a_revoked_key_ends_and_others_go_on(served):
    accounts, clock = served.world.accounts, served.world.clock
    with served.listening("bank") as bank, served.listening("isp") as isp:
        assert bank.next()
        assert isp.next()
        accounts.keys.revoke(BY, served.world.ids["bank"], clock())
        assert_ends(bank)
        served.post("soc", "nicter", finding("192.0.2.52"))
        assert isp.next()[1]["records"] == {"nicter": 1}


def test_the_stream_of_who_loses_a_grant_ends(served):
    accounts, clock = served.world.accounts, served.world.clock
    with served.listening("bank") as bank:
        assert bank.next()
        accounts.grants.remove(BY, Verb.READ, "bank", ["nicter"], clock())
        assert_ends(bank)


def test_the_stream_of_who_sees_a_rerated_source_ends_and_of_who_does_not_goes_on(served):
    with served.listening("bank") as bank, served.listening("isp") as isp:
        assert bank.next()
        assert isp.next()
        green, red = Label(Tlp.AMBER, "bank"), Label(Tlp.GREEN, "bank", ("bank",))
        served.world.installation.relabel("sensor@bank", green, red)
        assert bank.is_quiet(for_s=0.6)  # its owner sees it as before
        assert isp.is_quiet(for_s=0.1)
        green, red = Label(Tlp.GREEN, "soc"), Label(Tlp.RED, "soc")
        served.world.installation.relabel("nicter", green, red)
        assert_ends(bank)


def test_what_is_not_to_be_pushed_is_in_no_stream(served):
    label = Label(Tlp.GREEN, "soc")
    shy = Label(Tlp.GREEN, "soc", caveats=(Caveat.NO_PUSH,))
    served.world.installation.relabel("nicter", label, shy)
    with served.listening("bank") as bank:
        name, said = bank.next()
    assert name == "snapshot"
    assert [one["name"] for one in said["sources"]] == ["sensor@bank"]


def test_streams_are_audited(served):
    with served.listening("bank") as bank:
        assert bank.next()
        served.post("soc", "nicter", finding("192.0.2.53"))
        assert bank.next()
    entries = [one.entry for one in served.world.accounts.store.audit.entries()]
    streams = [(e.sources, e.count) for e in entries if e.action == "stream"]

    assert streams == [(("nicter", "sensor@bank"), 3), (("nicter",), 1)]


def test_the_operators_open_stream_ends_with_the_first_organisation(tmp_path: Path):
    new = NewOrganisation(name="soc", operates=True)
    with (
        guarded(tmp_path, populated=False, is_served=False) as world,
        running(world.app) as url,
        Served(world, url).listening(None) as told,
    ):
        assert told.next()
        world.accounts.organisations.add(BY, new, world.clock())
        assert_ends(told)


def test_a_number_of_an_event_counts_nobody_elses(served):
    def numbers(key: str) -> list[str]:
        headers = {"Authorization": f"Bearer {served.world.tokens[key]}"}
        found: list[str] = []
        with httpx.stream("GET", f"{served.url}/api/v1/stream", headers=headers) as answer:
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    found.append(line)
                if line.startswith("data: "):
                    return found
        return found

    assert numbers("bank") == numbers("isp") == numbers("bank") == ["id: 1"]
