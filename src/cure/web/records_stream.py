"""GET stream/records: every visible record as it comes, for programs that go on where they ended.

Nothing is queued for anybody: whoever is told reads from the log, as fast as he takes it, and who
is slow reads what is old. What keeps pace together is read once for all who see and want the same.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from http import HTTPStatus
from typing import Annotated, Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from litestar.response import Stream

from cure.errors import LogError, MalformedError
from cure.hub.view import Followed
from cure.hub.watched.table import Watched
from cure.log.recent import MAX_RECORDS
from cure.model import Audience, Purpose, Topic
from cure.model import tag as read_tag
from cure.subscribers.watches.store import WatchStore
from cure.web.asker import Asker, AskerHere
from cure.web.broadcast import HEARTBEAT_S
from cure.web.cursors import Cursors
from cure.web.errors import told
from cure.web.observables import Moment
from cure.web.record_events import Page, RecordEvents
from cure.web.serving import Serving, checked_length
from cure.web.standing import Standing

TICK_S = 0.4
"""So often it is looked whether something came, and whether streams may go on."""
NEAR_RECORDS = MAX_RECORDS
"""Whoever is no farther behind is told from memory, and what many are told is written once."""
MAX_FILTERS = 100
_EVENTS = "text/event-stream"
_STILL_HERE = b": still here\n\n"


class _Reached:
    """How far a stream has come, and when it last had all that there was."""

    def __init__(self, position: int, now_s: float) -> None:
        self.position = position
        self.whole_at_s = now_s


class RecordsStream:
    """Tells programs of records, each what its audience may be sent."""

    def __init__(
        self,
        serving: Serving,
        cursors: Cursors,
        watches: WatchStore,
        is_closing: Callable[[], bool],
    ) -> None:
        """Read from what a server serves, until that is about to stop."""
        self._serving = serving
        self._cursors = cursors
        self._watches = watches
        self._is_closing = is_closing
        self._tick = asyncio.Event()
        self._events_of = RecordEvents(serving.installation, cursors, serving.background.give_way)
        self._pages: dict[tuple[Audience, Followed, int], asyncio.Future[Page]] = {}
        # One thread for those who keep pace, whatever those do who read what is old; and no more,
        # as each would only take the interpreter from the others.
        self._near = ThreadPoolExecutor(1, "near pages")
        self._far = ThreadPoolExecutor(1, "far pages")
        self._reached: set[_Reached] = set()

    def lag_s(self) -> float:
        """Return for how long the slowest stream has not had all that there is; 0: all have."""
        last, now_s = self._serving.installation.log.last(), time.monotonic()
        return max(
            (now_s - one.whole_at_s for one in tuple(self._reached) if one.position < last),
            default=0.0,
        )

    async def run(self) -> None:
        """Wake those who are told, all at once, until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            self._tick.set()
            self._tick = asyncio.Event()

    def watched(self, asker: Asker, watches: Sequence[str]) -> Watched | None:
        """Return what watches of somebody's organisation fit as they are now; None: none is asked.

        Raises:
            NotKnownError: If it has no such watch.
        """
        if not watches:
            return None
        found = Watched()
        for number, watch in enumerate(watches):
            self._watches.watch(asker.owner, watch)
            found.add(self._watches.entries_of(watch), number)
        return found

    def position(self, asker: Asker, cursor: str | None, since: str | None) -> int:
        """Return from where on somebody is told: behind a cursor, from a moment on, or from now.

        Raises:
            MalformedError: If the cursor is none of his, or the moment is none.
        """
        if cursor:
            return self._cursors.position(cursor, asker.audience(Purpose.PUSH).organisation)
        at = self._serving.moment(since)
        log = self._serving.installation.log
        return log.last() if at is None else log.kept_until(at)

    async def events(self, asker: Asker, followed: Followed, position: int) -> AsyncIterator[bytes]:
        """Yield what came after a position, and what comes, until the stream may not go on."""
        reached = _Reached(position, time.monotonic())
        self._reached.add(reached)
        try:
            async with aclosing(self._events(asker, followed, reached)) as events:
                async for event in events:
                    yield event
        finally:
            self._reached.discard(reached)

    async def _events(
        self, asker: Asker, followed: Followed, reached: _Reached
    ) -> AsyncGenerator[bytes]:
        audience = asker.audience(Purpose.PUSH)
        standing = Standing(asker, Purpose.PUSH)
        [cursor] = self._cursors.sealed([reached.position], audience.organisation)
        yield b"event: begin\nid: %s\ndata: null\n\n" % cursor
        clock = asyncio.get_running_loop().time
        told_s, is_last = clock(), True
        while True:
            if is_last:
                reached.whole_at_s = time.monotonic()
                await self._tick.wait()
            try:
                page = await self._page(audience, followed, reached.position)
                if self._is_closing() or not standing.holds():
                    return
                if page.records:
                    asker.note(
                        "stream", sources=page.sources, count=page.records, purpose=Purpose.PUSH
                    )
            except LogError:  # what cannot be read, checked or audited is not told
                return
            reached.position, is_last = page.position, page.is_last
            if page.records:
                yield page.text
            elif clock() - told_s >= HEARTBEAT_S:
                yield _STILL_HERE
            else:
                continue
            told_s = clock()

    async def _page(self, audience: Audience, followed: Followed, after: int) -> Page:
        """Return what follows a position; read once for all who ask for it now."""
        if after >= self._serving.installation.log.last():
            return Page(b"", frozenset(), 0, after, is_last=True)
        key = (audience, followed, after)
        if key not in self._pages:
            is_near = self._serving.installation.log.last() - after < NEAR_RECORDS
            thread, loop = self._near if is_near else self._far, asyncio.get_running_loop()
            reading = loop.run_in_executor(thread, self._read, audience, followed, after)
            self._pages[key] = reading
            reading.add_done_callback(lambda _: self._pages.pop(key))
        return await asyncio.shield(self._pages[key])

    def _read(self, audience: Audience, followed: Followed, after: int) -> Page:
        with self._serving.background.turn():
            view = self._serving.view(audience)
            return self._events_of.page(view, audience, followed, after)


def _some(what: str) -> Any:  # noqa: ANN401 - as the framework has it
    return QueryParameter(
        description=f"Only records {what}; may be repeated.",
        schema_extra={"maxItems": MAX_FILTERS},
    )


def _few(asked: Sequence[str] | None) -> list[str]:
    """Return what was asked for, if it can be a filter.

    Raises:
        MalformedError: If it is too much.
    """
    found = [checked_length(one) for one in asked or ()]
    if len(found) > MAX_FILTERS:
        raise MalformedError("filter", found[MAX_FILTERS], f"want {MAX_FILTERS} at most")
    return found


@get(
    "/stream/records",
    media_type=_EVENTS,
    responses={
        HTTPStatus.OK: ResponseSpec(
            str,
            generate_examples=False,
            description="Events: `begin`, then `record` and `retracted`, one for each; the id of "
            "each is a cursor.",
            media_type=_EVENTS,
        ),
        **told(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
    },
)
async def stream_records(  # noqa: PLR0913, PLR0917 - each is a filter of one question
    request: Request[Any, Any, Any],
    records_stream: NamedDependency[RecordsStream],
    asker: AskerHere,
    topic: Annotated[list[Topic] | None, _some("that mention a value of this topic")] = None,
    source: Annotated[list[str] | None, _some("of this source")] = None,
    tag: Annotated[list[str] | None, _some("that mention this tag")] = None,
    watch: Annotated[list[str] | None, _some("of values that this watch fits, by id")] = None,
    cursor: Annotated[
        str | None,
        QueryParameter(description="The id of the last event that was taken care of."),
    ] = None,
    since: Moment = None,
) -> Stream:
    """Tell of every new record, or of all behind a cursor or since a moment, then of new ones.

    A newer version of a record has its `id`. What was taken back is told, too, by its `id`.
    At least once: what is asked for again from a cursor comes again. The header Last-Event-ID,
    which browsers send when they connect anew, goes before the cursor.
    """
    followed = Followed(
        frozenset(topic or ()),
        frozenset(_few(source)),
        tuple(map(read_tag, _few(tag))),
        await asyncio.to_thread(records_stream.watched, asker, _few(watch)),
    )
    kept = request.headers.get("last-event-id") or cursor
    position = await asyncio.to_thread(records_stream.position, asker, kept, since)
    return Stream(
        records_stream.events(asker, followed, position),
        media_type=_EVENTS,
        headers={"X-Accel-Buffering": "no"},
    )
