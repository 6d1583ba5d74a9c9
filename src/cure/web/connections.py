"""Connections, bounded: how many there are, and how long and how large a request may be to come.

The HTTP server waits for the rest of a request for ever, and keeps heads of any length.
"""

import asyncio
import resource
from functools import cache
from http import HTTPStatus

import msgspec
from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from cure.web.errors import CODES, RETRY_AFTER_S, ErrorAnswer, ErrorObject

HEAD_BYTES = 65_536
"""So long the head of a request may be, and what stands between the parts of its body."""
PATIENCE_S = 20.0
"""So long a request may take to come, and longer by what its length takes at the slowest pace."""
SLOWEST_BYTES_S = 4_000
MOST_CONNECTIONS = 10_000
FILES_KEPT_BACK = 256
"""So many files the server may need for itself beside connections."""
_FRAMING = 16  # bytes around a part of a body of one byte, with room


@cache
def most_connections() -> int:
    """Return how many connections may be open: as many as the system allows files, but for some."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return min(MOST_CONNECTIONS, max(files - FILES_KEPT_BACK, files // 2))


class BoundedConnection(HttpToolsProtocol):
    """A connection whose client has to keep a pace while he owes us the rest of a request.

    Attributes:
        patience_s: How long he may take, apart from what the length of his request takes.
        look_every_s: How often it is looked whether he does.
    """

    patience_s = PATIENCE_S
    look_every_s = 1.0
    _owes = True
    _came_bytes = 0
    _body_bytes = 0
    _waited_s = 0.0
    _looking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are far too many to tell even that."""
        super().connection_made(transport)
        if len(self.connections) > most_connections() * 5 // 4:
            transport.abort()
            return
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        if self._looking is not None:
            self._looking.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what came, unless it is more than any request has."""
        if not self._owes and (self.cycle is None or self.cycle.response_complete):
            self._begin_to_owe()  # also what is no request yet, such as blank lines
        self._came_bytes += len(data)
        super().data_received(data)
        around = self._came_bytes - self._body_bytes
        if self._owes and around > HEAD_BYTES + _FRAMING * self._body_bytes:
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            self._refuse(status, f"the head is longer than {HEAD_BYTES} bytes")

    def on_message_begin(self) -> None:
        """Wait for a request from now on."""
        self._begin_to_owe()
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """Count."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for nothing any more."""
        self._owes = False
        super().on_message_complete()

    def _begin_to_owe(self) -> None:
        self._owes, self._came_bytes, self._body_bytes, self._waited_s = True, 0, 0, 0.0

    def _look(self) -> None:
        """Count how long we have waited for the client, and not he for us."""
        if self.transport.is_closing():
            return
        if self._owes and not self.flow.read_paused:
            self._waited_s += self.look_every_s
        if self._waited_s > self.patience_s + self._came_bytes / SLOWEST_BYTES_S:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "the request comes too slowly")
        else:
            self._looking = self.loop.call_later(self.look_every_s, self._look)

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        """Say why, where no answer has begun, and close."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            body = _said(status, why)
            head = f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n"
            kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self.transport.write((head + kind).encode() + body)
        self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        if len(self.connections) > most_connections():
            app = _too_many
            cycle.keep_alive = False
        super()._start_asgi_task(cycle, app)


def _said(status: HTTPStatus, why: str) -> bytes:
    return msgspec.json.encode(ErrorAnswer(ErrorObject(CODES.get(status, "error"), why)))


async def _too_many(_: Scope, __: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Refuse for now."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    body = _said(status, "there are too many connections; try again soon")
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(RETRY_AFTER_S).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
