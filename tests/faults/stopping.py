"""A stop while nothing else would end: streams, a body that does not come, what hangs."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from signal import SIGTERM, Signals
from typing import NamedTuple

import httpx

from faults.acknowledged import Acknowledged, Publisher, Stored, publishing, stored
from faults.lives import lives
from subscribers.deliveries.receiving import receiver

_TOKEN = "1f0e9d8c7b6a5948"  # noqa: S105 - of this test
_SOURCES = """
[[source]]
publisher = "reports"
instance = "push"
push = { token_env = "PUSH_TOKEN" }
"""


class Stopped(NamedTuple):
    """What came of a stop.

    Attributes:
        code: With what the server ended.
        took_s: How long that took.
        half_sent: What a client was answered half of whose request had come.
        streamed: How many streams ended in order.
        stored: What the data directory holds.
    """

    code: int
    took_s: float
    half_sent: bytes
    streamed: int
    stored: Stored


def stopped(directory: Path, number: Signals = SIGTERM) -> Stopped:
    """Stop a server in the middle of all that it does."""
    config = directory / "cure.toml"
    config.write_text(_SOURCES)
    ended: list[str] = []
    with ExitStack() as things:
        acknowledged = things.enter_context(Acknowledged(directory / "acknowledged"))
        begin = things.enter_context(lives(CURE_PUSH_ALLOW_PRIVATE="true", PUSH_TOKEN=_TOKEN))
        hook = things.enter_context(receiver())
        hook.frozen.set()
        data = directory / "data"
        server = begin(
            *("run", "--port", 0, "--data", data, "--config", config), change="everything_hangs"
        )
        url = server.url
        _watch(url, hook.url)
        publishers = [Publisher(f"findings@{one}", acknowledged, one) for one in range(3)]
        with _asking(url, ended), publishing(url, publishers), _half_sent(url) as half:
            time.sleep(1.0)  # so that what hangs does
            began = time.monotonic()
            server.tell(number)
            code = server.ended()
            took_s = time.monotonic() - began
            answer = half.recv(65_536)
    return Stopped(code, took_s, answer, len(ended), stored(data, acknowledged))


def _watch(url: str, hook: str) -> None:
    form: dict[str, object] = {"name": "office", "own": True, "entries": ["198.51.100.0/24"]}
    httpx.post(f"{url}/api/v1/watches", json=form).raise_for_status()
    form = {"way": "webhook", "address": hook}
    httpx.post(f"{url}/api/v1/deliveries", json=form).raise_for_status()


@contextmanager
def _asking(url: str, ended: list[str]) -> Iterator[None]:
    """Open streams that last, and ask for what hangs."""
    begun = threading.Semaphore(0)

    def stream(path: str) -> None:
        with httpx.stream("GET", f"{url}/api/v1/{path}", timeout=60) as answer:
            begun.release()
            for _ in answer.iter_lines():
                pass
        ended.append(path)

    def ask(path: str) -> None:
        headers = {"Authorization": f"Bearer {_TOKEN}"}
        with suppress(httpx.TransportError):
            httpx.post(f"{url}/api/v1/{path}", content=b"text", headers=headers, timeout=60)

    threads = [
        *(threading.Thread(target=stream, args=(one,)) for one in STREAMS),
        *(threading.Thread(target=ask, args=(one,)) for one in _HANGING),
    ]
    for thread in threads:
        thread.start()
    for _ in STREAMS:
        assert begun.acquire(timeout=20)
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


STREAMS = ("stream", "stream/records", "hits/stream")
_HANGING = ("groups/publish", "sources/reports@push/lines")


@contextmanager
def _half_sent(url: str) -> Iterator[socket.socket]:
    at = httpx.URL(url)
    assert at.port
    with socket.create_connection((at.host, at.port), timeout=30) as one:
        head = "POST /api/v1/records?source=findings HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        one.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        yield one
