"""An endpoint for whatever can send to Splunk's HTTP Event Collector (HEC).

An acknowledgement means that the events are durable; a server that is busy says so before.

Source: https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector
"""

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from queue import Full
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from cure.errors import LogError
from cure.feeding import Feed
from cure.gathering import Gathering
from cure.interfaces import Input
from cure.ways import Hec
from cure.web.bodies import received, size_of
from cure.web.push import input_of
from cure.web.serving import Serving, ServingHere
from cure.web.tokens import GatheringHere, holder_of, is_same, token_in
from cure.writer import MAX_WAITING_RECORDS

_BLANK = " \t\r\n"


class Told(msgspec.Struct, frozen=True, omit_defaults=True, rename="kebab"):
    """An answer, in Splunk's words and codes."""

    text: str
    code: int
    invalid_event_number: int | None = None


class RefusedError(Exception):
    """A request that is not taken.

    Attributes:
        status: The status.
        told: What is answered.
    """

    def __init__(self, status: HTTPStatus, told: Told) -> None:
        self.status = status
        self.told = told
        super().__init__(told.text)


class _Envelope(msgspec.Struct):
    """What stands around an event; the rest is for Splunk."""

    event: msgspec.Raw = msgspec.Raw()


_decode = msgspec.json.Decoder(_Envelope).decode
_decode_text = msgspec.json.Decoder(str).decode


def _refused(_: Request[Any, Any, Any], error: RefusedError) -> Response[Told]:
    return _answer(error.told, error.status)


def _busy(_: Request[Any, Any, Any], __: Full | LogError) -> Response[Told]:
    return _answer(Told("Server is busy", 9), HTTPStatus.SERVICE_UNAVAILABLE)


def _answer(told: Told, status: HTTPStatus = HTTPStatus.OK) -> Response[Told]:
    return Response(told, status_code=status, media_type="application/json")


_HANDLERS: Any = {RefusedError: _refused, Full: _busy, LogError: _busy}


@post(
    ["/services/collector", "/services/collector/event", "/services/collector/event/1.0"],
    exception_handlers=_HANDLERS,
    include_in_schema=False,
)
async def events(
    request: Request[Any, Any, Any], serving: ServingHere, gathering: GatheringHere
) -> Response[Told]:
    """Take events in: each is one line, or one element, for the publisher of the token's source."""
    feed, owner = _feed_of(request, serving, gathering)
    serving.turns.check()
    async with received(request, serving.max_body_bytes) as body:
        with serving.room_for(size_of(body)):
            found = await asyncio.to_thread(lambda: list(events_in(body.read())))
            data = Input(name="hec", as_of=serving.clock(), lines=iter(found), blocks=found)
            return await _taken(feed, data, owner)


@post(
    ["/services/collector/raw", "/services/collector/raw/1.0"],
    exception_handlers=_HANDLERS,
    include_in_schema=False,
)
async def raw(
    request: Request[Any, Any, Any], serving: ServingHere, gathering: GatheringHere
) -> Response[Told]:
    """Take a body in as it is."""
    feed, owner = _feed_of(request, serving, gathering)
    serving.turns.check()
    async with received(request, serving.max_body_bytes) as body:
        size = size_of(body)
        if not size:
            raise RefusedError(HTTPStatus.BAD_REQUEST, Told("No data", 5))
        with serving.room_for(size):
            return await _taken(feed, input_of(body, serving, "hec"), owner)


@get(
    ["/services/collector/health", "/services/collector/health/1.0"],
    include_in_schema=False,
)
async def health(serving: ServingHere) -> Response[Told]:
    """Tell whether events are taken."""
    if len(serving.writer) >= MAX_WAITING_RECORDS or not serving.writer.is_alive:
        told = Told("HEC is unhealthy, queues are full", 18)
        return _answer(told, HTTPStatus.SERVICE_UNAVAILABLE)
    return _answer(Told("HEC is healthy", 17))


def _feed_of(
    request: Request[Any, Any, Any], serving: Serving, gathering: Gathering
) -> tuple[Feed, str | None]:
    """Return the feed of the source whose token was given, or the one that a key publishes as.

    With it comes the organisation of the key; None: it was the source's own token.
    """
    if "authorization" not in request.headers:
        raise RefusedError(HTTPStatus.UNAUTHORIZED, Told("Token is required", 2))
    token = token_in(request, "Splunk")
    if not token:
        raise RefusedError(HTTPStatus.UNAUTHORIZED, Told("Invalid authorization", 3))
    feeds = [feed for feed in gathering.feeds.values() if isinstance(feed.source.way, Hec)]
    for feed in feeds:
        if isinstance(feed.source.way, Hec) and is_same(token, feed.source.way.token):
            return feed, None
    held = [(feed, holder_of(request.scope, token, feed.source.name, serving)) for feed in feeds]
    allowed = [(feed, who) for feed, who in held if who is not None]
    if len(allowed) != 1:  # of a key that publishes as several, nobody knows which it means
        raise RefusedError(HTTPStatus.FORBIDDEN, Told("Invalid token", 4))
    feed, who = allowed[0]
    return feed, who.organisation


async def _taken(feed: Feed, data: Input, owner: str | None) -> Response[Told]:
    await asyncio.to_thread(partial(feed.take, data, wait=False, owner=owner))
    return _answer(Told("Success", 0))


def events_in(body: bytes) -> Iterator[bytes]:
    r"""Yield the events of a body: JSON objects one after the other, with or without blanks.

    An event that is a text is that text; any other is its JSON.

    Raises:
        RefusedError: If the body is empty, or one of them is none.

    >>> list(events_in(b'{"event": "a line"}\n{"event": {"n": 1}, "host": "x"}'))
    [b'a line', b'{"n": 1}']
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, Told("Invalid data format", 6)) from error
    decoder = json.JSONDecoder()
    at, number = _after_blanks(text, 0), 0
    if at == len(text):
        raise RefusedError(HTTPStatus.BAD_REQUEST, Told("No data", 5))
    while at < len(text):
        try:
            _, end = decoder.raw_decode(text, at)
            envelope = _decode(text[at:end])
        except (ValueError, RecursionError, msgspec.MsgspecError) as error:
            told = Told("Invalid data format", 6, number)
            raise RefusedError(HTTPStatus.BAD_REQUEST, told) from error
        yield _event(bytes(envelope.event), number)
        at = _after_blanks(text, end)
        number += 1


def _event(event: bytes, number: int) -> bytes:
    if not event or event == b"null":
        raise RefusedError(HTTPStatus.BAD_REQUEST, Told("Event field is required", 12, number))
    if event.startswith(b'"'):
        event = _decode_text(event).encode()
    if not event.strip():
        raise RefusedError(HTTPStatus.BAD_REQUEST, Told("Event field cannot be blank", 13, number))
    return event


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at
