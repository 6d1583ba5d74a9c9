"""POST lines: a source's own lines or documents, read by its publisher, and how sources fare."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromPath

from cure.feeding import Feed, SourceHealth
from cure.gathering import Gathering
from cure.interfaces import Input
from cure.origins.files import blocks, lines
from cure.ways import Push
from cure.web.bodies import Body, received, size_of
from cure.web.errors import told
from cure.web.serving import ServingHere
from cure.web.tokens import GatheringHere, holder_of, is_same, token_in

_HEAD_BYTES = 4096


class Pushed(msgspec.Struct, frozen=True):
    """What became of what was sent: ``lines == spoke + silent + quarantined``.

    Attributes:
        lines: How many lines, or elements of documents, there were.
        spoke: How many of them said something.
        silent: How many had nothing of interest.
        quarantined: How many could not be read.
        records: How many records they made.
        new_records: How many of these were not known before.
        reasons: Why lines were quarantined, each with how many.
    """

    lines: int
    spoke: int
    silent: int
    quarantined: int
    records: int
    new_records: int
    reasons: dict[str, int]


@post(
    "/sources/{source:str}/lines",
    status_code=HTTPStatus.OK,
    responses=told(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
async def push(
    request: Request[Any, Any, Any],
    serving: ServingHere,
    gathering: GatheringHere,
    source: FromPath[str],
) -> Pushed:
    """Take the lines of a configured source in, as they are; the answer comes once all is durable.

    The token of the source stands in the header `Authorization: Bearer TOKEN`, or the key of
    somebody who publishes as the source; then it is his organisation's.
    """
    token = token_in(request, "Bearer")
    who = holder_of(request.scope, token, source, serving)
    feed = _feed_of(gathering, source, token, by_key=who is not None)
    serving.turns.check()
    async with received(request, serving.max_body_bytes) as body:
        with serving.room_for(size_of(body)):
            data = input_of(body, serving, "push")
            take = partial(feed.take, data, wait=False, owner=who and who.organisation)
            fed = await asyncio.to_thread(take)
    account = fed.account
    return Pushed(
        account.lines,
        account.spoke,
        account.silent,
        account.quarantined,
        account.records,
        fed.new_records,
        dict(account.reasons.most_common()),
    )


def _feed_of(gathering: Gathering, source: str, token: str, *, by_key: bool) -> Feed:
    feed = gathering.feeds.get(source)
    if feed is None or not isinstance(feed.source.way, Push):
        raise _unknown()
    if not by_key and not is_same(token, feed.source.way.token):
        raise _unknown()
    return feed


def _unknown() -> NotAuthorizedException:
    # The same for both, so that nobody learns which sources there are.
    return NotAuthorizedException(
        detail="no such source, or not its token; want Authorization: Bearer TOKEN",
        headers={"WWW-Authenticate": "Bearer"},
    )


def input_of(body: Body, serving: ServingHere, name: str) -> Input:
    """Return a body as an input."""
    head = body.read(_HEAD_BYTES)
    body.seek(0)
    return Input(
        name=name, as_of=serving.clock(), lines=lines(body), blocks=blocks(body), head=head
    )


@get("/origins")
async def origins(gathering: GatheringHere) -> list[SourceHealth]:
    """Tell how each configured source fares since the server started."""
    return gathering.health()
