"""Nodes that divide eight partitions among them answer as one hub does, whoever comes and goes."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from cure.cluster import members, questions
from cure.cluster.moving import Mover
from cure.cluster.parted_node import PartedNode
from cure.cluster.servers import Servers
from cure.errors import UnansweredError
from cure.hub.partitions.assignment import assigned
from cure.installation import Installation
from cure.interfaces import Cards, Logged
from cure.model import Record
from cure.model.finding import digest_of
from drawing import a_label, a_record
from hub.test_partitions import all_told
from laws import AT, EVERYBODY
from nats_servers import node, servers, until
from servers import application, client_of
from strategies import VALUES
from surfaces import answers, everything

PARTS = 8


class Quick(PartedNode):
    look_s = 0.2


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Move partitions as soon as nodes come and go, and keep each once: others have to be asked."""
    monkeypatch.setattr(Mover, "settled_s", 0.5)
    monkeypatch.setattr(members, "REPLICAS", 1)


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Servers]:
    with servers(tmp_path) as running:
        yield running


def parted(directory: Path, running: Servers, *, serves: bool = True) -> PartedNode:
    directory.mkdir(exist_ok=True)
    (directory / "node").write_text(directory.name)  # so that each gets some, every time
    return Quick(directory, running.address, PARTS, serves=serves, link_reserved=True)


def some_records(count: int) -> list[Record]:
    random = Random(5)  # noqa: S311 - again the same
    return [a_record(random, number) for number in range(count)]


def held(node: PartedNode) -> frozenset[int]:
    return frozenset(node.hub.partitions)


def are_divided(*nodes: PartedNode) -> bool:
    every = sorted(part for one in nodes for part in held(one))
    return every == list(range(PARTS)) and all(held(one) for one in nodes)


def as_one_hub_does(node: Installation, whole: Installation, logged: list[Logged]) -> None:
    asked, wanted = (each.gate.view(EVERYBODY[0], AT) for each in (node, whole))
    assert everything(asked, logged) == everything(wanted, logged)


def test_one_hub_one_on_nats_and_three_with_partitions_answer_the_same_bytes(
    tmp_path: Path, one: Servers
):
    with ExitStack() as stack:
        enter = stack.enter_context
        whole = enter(Installation(tmp_path / "whole", write=True, link_reserved=True))
        for key in ("alert.key", "cursor.key", "taxii.key"):
            (tmp_path / "whole" / key).touch(0o600)
            (tmp_path / "whole" / key).write_bytes(b"k" * 32)
        for name in "abc":
            shutil.copytree(tmp_path / "whole", tmp_path / name)
        nodes = [enter(parted(tmp_path / name, one)) for name in "abc"]
        alone = enter(servers(tmp_path / "other"))
        shutil.copytree(tmp_path / "whole", tmp_path / "d")
        every = [whole, enter(node(tmp_path / "d", alone)), *nodes]
        for start in range(0, 120, 30):
            said = some_records(120)[start : start + 30]
            for each in every[:3]:
                each.append(said)
        until(lambda: all(len(each) == len(whole) for each in every))
        until(lambda: are_divided(*nodes))

        apps = [application(each, audience=EVERYBODY[1]) for each in every[:3]]
        first, *others = (list(answers(enter(client_of(app)), VALUES[:3])) for app in apps)
        for other in others:
            assert other == first


def test_nodes_come_and_go_and_every_answer_stays(tmp_path: Path, one: Servers):
    said = some_records(200)
    with Installation(tmp_path / "whole", write=True, link_reserved=True) as whole:
        logged = list(whole.append(said[:120])[0].logged)
        with parted(tmp_path / "a", one) as a:
            a.append(said[:120])
            assert held(a) == frozenset(range(PARTS))
            assert a.snapshot()
            with parted(tmp_path / "b", one) as b:
                until(lambda: are_divided(a, b))
                as_one_hub_does(a, whole, logged)
                logged += whole.append(said[120:])[0].logged
                b.append(said[120:])
                with parted(tmp_path / "c", one) as c:
                    until(lambda: are_divided(a, b, c))
                    as_one_hub_does(c, whole, logged)
                    for each in (b, c):
                        each.snapshot()
                until(lambda: are_divided(a, b))
            until(lambda: held(a) == frozenset(range(PARTS)))
            as_one_hub_does(a, whole, logged)


def test_a_node_begins_with_the_snapshots_of_the_servers(tmp_path: Path, one: Servers):
    with parted(tmp_path / "a", one) as a:
        logged = list(a.append(some_records(50))[0].logged)
        a.snapshot()
        logged += a.append(some_records(110)[50:])[0].logged
        told = all_told(a.gate.view(EVERYBODY[0], AT), logged, [])
    with parted(tmp_path / "a", one) as a:
        assert a.behind_snapshot() == 60
        assert all_told(a.gate.view(EVERYBODY[0], AT), logged, []) == told
        a.retain("cowrie", datetime(2100, 1, 1, tzinfo=UTC), Cards.DROP)
        assert a.behind_snapshot() == 0  # those of the servers held what was dropped
        kept = a.state_hash()
    with Installation(tmp_path / "a", write=False, link_reserved=True) as whole:
        assert whole.state_hash() == kept


def test_labels_and_what_is_too_old_are_those_of_one_hub(tmp_path: Path, one: Servers):
    said = some_records(80)
    label, other = a_label(Random(1)), a_label(Random(2))  # noqa: S311 - again the same
    said += [
        Record("cowrie", label, digest_of("cowrie", each.finding), each.finding) for each in said
    ]
    with (
        Installation(tmp_path / "whole", write=True, link_reserved=True) as whole,
        parted(tmp_path / "a", one) as a,
        parted(tmp_path / "b", one) as b,
    ):
        until(lambda: are_divided(a, b))
        logged = list(whole.append(said)[0].logged)
        a.append(said)
        future = datetime(2100, 1, 1, tzinfo=UTC)
        for each in (whole, a):
            each.relabel("cowrie", label, other)
        until(lambda: len(b) == len(whole))
        for source in whole.sources():
            assert b.aged(source, future, Cards.DROP) == whole.aged(source, future, Cards.DROP)
        for each in (whole, b):
            each.retain("nicter", future, Cards.DROP)
        for each in (a, b):
            as_one_hub_does(each, whole, logged)
        assert a.memory().keys() == whole.memory().keys()


def test_a_command_asks_the_nodes_that_serve_and_holds_nothing(tmp_path: Path, one: Servers):
    said = some_records(30)
    with (
        Installation(tmp_path / "whole", write=True, link_reserved=True) as whole,
        parted(tmp_path / "a", one),
        parted(tmp_path / "guest", one, serves=False) as guest,
    ):
        logged = list(whole.append(said)[0].logged)
        guest.append(said)
        assert held(guest) == frozenset()
        as_one_hub_does(guest, whole, logged)


def test_a_node_that_is_behind_is_waited_for(tmp_path: Path, one: Servers):
    with parted(tmp_path / "a", one) as a, parted(tmp_path / "b", one) as b:
        until(lambda: are_divided(a, b))
        with b._between:  # noqa: SLF001 - as a slow disk would
            a.append(some_records(10))
            view = a.gate.view(EVERYBODY[0], AT)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(questions, "MOST_S", 0.3)
                with pytest.raises(UnansweredError, match="not all here yet"):
                    view.links()
        assert view.links().sources


def test_what_is_larger_than_a_message_comes_in_several_or_is_refused(tmp_path: Path, one: Servers):
    with (
        Installation(tmp_path / "whole", write=True, link_reserved=True) as whole,
        parted(tmp_path / "a", one) as a,
        parted(tmp_path / "b", one) as b,
    ):
        until(lambda: are_divided(a, b))
        logged = list(whole.append(some_records(30))[0].logged)
        a.append(some_records(30))
        b._questions._messages.most_bytes = 50  # noqa: SLF001
        as_one_hub_does(a, whole, logged)
        with pytest.raises(UnansweredError, match="max_payload"):
            b.gate.view(EVERYBODY[0], AT).links()


def test_what_no_node_holds_is_said_to_be_had_later_and_not_ready(tmp_path: Path, one: Servers):
    with (
        pytest.MonkeyPatch.context() as patch,
        parted(tmp_path / "a", one) as a,
        client_of(application(a)) as client,
    ):
        patch.setattr(questions, "MOST_S", 0.3)
        a._mover.stop()  # noqa: SLF001 - or it would take them again
        a._release(range(4))  # noqa: SLF001
        until(lambda: client.get("/readyz").status_code == 503)
        answer = client.get("/api/v1/links")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["error"]["code"] == "unanswered"


def test_who_holds_what_follows_from_who_is_there(tmp_path: Path, one: Servers):
    with parted(tmp_path / "a", one) as a, parted(tmp_path / "b", one) as b:
        until(lambda: are_divided(a, b))
        own = assigned("ab", PARTS, 1)
        for each, name in ((a, "a"), (b, "b")):
            assert held(each) == {part for part, nodes in enumerate(own) if name in nodes}
