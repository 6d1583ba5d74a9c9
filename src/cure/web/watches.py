"""Watches and their hits over HTTP: each organisation has its own, and sees no other's."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from cure.interfaces import Line
from cure.model import Purpose
from cure.subscribers.watch_post import WatchPost
from cure.subscribers.watches.desk import DRY_RUN_DAYS, Added, DryRun, WatchDesk, WatchShown
from cure.subscribers.watches.hit import HitShown, HitState
from cure.subscribers.watches.watch import Watch, WatchChange, WatchForm
from cure.web.asker import Asker, AskerHere
from cure.web.bodies import lines_or_elements, received, size_of
from cure.web.cursors import Cursors
from cure.web.errors import told

WatchPostHere = NamedDependency[WatchPost]
"""A handler's parameter `watch_post` of this type is given that of its server."""
CursorsHere = NamedDependency[Cursors]
MAX_HITS = 1000
_MAX_FORM_BYTES = 8 << 20
_MAX_DAYS = 3660
_REFUSES = told(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_TAKES_LINES = _REFUSES | told(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)


class Tried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values and patterns to try.

    Attributes:
        entries: They, one each.
        days: How far to look back.
    """

    entries: list[str]
    days: int = DRY_RUN_DAYS


class Hits(msgspec.Struct, frozen=True):
    """Some hits.

    Attributes:
        hits: They, the latest first.
        next: The cursor of the next ones; None: there are no more.
    """

    hits: list[HitShown]
    next: str | None


@post("/watches", responses=_REFUSES, sync_to_thread=True, request_max_body_size=_MAX_FORM_BYTES)
def add_watch(asker: AskerHere, watch_post: WatchPostHere, data: JSONBody[WatchForm]) -> Added:
    """Make a watch of one's organisation; what is held already is compared with it at once.

    Entries that cannot be read come back with number and reason; the others are watched.
    """
    made = _desk(asker, watch_post).add(data)
    asker.note_deed("watch.add")
    return made


@get("/watches", responses=_REFUSES, sync_to_thread=True)
def watches(asker: AskerHere, watch_post: WatchPostHere) -> list[Watch]:
    """Return the watches of one's organisation, the oldest first."""
    return _desk(asker, watch_post).all()


@get("/watches/{watch_id:str}", responses=_REFUSES, sync_to_thread=True)
def watch(asker: AskerHere, watch_post: WatchPostHere, watch_id: FromPath[str]) -> WatchShown:
    """Return a watch with its entries."""
    return _desk(asker, watch_post).one(watch_id)


@patch(
    "/watches/{watch_id:str}",
    responses=_REFUSES,
    sync_to_thread=True,
    request_max_body_size=_MAX_FORM_BYTES,
)
def change_watch(
    asker: AskerHere,
    watch_post: WatchPostHere,
    watch_id: FromPath[str],
    data: JSONBody[WatchChange],
) -> Watch:
    """Change a watch; what is left out stays. A muted one makes no hits until it no longer is."""
    changed = _desk(asker, watch_post).change(watch_id, data)
    asker.note_deed("watch.change")
    return changed


@delete("/watches/{watch_id:str}", responses=_REFUSES, sync_to_thread=True)
def remove_watch(asker: AskerHere, watch_post: WatchPostHere, watch_id: FromPath[str]) -> None:
    """Remove a watch with its hits."""
    _desk(asker, watch_post).remove(watch_id)
    asker.note_deed("watch.remove")


@post("/watches/{watch_id:str}/entries", responses=_TAKES_LINES)
async def add_entries(
    request: Request[Any, Any, Any],
    asker: AskerHere,
    watch_post: WatchPostHere,
    watch_id: FromPath[str],
) -> Added:
    """Add one entry a line of plain text; bad lines come back with number and reason."""
    add = partial(_desk(asker, watch_post).add_entries, watch_id)
    return await _with_lines(request, asker, "watch.add_entries", add)


@post("/watches/{watch_id:str}/entries/remove", responses=_TAKES_LINES)
async def remove_entries(
    request: Request[Any, Any, Any],
    asker: AskerHere,
    watch_post: WatchPostHere,
    watch_id: FromPath[str],
) -> Added:
    """Take one entry a line of plain text out of a watch; its hits stay."""
    remove = partial(_desk(asker, watch_post).remove_entries, watch_id)
    return await _with_lines(request, asker, "watch.remove_entries", remove)


async def _with_lines(
    request: Request[Any, Any, Any],
    asker: Asker,
    action: str,
    work: Callable[[Iterable[Line]], Added],
) -> Added:
    """Do something with the lines of a body, which is never in memory as a whole."""
    serving = asker.serving
    async with received(request, serving.max_body_bytes) as body:
        with serving.room_for(size_of(body)):
            done = await asyncio.to_thread(work, lines_or_elements(body, array=False))
    asker.note_deed(action)
    return done


@post(
    "/watches/dry-run",
    status_code=HTTPStatus.OK,
    responses=_REFUSES,
    sync_to_thread=True,
    request_max_body_size=_MAX_FORM_BYTES,
)
def try_watch(asker: AskerHere, watch_post: WatchPostHere, data: JSONBody[Tried]) -> DryRun:
    """Tell what entries would have met in the last days; nothing is kept."""
    found = _desk(asker, watch_post).dry_run(
        data.entries, asker.audience(Purpose.PUSH), min(max(data.days, 1), _MAX_DAYS)
    )
    asker.note("watch.try", count=found.values, purpose=Purpose.PUSH)
    return found


@get("/hits", responses=_REFUSES, sync_to_thread=True)
def hits(  # noqa: PLR0913 - each is one filter of the question
    asker: AskerHere,
    watch_post: WatchPostHere,
    cursors: CursorsHere,
    *,
    watch: FromQuery[str | None] = None,
    in_state: Annotated[
        HitState | None, QueryParameter(name="state", description="Only those.")
    ] = None,
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(description=f"How many at most, up to {MAX_HITS}.")] = 100,
) -> Hits:
    """Return the hits of one's organisation, the latest first, as one may see them now."""
    page = _desk(asker, watch_post).hits(
        asker.view(Purpose.PUSH),
        watch=watch,
        state=in_state,
        before=None if cursor is None else cursors.position(cursor, asker.owner),
        limit=min(max(limit, 1), MAX_HITS),
    )
    sources = {name for hit in page.hits for name in hit.sources}
    asker.note("hits", sources=sources, count=len(page.hits), purpose=Purpose.PUSH)
    if page.before is None:
        return Hits(page.hits, None)
    [following] = cursors.sealed([page.before], asker.owner)
    return Hits(page.hits, following.decode())


@post(
    "/hits/{hit_id:str}/acknowledge",
    status_code=HTTPStatus.OK,
    responses=_REFUSES,
    sync_to_thread=True,
)
def acknowledge_hit(asker: AskerHere, watch_post: WatchPostHere, hit_id: FromPath[str]) -> HitShown:
    """Note that a hit was seen to."""
    done = _desk(asker, watch_post).acknowledge(asker.view(Purpose.PUSH), hit_id)
    asker.note_deed("hit.acknowledge")
    return done


def _desk(asker: Asker, watch_post: WatchPost) -> WatchDesk:
    who = asker.principal
    return watch_post.desk(asker.owner, who.name)


OPERATIONS = (
    add_watch,
    watches,
    watch,
    change_watch,
    remove_watch,
    add_entries,
    remove_entries,
    try_watch,
    hits,
    acknowledge_hit,
)
