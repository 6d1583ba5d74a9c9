"""Questions about one observable: its card, and the records that mention it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from http import HTTPStatus
from typing import Annotated
from urllib.parse import unquote_to_bytes

import msgspec
from litestar import get
from litestar.params import FromPath, PathParameter, QueryParameter

from cure.asking import card_of
from cure.errors import MalformedError, NotKnownError
from cure.hub.view import Card
from cure.model import Observable, Topic, recognise
from cure.model.observable import CONSTRUCTORS
from cure.showing import RecordShown
from cure.web.errors import UnknownValueError, told
from cure.web.serving import Serving, ServingHere, checked_length

MAX_RECORDS = 1000
_NOT_KNOWN = told(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)

Value = Annotated[
    str,
    QueryParameter(description="A value of any topic, defanged or not; a tag as `taxonomy:term`."),
]
PathValue = Annotated[str, PathParameter(description="The value, percent-encoded, slashes too.")]
Moment = Annotated[
    str | None,
    QueryParameter(description="ISO 8601 with a zone, or how long ago: `30m`, `24h`, `7d`."),
]


class RecordsShown(msgspec.Struct, frozen=True):
    """Some records, the latest first.

    Attributes:
        records: The records.
        next: The cursor with which to ask for more; null: that is all.
    """

    records: list[RecordShown]
    next: str | None


@get("/observables", responses=_NOT_KNOWN)
async def card_of_value(serving: ServingHere, value: Value) -> Card:
    """Return all that is known of a value; its topic is found by itself."""
    return _card(serving, recognise(checked_length(value)))


@get("/observables/{topic:str}/{value:str}", responses=_NOT_KNOWN)
async def card_of_observable(
    serving: ServingHere, topic: FromPath[Topic], value: PathValue
) -> Card:
    """Return all that is known of an observable, per source."""
    return _card(serving, _observable(topic, value))


def _card(serving: Serving, observable: Observable) -> Card:
    card = card_of(serving.view(), observable)
    if card.status != "known":
        raise UnknownValueError(card)
    return card


def _observable(topic: Topic, quoted: str) -> Observable:
    try:
        text = unquote_to_bytes(quoted.encode("latin-1")).decode()
    except UnicodeDecodeError as error:
        raise MalformedError(topic.value, quoted, "not UTF-8") from error
    return CONSTRUCTORS[topic](checked_length(text))


class _Wanted(msgspec.Struct, frozen=True, array_like=True):
    """Which records are asked for."""

    source: str | None
    before: str | None
    after: str | None


_Source = Annotated[str | None, QueryParameter(description="Only the records of this source.")]
_Limit = Annotated[int, QueryParameter(description=f"How many at most, up to {MAX_RECORDS}.")]
_Cursor = Annotated[str | None, QueryParameter(description="`next` of the answer before.")]


@get("/observables/records", responses=_NOT_KNOWN, sync_to_thread=True)
def records_of_value(  # noqa: PLR0913, PLR0917 - each is a filter of one question
    serving: ServingHere,
    value: Value,
    source: _Source = None,
    before: Moment = None,
    after: Moment = None,
    limit: _Limit = 100,
    cursor: _Cursor = None,
) -> RecordsShown:
    """Return the records that mention a value, the latest first."""
    wanted = _Wanted(source, before, after)
    return _records(serving, recognise(checked_length(value)), wanted, limit, cursor)


@get("/observables/{topic:str}/{value:str}/records", responses=_NOT_KNOWN, sync_to_thread=True)
def records_of_observable(  # noqa: PLR0913, PLR0917 - each is a filter of one question
    serving: ServingHere,
    topic: FromPath[Topic],
    value: PathValue,
    source: _Source = None,
    before: Moment = None,
    after: Moment = None,
    limit: _Limit = 100,
    cursor: _Cursor = None,
) -> RecordsShown:
    """Return the records that mention an observable, the latest first."""
    wanted = _Wanted(source, before, after)
    return _records(serving, _observable(topic, value), wanted, limit, cursor)


def _records(
    serving: Serving, observable: Observable, wanted: _Wanted, limit: int, cursor: str | None
) -> RecordsShown:
    limit = min(max(limit, 1), MAX_RECORDS)
    skip = 0 if cursor is None else _skip_of(cursor, observable, wanted)
    view = serving.view()
    released, more = view.records(
        observable,
        source=wanted.source,
        before=serving.moment(wanted.before),
        after=serving.moment(wanted.after),
        limit=limit,
        skip=skip,
    )
    if not released and not view.is_known([observable])[0]:
        raise NotKnownError(f"nothing is known of {observable.value}")
    records = serving.installation.log.fetch(released)
    following = _cursor(skip + len(records), observable, wanted) if more else None
    return RecordsShown([RecordShown.of(record, serving.audience) for record in records], following)


# A cursor says how many records to pass over, and of which question: it cannot be carried over
# to another. It counts what the audience sees, so it tells nothing of what it does not.


def _cursor(skip: int, observable: Observable, wanted: _Wanted) -> str:
    return urlsafe_b64encode(skip.to_bytes(6) + _question(observable, wanted)).decode()


def _skip_of(cursor: str, observable: Observable, wanted: _Wanted) -> int:
    try:
        said = urlsafe_b64decode(cursor)
    except ValueError:
        said = b""
    if said[6:] != _question(observable, wanted):
        raise MalformedError("cursor", cursor, "not one of an answer to the same question")
    return int.from_bytes(said[:6])


def _question(observable: Observable, wanted: _Wanted) -> bytes:
    return blake2b(msgspec.json.encode((observable, wanted)), digest_size=9).digest()
