"""The server, put together: routes, the door before them, and what runs beside them."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide

from cure.access.accounts import Accounts
from cure.access.in_force import rated_intake
from cure.access.oidc import Oidc, Provider
from cure.access.principal import local
from cure.gathering import Gathering
from cure.installation import Installation
from cure.interfaces import Publisher
from cure.model import Audience
from cure.retaining import Policy
from cure.subscribers.deliveries.channels import PushSetting
from cure.subscribers.deliveries.post import DeliveryPost
from cure.subscribers.watch_post import WatchPost
from cure.subscribers.watches.audiences import Audiences
from cure.ways import SourceSetting
from cure.web import (
    alerts,
    deliveries,
    groups,
    hec,
    hits_stream,
    lists,
    login,
    matches,
    me,
    misp,
    observables,
    oidc,
    overviews,
    pages,
    push,
    quarantine,
    questions,
    records,
    records_stream,
    reliability,
    retractions,
    score,
    similar,
    stix,
    stream,
    taxii,
    tickets,
    watches,
)
from cure.web.admin import OPERATIONS as ADMIN
from cure.web.asker import asker_of
from cure.web.authentication import Authentication
from cure.web.behaviour import Behaviour
from cure.web.beside import Beside
from cure.web.broadcast import Broadcast
from cure.web.cursors import Cursors
from cure.web.describing import description
from cure.web.door import LOOPBACK, Door
from cure.web.errors import HANDLERS
from cure.web.gauges import Gauges
from cure.web.guard import Guard
from cure.web.imports import import_late
from cure.web.limiting import REQUESTS_A_MINUTE, Limits
from cure.web.records_stream import RecordsStream
from cure.web.rerating import Rerating
from cure.web.retention import Retaining
from cure.web.rules import without_rule
from cure.web.serving import Serving
from cure.web.taxii.serving import Taxii

MAX_BODY_BYTES = 64 << 20
# What computes gives way to the loop so often, and questions do not wait for what is posted.
_SWITCH_INTERVAL_S = 0.0005  # Python's own: 5 ms
# Records are made by the thousand and are in no cycle: looking for cycles at Python's own pace
# takes a sixth of the time in which they are read and kept.
_COLLECT_AFTER = (50_000, 20, 50)
_API = (
    records.publish,
    push.push,
    push.origins,
    observables.card_of_value,
    observables.card_of_observable,
    observables.records_of_value,
    observables.records_of_observable,
    matches.match,
    questions.pivot,
    questions.links,
    questions.campaign,
    questions.search,
    questions.sources,
    questions.publishers,
    questions.timeline,
    similar.similar,
    similar.compare,
    groups.groups,
    groups.group,
    groups.publish_groups,
    stix.stix_bundle,
    overviews.publisher_links,
    overviews.latest,
    overviews.lanes,
    stream.stream,
    *watches.OPERATIONS,
    *alerts.OPERATIONS,
    hits_stream.stream_hits,
    records_stream.stream_records,
    *retractions.OPERATIONS,
    *deliveries.OPERATIONS,
    score.score_of_value,
    reliability.reliability_of_sources,
    reliability.judgements,
    reliability.judge,
    quarantine.quarantine,
    quarantine.quarantined_lines,
    quarantine.replay_quarantine,
)


def now_utc() -> datetime:
    """Return what time it is."""
    return datetime.now(UTC)


@contextmanager
def _tuned() -> Iterator[None]:
    """Set the interpreter up for a server, and back."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    gc.set_threshold(*_COLLECT_AFTER)
    gc.freeze()  # what is there now stays: there is nothing to look for in it
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


def build(  # noqa: PLR0913 - each is one thing of its own
    installation: Installation,
    *,
    audience: Audience,
    owner: str,
    publishers: Mapping[str, Publisher],
    sources: Sequence[SourceSetting] = (),
    clock: Callable[[], datetime] = now_utc,
    max_body_bytes: int = MAX_BODY_BYTES,
    hosts: frozenset[str] = LOOPBACK,
    accounts: Accounts | None = None,
    needs_accounts: bool = False,
    is_secure: bool = False,
    requests_a_minute: int = REQUESTS_A_MINUTE,
    provider: Provider | None = None,
    asn_table: Path | None = None,
    sending: PushSetting | None = None,
    retention: Policy | None = None,
) -> Litestar:
    """Make the server of an installation that is open for writing.

    Args:
        installation: What it serves.
        audience: Who asks while no credentials are needed.
        owner: The organisation that findings belong to which are posted meanwhile.
        publishers: The publishers that are installed, by name; `findings` reads what is posted.
        sources: The sources to gather from while it runs; their ports are taken at once.
        clock: What time it is, UTC.
        max_body_bytes: How large a request body may be, also after expansion.
        hosts: The names, without port, by which the server may be called.
        accounts: Who may ask; none: whoever reaches the server is its operator.
        needs_accounts: Whether credentials are needed although there is no organisation yet.
        is_secure: Whether browsers reach it by TLS only.
        requests_a_minute: How often each principal may ask.
        provider: Through whom people may log in, too; none: by password only.
        asn_table: A table of autonomous systems, as `cure.enrichers.geography` reads it.
        sending: What the operator says of deliveries; None: to public addresses, no mails.
        retention: How long what each source says is kept; None: for ever.

    Returns:
        The application. Its `state.writer` is the one way to append while it runs; whoever runs
        it calls `state.broadcast.close()` in its loop when it begins to stop.

    Raises:
        ConfigError: If a port of a source cannot be had.
        NotImplementedError: If an operation has no rule.
    """
    serving = Serving(
        installation,
        authentication=Authentication(
            accounts, local(owner), is_required=needs_accounts, is_secure=is_secure
        ),
        open_to=audience,
        publishers=publishers,
        clock=clock,
        max_body_bytes=max_body_bytes,
    )
    told_as = Audiences(audience, accounts, lambda: serving.authentication.is_open)

    def is_first() -> bool:
        return installation.is_first

    watch_post = WatchPost(
        installation.directory, installation.gate, told_as, clock, is_due=is_first
    )
    delivery_post = DeliveryPost(
        installation.directory,
        installation.gate,
        watch_post.store,
        told_as,
        accounts,
        sending or PushSetting(f"urn:uuid:{UUID(installation.log.log_id)}"),
        clock,
        is_due=is_first,
    )
    serving.writer.listen(watch_post.thread.notice)
    cursors = Cursors(installation)
    broadcast = Broadcast(serving)
    following = RecordsStream(serving, cursors, watch_post.store, lambda: broadcast.is_closed)
    behaviour = Behaviour(serving, owner, asn_table=asn_table)
    shelves = Taxii(serving)
    limits = Limits(requests_a_minute)
    way_in = None if provider is None else Oidc(provider)
    guard = Guard(serving, limits)
    gathering = Gathering(
        sources,
        writer=serving.writer,
        installation=installation,
        clock=clock,
        intake=partial(rated_intake, serving.ratings),
    )

    gauges = Gauges(serving, gathering, following, watch_post, delivery_post)
    serving.metrics.also(gauges)

    @asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        import_late()
        with _tuned():
            serving.start()
            watch_post.start()
            gathering.start()
            behaviour.start()
            looking_after = (Rerating(serving), Retaining(serving, retention or Policy()))
            running_beside = (broadcast, following, delivery_post, behaviour, *looking_after)
            beside = gauges.beside = Beside(running_beside)
            yield
            broadcast.close()
            await beside.stop()
            await asyncio.to_thread(behaviour.likeness.close)  # somebody may wait for groups
            await asyncio.to_thread(gathering.stop)
            await asyncio.to_thread(serving.stop)
            shelves.store.close()
            await asyncio.to_thread(behaviour.stop)
            await asyncio.to_thread(watch_post.stop)
            delivery_post.store.close()

    app = Litestar(
        [
            Router("/api/v1", route_handlers=_API),
            tickets.ROUTER,
            taxii.ROUTER,
            lists.ROUTER,
            misp.ROUTER,
            *((login.ROUTER, me.ROUTER, oidc.ROUTER, ADMIN) if accounts is not None else ()),
            hec.events,
            hec.raw,
            hec.health,
            pages.healthz,
            pages.readyz,
            pages.metrics,
            pages.front,
            pages.page,
            pages.asset,
        ],
        dependencies={
            "serving": Provide(lambda: serving, sync_to_thread=False, use_cache=True),
            "broadcast": Provide(lambda: broadcast, sync_to_thread=False, use_cache=True),
            "records_stream": Provide(lambda: following, sync_to_thread=False, use_cache=True),
            "gathering": Provide(lambda: gathering, sync_to_thread=False, use_cache=True),
            "delivery_post": Provide(lambda: delivery_post, sync_to_thread=False, use_cache=True),
            "watch_post": Provide(lambda: watch_post, sync_to_thread=False, use_cache=True),
            "cursors": Provide(lambda: cursors, sync_to_thread=False, use_cache=True),
            "likeness": Provide(lambda: behaviour.likeness, sync_to_thread=False, use_cache=True),
            "taxii": Provide(lambda: shelves, sync_to_thread=False, use_cache=True),
            "limits": Provide(lambda: limits, sync_to_thread=False, use_cache=True),
            "way_in": Provide(lambda: way_in, sync_to_thread=False, use_cache=True),
            "asker": Provide(asker_of, sync_to_thread=False),
        },
        exception_handlers=HANDLERS,
        guards=[guard.check],
        lifespan=[running],
        logging_config=None,
        openapi_config=description(),
        request_max_body_size=None,  # bodies bound themselves, see `cure.web.bodies`
        state=State(
            {
                "writer": serving.writer,
                "broadcast": broadcast,
                "gathering": gathering,
                "serving": serving,
                "watch_post": watch_post,
            }
        ),
    )
    if missing := without_rule(app):
        raise NotImplementedError(f"operations without a rule: {', '.join(missing)}")
    app.asgi_handler = Door(app.asgi_handler, hosts, serving.metrics, is_secure=is_secure)
    return app
