"""GET hits/stream: hits and own alerts as they come, for the screen and other programs."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from cure.errors import LogError
from cure.model import Purpose
from cure.subscribers.watch_post import WatchPost
from cure.subscribers.watches.hit import HitState
from cure.subscribers.watches.showing import shown
from cure.web.alerts import alert_desk
from cure.web.asker import Asker, AskerHere
from cure.web.broadcast import HEARTBEAT_S, Broadcast
from cure.web.standing import Standing
from cure.web.watches import WatchPostHere

TICK_S = 0.25
_AT_ONCE = 100
_EVENTS = "text/event-stream"
_STILL_HERE = b": still here\n\n"


class _Live:
    """What one subscriber has been told of."""

    def __init__(self, asker: Asker, watch_post: WatchPost) -> None:
        self._asker = asker
        self._post = watch_post
        self._position = watch_post.store.last_position(asker.owner)
        desk = alert_desk(asker, watch_post, Purpose.PUSH)
        self._upto, self._news = desk.upto, desk.last_news

    def events(self) -> list[bytes]:
        """Return what came since the last time, as it may be sent now."""
        return [*self._hits(), *self._alerts()]

    def _hits(self) -> list[bytes]:
        store, owner = self._post.store, self._asker.owner
        some = store.after(owner, self._position, _AT_ONCE)
        if not some:
            return []
        self._position = some[-1].position
        watches = {one.id: one for one in store.watches(owner)}
        told = shown(self._asker.view(Purpose.PUSH), some, watches)
        if told:
            sources = {name for one in told for name in one.sources}
            self._asker.note("hits", sources=sources, count=len(told), purpose=Purpose.PUSH)
        return [
            _event("retracted" if one.state is HitState.WITHDRAWN else "hit", one) for one in told
        ]

    def _alerts(self) -> list[bytes]:
        last = self._asker.serving.installation.log.last()
        if (last, self._post.alerts.last_news(self._asker.owner)) == (self._upto, self._news):
            return []
        desk = alert_desk(self._asker, self._post, Purpose.PUSH)
        told = desk.behind(self._upto, self._news, _AT_ONCE)
        self._upto, self._news = desk.upto, desk.last_news
        if told:
            sources = {one.source for one in told}
            self._asker.note("alerts", sources=sources, count=len(told), purpose=Purpose.PUSH)
        return [_event("alert", one) for one in told]


async def _events(
    asker: Asker, watch_post: WatchPost, broadcast: Broadcast
) -> AsyncIterator[bytes]:
    """Yield events until the stream may not go on: its credentials, or what they let it see."""
    standing = Standing(asker, Purpose.PUSH)
    live = await asyncio.to_thread(_Live, asker, watch_post)
    yield b"event: begin\ndata: null\n\n"
    clock = asyncio.get_running_loop().time
    told_s = clock()
    while True:
        await asyncio.sleep(TICK_S)
        try:
            events = await asyncio.to_thread(live.events)
            if broadcast.is_closed or not standing.holds():
                return
        except LogError:  # what cannot be read, checked or audited is not told
            return
        if not events and clock() - told_s < HEARTBEAT_S:
            continue
        told_s = clock()
        yield b"".join(events) or _STILL_HERE


def _event(name: str, data: object) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(data))


@get(
    "/hits/stream",
    media_type=_EVENTS,
    responses={
        HTTPStatus.OK: ResponseSpec(
            str,
            generate_examples=False,
            description="Events: `begin`, then `hit`, `retracted` for one that was withdrawn, and "
            "`alert`, one for each.",
            media_type=_EVENTS,
        )
    },
)
async def stream_hits(
    asker: AskerHere, watch_post: WatchPostHere, broadcast: NamedDependency[Broadcast]
) -> Stream:
    """Tell of hits and of own alerts as they come; also of alerts that are opened again."""
    events = _events(asker, watch_post, broadcast)
    return Stream(events, media_type=_EVENTS, headers={"X-Accel-Buffering": "no"})
