"""POST match: which of many values are known, and to whom; one answer a line, in order."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from http import HTTPStatus
from itertools import islice
from typing import Any

import msgspec
from litestar import Request, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from cure.errors import UnauthenticatedError
from cure.hub.view import Match
from cure.interfaces import Line, Unreadable
from cure.matching import Given, json_lines, match_lines
from cure.web.asker import Asker, AskerHere
from cure.web.bodies import Body, begins_array, check_count, lines_or_elements, received
from cure.web.errors import told

MATCH_BODIES = 4
"""How many times larger than other bodies one may be: it is never in memory as a whole."""
MAX_VALUES = 1_000_000
"""Each line costs 7 µs and an answer, however short it is."""
_EXPANDING = 20
"""Compression makes lists of values no smaller."""
_LINES = 5000
_HEAD_BYTES = 4096
_NDJSON = "application/x-ndjson"
_string = msgspec.json.Decoder(str).decode


@post(
    "/match",
    status_code=HTTPStatus.OK,
    media_type=_NDJSON,
    responses={
        HTTPStatus.OK: ResponseSpec(
            Match, generate_examples=False, description="One object a line.", media_type=_NDJSON
        ),
        **told(
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ),
    },
)
async def match(request: Request[Any, Any, Any], asker: AskerHere) -> Stream:
    """Look up one value a line; every line gets an answer, in order."""
    async with AsyncExitStack() as open_bodies:
        bound = MATCH_BODIES * asker.serving.max_body_bytes
        body = await open_bodies.enter_async_context(received(request, bound, _EXPANDING))
        given = await asyncio.to_thread(_given, request, body)
        answers = _answers(asker, given, open_bodies.pop_all())
        return Stream(answers, media_type=_NDJSON)


async def _answers(
    asker: Asker, given: Iterator[Given], body: AsyncExitStack
) -> AsyncIterator[bytes]:
    """Yield the answers to some thousand lines at a time; each is told of its own moment.

    It breaks off where the credentials are no longer good.
    """

    def answer() -> bytes:
        nonlocal line
        some = list(islice(given, _LINES))
        if not some:
            return b""
        if not asker.is_live(asker.serving.clock()):
            raise UnauthenticatedError
        found = match_lines(asker.view(), some, line)
        line += len(some)
        known = [one.sources for one in found if one.sources]
        asker.note("match", sources={name for one in known for name in one}, count=len(known))
        return json_lines(found)

    line = 1
    async with body:
        while answers := await asyncio.to_thread(answer):
            yield answers


def _given(request: Request[Any, Any, Any], body: Body) -> Iterator[Given]:
    """Return the values in a body: strings of an array, or lines of whatever it is.

    Raises:
        HTTPException: 413 if there are too many.
    """
    announced = request.content_type[0].endswith("json") and request.content_type[0] != _NDJSON
    array = begins_array(body, of=b"" if announced else b'"]')
    check_count(body, MAX_VALUES, "values", array=array)
    found = lines_or_elements(body, array=array)
    return map(_text, found) if array else found


def _text(element: Line) -> Given:
    if isinstance(element, Unreadable):
        return element
    try:
        return _string(element)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return Unreadable(element[:_HEAD_BYTES], "not a string")
