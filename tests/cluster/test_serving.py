"""Servers of two nodes, asked over HTTP: any of them will do."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from cure.cluster.node import Node
from nats_servers import node, servers, until
from servers import application, client_of, finding, ndjson

Client = TestClient[Litestar]


class Served(NamedTuple):
    """A node, and who asks its server."""

    node: Node
    client: Client


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    with ExitStack() as stack:
        running = stack.enter_context(servers(tmp_path))

        def served(name: str) -> Served:
            opened = stack.enter_context(node(tmp_path / name, running))
            return Served(opened, stack.enter_context(client_of(application(opened))))

        yield served("a"), served("b")


def publish(client: Client, *values: str) -> None:
    said = ndjson(*(finding(value) for value in values))
    answer = client.post("/api/v1/records", params={"source": "findings"}, content=said)
    assert answer.status_code == 200, answer.text


def hits(client: Client) -> list[str]:
    return sorted(one["value"] for one in client.get("/api/v1/hits").json()["hits"])


def test_what_is_published_at_one_is_answered_by_all_alike(both: tuple[Served, Served]) -> None:
    a, b = both
    publish(a.client, "192.0.2.1", "192.0.2.2")
    publish(b.client, "192.0.2.2", "192.0.2.3")
    until(lambda: len(a.node) == len(b.node) == 3)

    for path in ("observables/ip/192.0.2.2", "links", "pivot?value=192.0.2.2", "sources"):
        one, other = (each.client.get(f"/api/v1/{path}") for each in both)
        assert (one.status_code, one.content) == (200, other.content)
    assert a.client.get("/readyz").status_code == 200
    first, second = (each.node.state_hash() for each in both)
    assert first == second


def test_a_watch_made_at_any_node_is_met_once_by_what_comes_to_any(
    both: tuple[Served, Served],
) -> None:
    a, b = both
    until(lambda: a.node.is_first or b.node.is_first)
    for number, (name, one) in enumerate((("first", a), ("second", b))):
        form = {"name": name, "own": True, "entries": [f"198.51.100.{number}"]}
        assert one.client.post("/api/v1/watches", json=form).status_code == 201
    publish(a.client, "198.51.100.0")
    publish(b.client, "198.51.100.1")
    wanted = ["198.51.100.0", "198.51.100.1"]

    until(lambda: hits(a.client) == hits(b.client) == wanted)


def test_a_server_whose_log_cannot_be_reached_is_not_ready_and_goes_on_answering(
    tmp_path: Path,
) -> None:
    with (
        servers(tmp_path) as running,
        node(tmp_path / "a", running) as opened,
        client_of(application(opened)) as client,
    ):
        publish(client, "192.0.2.1")
        running.kill(0)
        until(lambda: client.get("/readyz").status_code == 503)
        assert client.get("/api/v1/observables/ip/192.0.2.1").status_code == 200
        running.start(0)
        until(lambda: client.get("/readyz").status_code == 200)
        publish(client, "192.0.2.2")
