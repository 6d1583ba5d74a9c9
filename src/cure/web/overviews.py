"""Questions of the pictures: links between publishers, what they spoke of last, and lanes."""

from http import HTTPStatus
from typing import Annotated

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter

from cure.hub.view import Lanes, PublisherLink, Spoken
from cure.model import Topic
from cure.web.asker import AskerHere
from cure.web.errors import told
from cure.web.observables import Moment

MAX_LATEST = 100
MAX_VALUES = 10_000
MAX_DOTS = 20_000
_MALFORMED = told(HTTPStatus.UNPROCESSABLE_ENTITY)


@get("/publishers/links", responses=_MALFORMED, sync_to_thread=True)
def publisher_links(
    asker: AskerHere, since: Moment = None, until: Moment = None
) -> list[PublisherLink]:
    """Return how many values of each topic each pair of publishers has in common, if any."""
    moment = asker.serving.moment
    found = asker.view().publisher_links(moment(since), moment(until))
    names = {name for one in found for name in (one.a, one.b)}
    asker.note("publisher_links", since, until, sources=names, count=len(found))
    return found


@get("/publishers/{publisher:str}/latest", responses=_MALFORMED, sync_to_thread=True)
def latest(
    asker: AskerHere,
    publisher: FromPath[str],
    limit: Annotated[
        int, QueryParameter(description=f"How many at most, up to {MAX_LATEST}.")
    ] = 10,
) -> list[Spoken]:
    """Return the values that a publisher spoke of last; of one that is not known, none."""
    found = asker.view().spoken_last(publisher, min(max(limit, 1), MAX_LATEST))
    asker.note("latest", publisher, sources={one.source for one in found}, count=len(found))
    return found


@get("/lanes", responses=_MALFORMED, sync_to_thread=True)
def lanes(
    asker: AskerHere,
    topic: FromQuery[Topic],
    since: Moment = None,
    until: Moment = None,
    limit: Annotated[
        int, QueryParameter(description=f"How many values at most, up to {MAX_VALUES}.")
    ] = 2000,
) -> Lanes:
    """Return which publishers spoke of a topic's values when.

    The values in most publishers come first, then the latest; what is left out is counted.
    """
    moment = asker.serving.moment
    window = (moment(since), moment(until))
    found = asker.view().lanes(topic, window, min(max(limit, 1), MAX_VALUES), MAX_DOTS)
    asker.note("lanes", topic, since, until, sources=found.sources, count=len(found.values))
    return found
