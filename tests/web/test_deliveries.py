"""Deliveries over HTTP: made, tried, looked after, and sent by the running server."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cure.access.grants import Verb
from cure.installation import Installation
from cure.subscribers.deliveries import webhook
from cure.subscribers.deliveries.channels import PushSetting
from cure.web.server import build
from guarded import BY, World, guarded
from servers import OPERATOR, PUBLISHERS, finding, ndjson, running
from subscribers.deliveries.receiving import Receiver, receiver
from waiting import soon

PATH = "/api/v1/deliveries"
INSIDE = PushSetting("https://cure.example.jp/", allow_private=True)


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as running_there:
        yield running_there


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with guarded(tmp_path, sending=INSIDE) as made:
        yield made


def add(world: World, key: str, address: str, **more: object) -> dict:
    form = {"way": "webhook", "address": address, **more}
    answer = world.ask(key, "POST", PATH, json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


def watch(world: World, key: str, *entries: str) -> str:
    form = {"name": "own", "own": True, "entries": list(entries)}
    answer = world.ask(key, "POST", "/api/v1/watches", json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()["watch"]["id"]


def test_what_is_published_reaches_the_webhook(world, there):
    watch(world, "bank", "192.0.2.0/24")
    made = add(world, "bank", there.url)
    world.post("bank", "sensor@bank", finding("192.0.2.7"))

    assert soon(lambda: there.accepted)
    [event] = there.events()
    assert event.get_source() == INSIDE.source
    assert event.get_data()["value"] == "192.0.2.7"
    assert len(made["secret"]) >= 43
    assert soon(lambda: world.get("bank", PATH).json()[0]["sent"] == 1)
    assert made["secret"] not in world.get("bank", PATH).text


def test_nobody_sees_or_touches_the_deliveries_of_others(world, there):
    made = add(world, "bank", there.url)
    one = f"{PATH}/{made['delivery']['id']}"

    assert world.get("isp", PATH).json() == []
    for method, path in (
        ("DELETE", one),
        ("POST", f"{one}/test"),
        ("GET", f"{one}/dead"),
        ("POST", f"{one}/redrive"),
    ):
        assert world.ask("isp", method, path).status_code == 404
        unknown = path.replace(made["delivery"]["id"], "unknown")
        assert world.ask("bank", method, unknown).status_code == 404
    assert len(world.get("bank", PATH).json()) == 1
    assert there.asked == 0


def test_a_test_tells_what_came_of_it(world, there):
    made = add(world, "bank", there.url)
    path = f"{PATH}/{made['delivery']['id']}/test"
    first = world.ask("bank", "POST", path).json()
    there.status = 500
    second = world.ask("bank", "POST", path).json()
    [event] = there.events()

    assert first == {"acknowledged": True, "why": ""}
    assert second == {"acknowledged": False, "why": "answered 500"}
    assert event.get_type() == "jp.cure.test.v1"


def test_what_is_wrong_with_a_delivery_is_said(world):
    good = {"way": "webhook", "address": "https://example.jp/"}
    for wrong, why in (
        ({"address": "ftp://example.jp/"}, "want https"),
        ({"way": "mail"}, "no plain local part"),
        ({"way": "pigeon"}, "pigeon"),
        ({"meanings": ["x"]}, "own-address-c2"),
        ({"quiet": "22"}, "22:00-07:00"),
        ({"zone": "Mars"}, "Asia/Tokyo"),
        ({"organisation": "isp"}, "organisation"),
    ):
        answer = world.ask("bank", "POST", PATH, json=good | wrong)
        assert answer.status_code == 422
        assert why in answer.text
    answer = world.ask("bank", "POST", PATH, json=good | {"watches": ["unknown"]})
    assert answer.status_code == 404


def test_a_removed_delivery_sends_nothing(world, there):
    watch(world, "bank", "192.0.2.0/24")
    gone, kept = add(world, "bank", there.url), add(world, "bank", there.url)
    assert world.ask("bank", "DELETE", f"{PATH}/{gone['delivery']['id']}").status_code == 204
    world.post("bank", "sensor@bank", finding("192.0.2.7"))

    assert soon(lambda: there.accepted)
    [state] = world.get("bank", PATH).json()
    assert state["delivery"]["id"] == kept["delivery"]["id"]
    assert there.asked == 1


def test_a_frozen_receiver_holds_up_neither_others_nor_what_is_posted(world, there, monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT_S", 1.0)
    with receiver() as frozen:
        frozen.frozen.set()
        watch(world, "bank", "192.0.2.0/24")
        for _ in range(5):
            add(world, "bank", frozen.url)
        add(world, "bank", there.url, batch=True)
        for last in range(20):
            assert world.post("bank", "sensor@bank", finding(f"192.0.2.{last}")).is_success
        assert soon(lambda: sum(body.count(b'"specversion"') for _, body in there.accepted) == 20)
        assert frozen.accepted == []
        frozen.frozen.clear()
        frozen.thawed.set()

        def all_came() -> bool:
            world.clock.pass_(minutes=1)  # so that it is time to try again
            return len(frozen.accepted) == 100

        assert soon(all_came)
        assert len({one.get_id() for one in frozen.events()}) == 20


def test_what_loses_its_right_while_it_waits_is_not_sent(world, there):
    watch(world, "bank", "192.0.2.0/24")
    there.status = 503
    add(world, "bank", there.url)
    world.post("soc", "nicter", finding("192.0.2.1"))
    assert soon(lambda: there.asked)
    world.accounts.grants.remove(BY, Verb.READ, "bank", ["nicter"], world.clock())
    there.status = 200
    world.clock.pass_(minutes=30)
    world.post("bank", "sensor@bank", finding("192.0.2.2"))

    assert soon(lambda: there.accepted)
    assert there.values() == ["192.0.2.2"]
    assert soon(lambda: world.get("bank", PATH).json()[0]["withheld"] == 1)


def test_what_is_sent_is_audited(world, there):
    watch(world, "bank", "192.0.2.0/24")
    add(world, "bank", there.url)
    world.post("bank", "sensor@bank", finding("192.0.2.7"))
    assert soon(lambda: there.accepted)
    entries = [one.entry for one in world.accounts.store.audit.entries()]

    assert "delivery.add" in {e.action for e in entries}
    [sent] = [e for e in entries if e.action == "deliver"]
    assert (sent.organisation, sent.sources, sent.count) == ("bank", ("sensor@bank",), 1)


@contextmanager
def serving(directory: Path, sending: PushSetting) -> Iterator[str]:
    with Installation(directory, write=True, link_reserved=True) as installation:
        app = build(
            installation, audience=OPERATOR, owner="soc", publishers=PUBLISHERS, sending=sending
        )
        with running(app) as url:
            yield url


def test_what_waits_is_sent_after_a_restart_and_what_was_sent_is_not(tmp_path: Path, there):
    with serving(tmp_path, INSIDE) as url:
        form = {"name": "own", "entries": ["192.0.2.0/24"]}
        assert httpx.post(f"{url}/api/v1/watches", json=form).is_success
        hook = {"way": "webhook", "address": there.url}
        assert httpx.post(f"{url}{PATH}", json=hook).is_success
        post = f"{url}/api/v1/records?source=sensor"
        httpx.post(post, content=ndjson(finding("192.0.2.1")))
        assert soon(lambda: there.accepted)
        there.status = 503
        httpx.post(post, content=ndjson(finding("192.0.2.2")))
        assert soon(lambda: there.asked > 1)
    there.status = 200
    with serving(tmp_path, INSIDE):
        assert soon(lambda: len(there.accepted) == 2)
        time.sleep(0.2)

    assert there.values() == ["192.0.2.1", "192.0.2.2"]


def test_a_server_sends_to_nothing_inside_unless_its_operator_says_so(tmp_path: Path, there):
    with guarded(tmp_path) as world:
        plain = {"way": "webhook", "address": there.url}
        assert world.ask("bank", "POST", PATH, json=plain).status_code == 422
        for way, address in (
            ("webhook", there.url.replace("http:", "https:")),
            ("syslog", "tcp://" + there.url.split("/")[2]),
        ):
            form = {"way": way, "address": address}
            made = world.ask("bank", "POST", PATH, json=form).json()
            told = world.ask("bank", "POST", f"{PATH}/{made['delivery']['id']}/test").json()
            assert told == {
                "acknowledged": False,
                "why": "its host has no address, or one that is not public",
            }
    assert there.asked == 0
