"""A network that breaks: a TCP proxy between publishers and a server, each connection with a fate.

Whoever sends again through it makes duplicates, and what it holds back comes after what was sent
later. Beside it others hold connections open and never say what they want.
"""

import random
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

import httpx

from beside import served
from faults.acknowledged import Acknowledged, Publisher, Stored, stored
from faults.lives import lives

_PIECE_BYTES = 65_536
_ABORT = struct.pack("ii", 1, 0)
_HELD_S = 0.3
_TRICKLED_BYTES = 100
_TRICKLED_EVERY_S = 0.005
_PATIENCE_S = 1.0
_PUBLISHERS = 8
_IDLE = 50
_BEGUN = (
    b"POST /api/v1/records?source=idle HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{"
)
FATES = {
    "whole": 6,  # as if there were no proxy
    "late": 3,  # it comes after others that were sent later
    "trickled": 2,  # a little at a time, perhaps until the publisher gives up
    "twice": 3,  # the network sends it once more
    "cut off": 3,  # reset in the middle of the request
    "unanswered": 3,  # reset when the answer begins
    "half open": 1,  # nothing goes on, and the server is never told
}


class BrokenNetwork:
    """A proxy before a server.

    Attributes:
        url: Where it listens.
        fates: What became of connections.
    """

    def __init__(self, server: str, seed: int) -> None:
        """Stand before the server at this URL."""
        there = httpx.URL(server)
        assert there.port
        self.there = there.host, there.port
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.fates: Counter[str] = Counter()
        self.url = ""
        self.left_open = ExitStack()

    def fate(self) -> str:
        """Draw the fate of a connection."""
        [drawn] = self.chance.choices(list(FATES), list(FATES.values()))
        self.fates[drawn] += 1
        return drawn

    def carry(self, client: socket.socket) -> None:
        """Carry one request and its answer, as far as fate lets it."""
        fate, request = self.fate(), _request(client)
        part = request[: self.chance.randrange(1, len(request))]
        with ExitStack() as open_now:
            server = open_now.enter_context(socket.create_connection(self.there, timeout=20))
            match fate:
                case "cut off":
                    server.sendall(part)
                    abort(server)
                    abort(client)
                    return
                case "half open":
                    server.sendall(part)
                    self.left_open.push(open_now.pop_all())
                    client.recv(1)  # until the publisher gives up
                    return
                case "trickled":
                    for at in range(0, len(request), _TRICKLED_BYTES):
                        server.sendall(request[at : at + _TRICKLED_BYTES])
                        time.sleep(_TRICKLED_EVERY_S)
                case "late":
                    time.sleep(self.chance.uniform(0, _HELD_S))
                    server.sendall(request)
                case _:
                    server.sendall(request)
            if fate == "twice":
                with socket.create_connection(self.there, timeout=20) as again:
                    again.sendall(request)
                    again.recv(_PIECE_BYTES)
            while answer := server.recv(_PIECE_BYTES):
                if fate == "unanswered":
                    abort(client)
                    return
                client.sendall(answer)


def _request(client: socket.socket) -> bytes:
    """Return one request, which tells its length."""
    client.settimeout(20)
    came, wanted = b"", 0
    while len(came) < wanted or not wanted:
        if not (some := client.recv(_PIECE_BYTES)):
            raise ConnectionResetError
        came += some
        head, end, _ = came.partition(b"\r\n\r\n")
        if end:
            [length] = re.findall(rb"(?i)content-length: (\d+)", head)
            wanted = len(head) + len(end) + int(length)
    return came


def abort(connection: socket.socket) -> None:
    """Reset a connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
    connection.close()


@contextmanager
def broken_network(server: str, seed: int) -> Iterator[BrokenNetwork]:
    """Run a proxy before a server."""
    network = BrokenNetwork(server, seed)

    class Here(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                network.carry(self.request)

    proxy = ThreadingTCPServer(("127.0.0.1", 0), Here)
    proxy.daemon_threads = True
    host, port = proxy.server_address[:2]
    network.url = f"http://{host}:{port}"
    with network.left_open, served(proxy):
        yield network


@contextmanager
def idle(server: str) -> Iterator[None]:
    """Hold connections to a server open over which nothing whole ever comes."""
    there = httpx.URL(server)
    assert there.port
    with ExitStack() as all_of_them:
        for number in range(_IDLE):
            one = socket.create_connection((there.host, there.port), timeout=20)
            all_of_them.enter_context(one).sendall(_BEGUN[: number * len(_BEGUN) // _IDLE])
        yield


def published(directory: Path, requests: int, seed: int) -> tuple[Counter[str], Stored]:
    """Let several publish so many batches over it; return what became of connections and keys."""
    with Acknowledged(directory / "acknowledged") as acknowledged, lives() as begin:
        server = begin("run", "--port", 0, "--data", directory / "data")
        with idle(server.url), broken_network(server.url, seed) as network:

            def publish(number: int) -> None:
                one = Publisher(f"findings@{number}", acknowledged, seed + number)
                for _ in range(number, requests, _PUBLISHERS):
                    with httpx.Client(timeout=_PATIENCE_S) as client:
                        one.publish(client, network.url)

            threads = [threading.Thread(target=publish, args=(n,)) for n in range(_PUBLISHERS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert server.stop() == 0, server.said
        return network.fates, stored(directory / "data", acknowledged)
