"""What MISP's clients call: a feed, searches, and the four questions that come before."""

from http import HTTPStatus
from typing import Any

from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, JSONBody

from cure.hub.view import AskedByDay
from cure.model import Purpose
from cure.subscribers.misp import greetings
from cure.subscribers.misp.attributes import attribute
from cure.subscribers.misp.events import (
    ALL,
    MOST_ATTRIBUTES,
    MOST_EVENTS,
    Dated,
    dated,
    event,
    hashes,
    kept,
    listed,
    manifest,
)
from cure.subscribers.misp.searching import Search, asked, page_of
from cure.web.asker import Asker, AskerHere

Answer = dict[str, Any]
EXPORT = Purpose.EXPORT


@get(["/servers/getVersion", "/servers/getVersion.json"], sync_to_thread=False)
def misp_version() -> Answer:
    """Say what this server is like."""
    return greetings.version()


@get("/servers/getPyMISPVersion.json", sync_to_thread=False)
def pymisp_version() -> Answer:
    """Say which PyMISP fits."""
    return {"version": greetings.VERSION}


@get(["/users/view/me", "/users/view/me.json"], sync_to_thread=False)
def misp_user(asker: AskerHere) -> Answer:
    """Say who asks."""
    return greetings.user(asker.owner)


@get(["/attributes/describeTypes", "/attributes/describeTypes.json"], sync_to_thread=False)
def misp_types() -> Answer:
    """Say which types of attributes there are."""
    return greetings.types()


@get("/feed/manifest.json", sync_to_thread=True)
def misp_manifest(asker: AskerHere) -> Answer:
    """Return what the feed holds."""
    return manifest(_dated(asker, ALL), _producer(asker))


@get("/feed/hashes.csv", media_type="text/csv", sync_to_thread=True)
def misp_hashes(asker: AskerHere) -> str:
    """Return which value is in which event of the feed."""
    found, _ = kept(asker.view(EXPORT), asker.serving.installation.log, ALL, 0, MOST_ATTRIBUTES)
    _note(asker, "misp hashes", {one.named.source for one in found}, len(found))
    return hashes(found)


@get("/feed/{name:str}", sync_to_thread=True)
def misp_feed_event(asker: AskerHere, name: FromPath[str]) -> Answer:
    """Return an event of the feed: what one source named on one day."""
    return _called(asker, name.removesuffix(".json"))


@get("/events/view/{name:str}", sync_to_thread=True)
def misp_event(asker: AskerHere, name: FromPath[str]) -> Answer:
    """Return an event, as a search has it."""
    return _called(asker, name.removesuffix(".json"))


@get("/events/index", sync_to_thread=True)
def misp_events(asker: AskerHere) -> list[Answer]:
    """Return the events without their attributes, those with the latest news first."""
    return [listed(one, _producer(asker)) for one in _dated(asker, ALL)]


@post(
    "/attributes/restSearch",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def search_attributes(asker: AskerHere, data: JSONBody[Search]) -> Response[Answer]:
    """Search for attributes; they come in the order in which they came here."""
    log = asker.serving.installation.log
    skip, limit = page_of(data, MOST_ATTRIBUTES)
    about = asked(data, log, asker.serving.clock())
    found, more = kept(asker.view(EXPORT), log, about, skip, limit)
    _note(asker, "misp attributes", {one.named.source for one in found}, len(found))
    return Response(
        {"response": {"Attribute": [attribute(one) for one in found]}},
        headers={"X-Result-Count": str(skip + len(found) + more)},
    )


@post(
    "/events/restSearch",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def search_events(asker: AskerHere, data: JSONBody[Search]) -> Response[Answer]:
    """Search for events; each holds those of its attributes that were searched for."""
    skip, limit = page_of(data, MOST_EVENTS)
    about = asked(data, asker.serving.installation.log, asker.serving.clock())
    name = data.uuid or data.eventid
    events = [one for one in _dated(asker, about) if not name or one.is_called(str(name))]
    found = [_whole(asker, one, about) for one in events[skip : skip + limit]]
    return Response({"response": found}, headers={"X-Result-Count": str(len(events))})


def _called(asker: Asker, name: str) -> Answer:
    for one in _dated(asker, ALL):
        if one.is_called(name):
            return _whole(asker, one, ALL)
    raise NotFoundException("there is no such event")


def _dated(asker: Asker, about: AskedByDay) -> list[Dated]:
    found = dated(asker.view(EXPORT), asker.serving.installation.log, about)
    _note(asker, "misp events", {one.of.source for one in found}, len(found))
    return found


def _whole(asker: Asker, one: Dated, about: AskedByDay) -> Answer:
    """Write an event with those of its attributes that are asked for."""
    of_event = about._replace(source=one.of.source, day=one.of.day)
    log = asker.serving.installation.log
    attributes, _ = kept(asker.view(EXPORT), log, of_event, 0, MOST_ATTRIBUTES)
    return event(one, attributes, _producer(asker))


def _producer(asker: Asker) -> str:
    return asker.serving.open_audience(EXPORT).organisation


def _note(asker: Asker, action: str, sources: set[str], count: int) -> None:
    asker.note(action, sources=sources, count=count, purpose=EXPORT)


ROUTER = Router(
    "/misp",
    route_handlers=[
        misp_version,
        pymisp_version,
        misp_user,
        misp_types,
        misp_manifest,
        misp_hashes,
        misp_feed_event,
        misp_event,
        misp_events,
        search_attributes,
        search_events,
    ],
    include_in_schema=False,
)
