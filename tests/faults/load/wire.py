"""HTTP/1.1 at little cost: requests as bytes, answers as status and body."""

import asyncio
import re
from typing import NamedTuple

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_RETRY = re.compile(rb"\r\nretry-after: (\d+)", re.IGNORECASE)
_IDLE_S = 3.0
"""A connection that was idle for longer may be closed by the server while we ask."""
BROKEN = 0
"""The status of what was never answered."""


class Answer(NamedTuple):
    """What came back.

    Attributes:
        status: The status, or `BROKEN`.
        body: The body.
        asks_to_wait: Whether it says when to come again.
    """

    status: int
    body: bytes
    asks_to_wait: bool = False


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    """Return the bytes of a request."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._text = b""
        self._answer: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # pyright: ignore[reportAttributeAccessIssue] - TCP

    def ask(self, raw: bytes) -> asyncio.Future[Answer]:
        assert self.transport
        self._text = b""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(raw)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._text += data
        end = self._text.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._text, 0, end + 2)
        size = int(length[1]) if length else 0
        if len(self._text) >= end + 4 + size:
            asks_to_wait = _RETRY.search(self._text, 0, end + 2) is not None
            self._tell(Answer(int(self._text[9:12]), self._text[end + 4 :], asks_to_wait))

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._tell(Answer(BROKEN, str(exc).encode()))

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def _tell(self, answer: Answer) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)


class Connections:
    """Connections to one server, as many as are needed at a time."""

    def __init__(self, port: int) -> None:
        """Connect to a port of this machine."""
        self._port = port
        self._free: list[tuple[_Connection, float]] = []

    async def ask(self, raw: bytes) -> Answer:
        """Send a request; never waits for another's answer."""
        loop = asyncio.get_running_loop()
        while self._free:
            connection, since = self._free.pop()
            if connection.transport is not None and loop.time() - since < _IDLE_S:
                break
            connection.close()
        else:
            try:
                _, connection = await loop.create_connection(_Connection, "127.0.0.1", self._port)
            except OSError as error:
                return Answer(BROKEN, str(error).encode())
        answer = await connection.ask(raw)
        self._free.append((connection, loop.time()))
        return answer

    def close(self) -> None:
        """Let go."""
        for one, _ in self._free:
            one.close()
