"""Questions about many values at once: pivots, links, campaigns, searches, sources, times."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromQuery, QueryParameter

from cure.asking import known_subject, known_value
from cure.hub.view import Campaign, Matrix, Pivot, SearchAnswer, SourceSummary, Timeline
from cure.interfaces import Publisher
from cure.model import Layer, Topic
from cure.web.asker import AskerHere
from cure.web.errors import told
from cure.web.observables import Moment, Value
from cure.web.serving import Serving, ServingHere, checked_length

MAX_HOPS = 4
MAX_NODES = 5000
MAX_FOUND = 10_000
_MALFORMED = told(HTTPStatus.UNPROCESSABLE_ENTITY)
_NOT_KNOWN = told(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)


class SourceShown(SourceSummary, frozen=True):
    """What a source has said, in sum, and what it is.

    Attributes:
        name: Its name.
        records: How many records it has.
        sightings: The sum of their counts.
        first_seen: The earliest first_seen.
        last_seen: The latest last_seen.
        topics: How many values of each topic it speaks of.
        title: What it is, in English.
        title_ja: The same in Japanese.
        layer: Whether it says what was seen or what it means.
    """

    title: str = ""
    title_ja: str = ""
    layer: Layer | None = None


class PublisherShown(msgspec.Struct, frozen=True):
    """A publisher that is installed.

    Attributes:
        name: Its name; its sources are called so, or ``name@instance``.
        title: What it is, in English.
        title_ja: The same in Japanese.
        layer: Whether it says what was seen or what it means.
        topics: What it may speak of.
        tlp: The marking of what it says.
    """

    name: str
    title: str
    title_ja: str
    layer: Layer
    topics: list[Topic]
    tlp: str

    @classmethod
    def of(cls, publisher: Publisher) -> "PublisherShown":
        """Show a publisher."""
        return cls(
            publisher.name,
            publisher.title,
            publisher.title_ja,
            publisher.layer,
            sorted(publisher.topics),
            publisher.tlp.title,
        )


def _limit(most: int) -> object:
    return QueryParameter(description=f"How many at most, up to {most}.")


@get("/pivot", responses=_NOT_KNOWN, sync_to_thread=True)
def pivot(
    asker: AskerHere,
    value: Value,
    hops: Annotated[int, QueryParameter(description=f"How many steps, up to {MAX_HOPS}.")] = 2,
    limit: Annotated[int, _limit(MAX_NODES)] = 100,
) -> Pivot:
    """Walk from a value to the records that mention it, to the values beside it, and on."""
    view = asker.view()
    start = known_value(view, checked_length(value))
    found = view.pivot(start, min(max(hops, 1), MAX_HOPS), min(max(limit, 1), MAX_NODES))
    sources = {name for node in found.nodes for name in node.sources}
    asker.note("pivot", start.value, sources=sources, count=len(found.nodes))
    return found


@get("/links", responses=_MALFORMED, sync_to_thread=True)
def links(asker: AskerHere, topic: FromQuery[Topic | None] = None, since: Moment = None) -> Matrix:
    """Return how many values each pair of sources has in common."""
    found = asker.view().links(topic, asker.serving.moment(since))
    asker.note("links", topic, since, sources=found.sources, count=len(found.sources))
    return found


@get("/campaign", responses=_NOT_KNOWN, sync_to_thread=True)
def campaign(
    asker: AskerHere,
    value: Annotated[
        str, QueryParameter(description="A value, a tag, or a name: `Lazarus Group`.")
    ],
    limit: Annotated[int, _limit(MAX_NODES)] = 200,
) -> Campaign:
    """Tell the story around a value or a tag, across sources, in order of time."""
    view = asker.view()
    about = known_subject(view, checked_length(value))
    found = view.campaign(about, min(max(limit, 1), MAX_NODES))
    asker.note("campaign", value, sources=found.sources, count=found.total)
    return found


@get("/search", responses=_MALFORMED, sync_to_thread=True)
def search(
    asker: AskerHere,
    pattern: Annotated[
        str,
        QueryParameter(
            description="A network, `*.example.jp`, `*@example.jp`, the beginning of a hash, "
            "a tag with `*` or `?`, or one value."
        ),
    ],
    since: Moment = None,
    until: Moment = None,
    limit: Annotated[int, _limit(MAX_FOUND)] = 1000,
) -> SearchAnswer:
    """Return the known values that fit a pattern."""
    found = asker.view().search(
        checked_length(pattern),
        asker.serving.moment(since),
        asker.serving.moment(until),
        min(max(limit, 1), MAX_FOUND),
    )
    sources = {name for one in found.results for name in one.sources}
    asker.note("search", pattern, since, until, sources=sources, count=len(found.results))
    return found


@get("/sources", sync_to_thread=True)
def sources(asker: AskerHere) -> list[SourceShown]:
    """Return what each source has said, in sum."""
    found = asker.view().sources()
    asker.note("sources", sources=(one.name for one in found), count=len(found))
    return shown_sources(asker.serving, found)


def shown_sources(serving: Serving, summaries: list[SourceSummary]) -> list[SourceShown]:
    """Add to the sums of sources what their publishers are."""
    shown: list[SourceShown] = []
    for one in summaries:
        of = serving.publishers.get(one.name.partition("@")[0])
        plate = (of.title, of.title_ja, of.layer) if of else (one.name, one.name, None)
        shown.append(
            SourceShown(
                one.name,
                one.records,
                one.sightings,
                one.first_seen,
                one.last_seen,
                one.topics,
                *plate,
            )
        )
    return shown


@get("/publishers")
async def publishers(serving: ServingHere) -> list[PublisherShown]:
    """Return the publishers that are installed."""
    return [PublisherShown.of(one) for one in serving.publishers.values()]


@get("/timeline", responses=_NOT_KNOWN, sync_to_thread=True)
def timeline(
    asker: AskerHere,
    bucket: Annotated[int, QueryParameter(description="Length of a bucket in seconds.")] = 3600,
    since: Moment = None,
    until: Moment = None,
    value: Annotated[
        str | None, QueryParameter(description="Only the records of this value.")
    ] = None,
) -> Timeline:
    """Return how many records of each source began when.

    Buckets are lengthened where there would be more than 10,000.
    """
    view = asker.view()
    about = None if value is None else known_value(view, checked_length(value))
    found = view.timeline(
        min(max(bucket, 1), _YEAR_S),
        asker.serving.moment(since),
        asker.serving.moment(until),
        about,
    )
    asker.note("timeline", value, since, until, sources=found.sources, count=len(found.sources))
    return found


_YEAR_S = 366 * 86_400
