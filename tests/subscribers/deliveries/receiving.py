"""Receivers for tests: real servers on loopback that answer as they are told, or do not."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cloudevents.core.formats.json import JSONFormat

from beside import served
from waiting import PATIENCE_S


@dataclass
class Receiver:
    """A receiver of webhooks.

    Attributes:
        status: What it answers; 0: nothing, and it closes the connection.
        frozen: Set: it takes requests and answers none.
        accepted: The requests that it answered with a 2xx, each headers and body.
        asked: How many requests came, whatever became of them.
    """

    url: str = ""
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    frozen: threading.Event = field(default_factory=threading.Event)
    thawed: threading.Event = field(default_factory=threading.Event)
    accepted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    asked: int = 0

    def events(self) -> list[Any]:
        """Return what was accepted, as the official SDK reads it."""
        return [
            from_http_event(HTTPMessage(headers=headers, body=body), JSONFormat())
            for headers, body in self.accepted
        ]

    def values(self) -> list[str]:
        return [one.get_data()["value"] for one in self.events()]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a receiver."""
    told = Receiver()

    class Here(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:  # the sender was killed
                return
            told.asked += 1
            if told.frozen.is_set():
                told.thawed.wait(PATIENCE_S)
                return
            if told.status == 0:
                self.close_connection = True
                return
            if 200 <= told.status < 300:
                headers = {name.lower(): text for name, text in self.headers.items()}
                told.accepted.append((headers, body))
            self.send_response(told.status)
            for name, text in told.headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Here)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_port}/hook"
    with served(server):
        try:
            yield told
        finally:
            told.thawed.set()


def is_genuine_as_the_manual_says() -> Callable[..., bool]:
    """Return the recipe of docs/push.md, as receivers copy it."""
    manual = (Path(__file__).parents[3] / "docs" / "push.md").read_text("utf-8")
    recipe = manual.partition("```python\nimport hmac")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec("import hmac" + recipe, names)  # noqa: S102 - our own page
    return names["is_genuine"]


@contextmanager
def syslog_server() -> Iterator[tuple[int, list[bytes]]]:
    """Run a receiver of syslog over TCP; give its port, and what each connection sent."""
    got: list[bytes] = []

    class Here(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            got.append(self.rfile.read())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Here)
    with served(server):
        yield server.server_address[1], got


@contextmanager
def datagrams() -> Iterator[socket.socket]:
    """Listen for datagrams."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(PATIENCE_S)
        yield listening
