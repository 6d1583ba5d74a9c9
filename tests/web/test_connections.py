"""Connections are bounded: nobody holds one by sending slowly, and heads have an end."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from cure.installation import Installation
from cure.web import connections
from cure.web.connections import HEAD_BYTES, BoundedConnection
from servers import application, finding, ndjson, running
from waiting import soon

_HEAD = b"POST /api/v1/records?source=findings HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_WAIT_S = 60.0
_MOST = 80


class Watched(BoundedConnection):
    """Looks often whether the client keeps the pace."""

    look_every_s = 0.05


@contextmanager
def impatient() -> Iterator[float]:
    """Let the server wait only as long as a test may take; give how long that is, in seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Watched, "patience_s", 0.3)
        yield Watched.patience_s


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("bounded")
    with (
        Installation(directory, write=True) as installation,
        running(application(installation), Watched) as at,
    ):
        yield at


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    at = httpx.URL(url)
    assert at.port
    with socket.create_connection((at.host, at.port), timeout=_WAIT_S) as one:
        yield one


def answer_of(one: socket.socket) -> bytes:
    """Read until the other side closes."""
    said = b""
    with suppress(ConnectionResetError):
        while some := one.recv(65_536):
            said += some
    return said


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"\r\n",
        b"GET / HTT",
        _HEAD,
        _HEAD + b"Content-Length: 100\r\n\r\n{",
        _HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{",
    ],
    ids=["nothing", "blank", "line", "head", "body", "chunks"],
)
def test_a_request_that_does_not_come_is_given_up(url: str, begun: bytes):
    with connected(url) as one:
        one.sendall(begun)
        with impatient():
            said = answer_of(one)

    assert said.startswith(b"HTTP/1.1 408 ")
    assert json.loads(said.partition(b"\r\n\r\n")[2])["error"]["code"] == "too_slow"


def test_a_client_that_trickles_is_given_up(url: str):
    with impatient(), connected(url) as one:
        with suppress(ConnectionResetError, BrokenPipeError):
            one.sendall(_HEAD)
            trickle(one)
        assert answer_of(one)[:13] in {b"", b"HTTP/1.1 408 "}


def trickle(into: socket.socket) -> None:
    """Send a head without an end, far more slowly than anybody has to."""
    until = time.monotonic() + _WAIT_S
    while time.monotonic() < until:
        into.sendall(b"X: y\r\n")
        time.sleep(0.01)
    pytest.fail("nobody minds")


@pytest.mark.parametrize("is_trailer", [False, True], ids=["head", "trailer"])
def test_a_head_has_an_end(url: str, *, is_trailer: bool):
    line = ndjson(finding("192.0.2.1"))
    body = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n" % (len(line), line)
    with connected(url) as one:
        with suppress(ConnectionResetError, BrokenPipeError):  # it need not read all of it
            one.sendall(_HEAD + (body if is_trailer else b""))
            one.sendall(b"X: " + b"y" * 4 * HEAD_BYTES)
        assert answer_of(one).startswith(b"HTTP/1.1 431 ")


def test_small_chunks_are_no_head(url: str):
    lines = ndjson(*(finding(f"192.0.2.{number}") for number in range(100)))

    def small() -> Iterator[bytes]:
        for at in range(0, len(lines), 2):
            yield lines[at : at + 2]

    told = httpx.post(f"{url}/api/v1/records?source=findings", content=small())
    assert told.json()["lines"] == 100


def test_who_keeps_the_pace_may_take_long(url: str):
    lines = ndjson(*(finding(f"192.0.2.{number % 250}") for number in range(1000)))

    def steady() -> Iterator[bytes]:
        ahead = len(lines) * 9 // 10
        yield lines[:ahead]
        with impatient() as patience_s:
            for at in range(ahead, len(lines), 1000):
                yield lines[at : at + 1000]
                time.sleep(patience_s / 10)

    told = httpx.post(f"{url}/api/v1/records?source=findings", content=steady())
    assert told.json()["lines"] == 1000


def test_a_stream_that_only_listens_is_left_alone(url: str):
    with httpx.stream("GET", f"{url}/api/v1/stream/records") as told:
        lines = told.iter_lines()
        assert next(lines) == "event: begin"
        with impatient() as patience_s:
            time.sleep(3 * patience_s)
        httpx.post(f"{url}/api/v1/records?source=late", content=ndjson(finding("198.51.100.1")))
        assert "event: record" in lines


def test_who_comes_when_there_are_too_many_is_told_to_come_again(
    url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connections, "most_connections", lambda: _MOST)
    with ExitStack() as many:
        for _ in range(_MOST):
            many.enter_context(connected(url)).sendall(b"G")
        refused = httpx.get(f"{url}/healthz")

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.json()["error"]["code"] == "overloaded"
    soon(lambda: httpx.get(f"{url}/healthz").status_code == 200)
