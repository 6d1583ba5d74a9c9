"""Servers for tests: a real installation behind the real application, on loopback."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar
from litestar.testing import TestClient

from cure.installation import Installation
from cure.interfaces import Publisher
from cure.model import Audience, Layer, Tlp
from cure.publishers.findings import PUBLISHER as FINDINGS
from cure.web.connections import BoundedConnection
from cure.web.door import LOOPBACK
from cure.web.server import build

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
OPERATOR = Audience("soc", Tlp.RED)
PUBLISHERS = {
    FINDINGS.name: FINDINGS,
    "nicter": Publisher(
        name="nicter",
        title="A darknet",
        title_ja="ダークネット",
        layer=Layer.ARTIFACT,
        topics=FINDINGS.topics,
        tlp=Tlp.GREEN,
        read=FINDINGS.read,
        reference="https://www.nicter.jp/",
    ),
}


def application(
    installation: Installation,
    *,
    audience: Audience = OPERATOR,
    max_body_bytes: int = 64 << 20,
    hosts: frozenset[str] = LOOPBACK,
    clock: Callable[[], datetime] = lambda: NOW,
) -> Litestar:
    return build(
        installation,
        audience=audience,
        owner="soc",
        publishers=PUBLISHERS,
        clock=clock,
        max_body_bytes=max_body_bytes,
        hosts=hosts,
    )


@contextmanager
def client_of(app: Litestar) -> Iterator[TestClient[Litestar]]:
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@contextmanager
def asked(directory: Path) -> Iterator[TestClient[Litestar]]:
    """Serve a new installation without a socket."""
    with (
        Installation(directory, write=True, link_reserved=True) as installation,
        client_of(application(installation)) as client,
    ):
        yield client


@contextmanager
def running(
    app: Litestar, connection: type[BoundedConnection] = BoundedConnection
) -> Iterator[str]:
    """Run the application as `cure run` does, and give its URL."""
    config = uvicorn.Config(
        app,
        port=0,
        http=connection,
        ws="none",
        log_level="error",
        timeout_graceful_shutdown=2,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),))
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            thread.join(0.01)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        loop.call_soon_threadsafe(app.state.broadcast.close)
        server.should_exit = True
        thread.join()
        loop.close()


def finding(
    value: str, topic: str = "ip", role: str = "attacker", **more: object
) -> dict[str, Any]:
    at = {"first_seen": "2026-01-10T00:00:00Z", "last_seen": "2026-01-10T01:00:00Z"}
    return {"observables": [{"topic": topic, "value": value, "role": role}], **at, **more}


def ndjson(*findings: Mapping[str, Any] | bytes) -> bytes:
    return b"".join(
        (one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in findings
    )
