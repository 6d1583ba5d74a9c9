"""The door: what is checked of every request and set on every answer, routed or not."""

import asyncio
from http import HTTPStatus
from secrets import token_hex
from time import perf_counter

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, HTTPScope, Message, Receive, Scope, Send

from cure.journal import REQUEST
from cure.web.accesses import note
from cure.web.errors import CODES, RETRY_AFTER_S, ErrorAnswer, ErrorObject
from cure.web.metrics import NO_OPERATION, Answer, Metrics

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
API = "/api/"
_OBSERVABLES = b"/api/v1/observables/"
_RECORDS = b"/records"
# Nothing but our own files, nothing written into the page; and no text becomes markup.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html cure-worker"
)
_ON_ALL = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_ON_API = [*_ON_ALL, (b"cache-control", b"no-store")]
_BY_TLS = [(b"strict-transport-security", b"max-age=31536000")]
_STOPPING = (HTTPStatus.SERVICE_UNAVAILABLE, "the server stops; nothing was acknowledged")


class Door:
    """Stands before the router.

    It refuses names that are not this server's, so that no page of another site can reach it by
    a name that it made point here (DNS rebinding), and requests that such a page sends itself.
    """

    def __init__(
        self, inside: ASGIApp, hosts: frozenset[str], metrics: Metrics, *, is_secure: bool = False
    ) -> None:
        """Let requests for these hosts in; `is_secure`: browsers come by TLS only."""
        by_tls = _BY_TLS if is_secure else []
        self._on_all, self._on_api = [*_ON_ALL, *by_tls], [*_ON_API, *by_tls]
        self._inside = inside
        self._hosts = hosts
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] != ScopeType.HTTP:
            await self._inside(scope, receive, send)
            return
        began = perf_counter()
        fixed = self._on_api if scope["path"].startswith(API) else self._on_all
        request_id = token_hex(8)
        REQUEST.set(request_id)
        answer: Answer | None = None

        async def send_through(message: Message) -> None:
            nonlocal answer
            if message["type"] == "http.response.start":
                answer = Answer(_operation_of(scope), message["status"], perf_counter() - began)
                self._metrics.began(answer)
                message["headers"] = [*message["headers"], *fixed]
                if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:  # to be found in the journal
                    message["headers"].append((b"x-request-id", request_id.encode()))
            await send(message)

        try:
            await self._let_in(scope, receive, send_through)
        except asyncio.CancelledError:  # the server stops, and this took too long for that
            if answer is not None:
                raise
            await _refuse(*_STOPPING, send_through)
        finally:
            if answer is not None:
                self._metrics.ended(answer)
                note(answer, scope, perf_counter() - began)

    async def _let_in(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        wrong = self._wrong_with(scope)
        if wrong is not None:
            await _refuse(*wrong, send)
            return
        raw = scope["raw_path"].partition(b"?")[0]  # some servers leave the query there
        if raw.startswith(_OBSERVABLES):
            scope["path"] = in_one_segment(raw)
        await self._inside(scope, receive, send)

    def _wrong_with(self, scope: HTTPScope) -> tuple[HTTPStatus, str] | None:
        host = origin = ""
        for name, value in scope["headers"]:
            if name == b"host":
                host = value.decode("latin-1").lower()
            elif name == b"origin":
                origin = value.decode("latin-1").lower()
        if _without_port(host) not in self._hosts:
            return HTTPStatus.MISDIRECTED_REQUEST, "this server does not go by that name"
        if origin and origin.partition("://")[2] != host:
            return HTTPStatus.FORBIDDEN, "pages of other sites may not ask here"
        return None


def _operation_of(scope: HTTPScope) -> str:
    """Return which operation answers."""
    handler = scope.get("route_handler")
    return NO_OPERATION if handler is None else handler.handler_name


def _without_port(host: str) -> str:
    return host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]


def in_one_segment(raw: bytes) -> str:
    """Return the path of an observable with its value, still quoted, as one segment.

    A server decodes paths before it routes them, and then the slashes of a value look like those
    of the path.

    >>> in_one_segment(b"/api/v1/observables/url/http%3A//example.com/a%2Fb/records")
    '/api/v1/observables/url/http%3A%2F%2Fexample.com%2Fa%2Fb/records'
    """
    topic, slash, value = raw[len(_OBSERVABLES) :].partition(b"/")
    tail = b""
    if value.endswith(_RECORDS) and len(value) > len(_RECORDS):
        value, tail = value.removesuffix(_RECORDS), _RECORDS
    whole = _OBSERVABLES + topic + slash + value.replace(b"/", b"%2F") + tail
    return whole.decode("latin-1")


async def _refuse(status: HTTPStatus, message: str, send: Send) -> None:
    body = msgspec.json.encode(ErrorAnswer(ErrorObject(CODES[status], message)))
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", str(RETRY_AFTER_S).encode()))
    start: HTTPResponseStartEvent = {
        "type": "http.response.start",
        "status": status,
        "headers": headers,
    }
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})
