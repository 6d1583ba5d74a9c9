"""Questions about one observable: its card, and the records that mention it."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from http import HTTPStatus
from typing import Annotated
from urllib.parse import unquote_to_bytes

import msgspec
from litestar import get
from litestar.params import FromPath, PathParameter, QueryParameter

from cure.asking import card_of
from cure.enrichers.alike.likeness import Likeness
from cure.errors import MalformedError, NotKnownError
from cure.hub.view import Card
from cure.model import Observable, Topic, recognise
from cure.model.observable import CONSTRUCTORS
from cure.showing import RecordShown
from cure.web.asker import Asker, AskerHere
from cure.web.behaviour import LikenessHere
from cure.web.errors import UnknownValueError, told
from cure.web.serving import checked_length

MAX_RECORDS = 1000
_COUNT_BYTES = 6
_SEALING_KEY = secrets.token_bytes(32)
"""A cursor is good until the server ends."""
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
async def card_of_value(asker: AskerHere, likeness: LikenessHere, value: Value) -> Card:
    """Return all that is known of a value; its topic is found by itself."""
    return _card(asker, likeness, recognise(checked_length(value)))


@get("/observables/{topic:str}/{value:str}", responses=_NOT_KNOWN)
async def card_of_observable(
    asker: AskerHere, likeness: LikenessHere, topic: FromPath[Topic], value: PathValue
) -> Card:
    """Return all that is known of an observable, per source."""
    return _card(asker, likeness, _observable(topic, value))


def _card(asker: Asker, likeness: Likeness, observable: Observable) -> Card:
    card = likeness.geography.placed(card_of(asker.view(), observable))
    asker.note("card", observable.value, sources=card.sources, count=len(card.sources))
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
    asker: AskerHere,
    value: Value,
    source: _Source = None,
    before: Moment = None,
    after: Moment = None,
    limit: _Limit = 100,
    cursor: _Cursor = None,
) -> RecordsShown:
    """Return the records that mention a value, the latest first."""
    wanted = _Wanted(source, before, after)
    return _records(asker, recognise(checked_length(value)), wanted, limit, cursor)


@get("/observables/{topic:str}/{value:str}/records", responses=_NOT_KNOWN, sync_to_thread=True)
def records_of_observable(  # noqa: PLR0913, PLR0917 - each is a filter of one question
    asker: AskerHere,
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
    return _records(asker, _observable(topic, value), wanted, limit, cursor)


def _records(
    asker: Asker, observable: Observable, wanted: _Wanted, limit: int, cursor: str | None
) -> RecordsShown:
    limit = min(max(limit, 1), MAX_RECORDS)
    question = _question(asker, observable, wanted)
    skip = 0 if cursor is None else _skip_of(cursor, question)
    view = asker.view()
    released, more = view.records(
        observable,
        source=wanted.source,
        before=asker.serving.moment(wanted.before),
        after=asker.serving.moment(wanted.after),
        limit=limit,
        skip=skip,
    )
    if not released and not view.is_known([observable])[0]:
        raise NotKnownError(f"nothing is known of {observable.value}")
    records = asker.serving.installation.log.fetch(released)
    sources = {record.source for record in records}
    asker.note("records", observable.value, sources=sources, count=len(records))
    audience, name = asker.audience(), asker.serving.installation.name_of
    return RecordsShown(
        [RecordShown.of(record, audience, name) for record in records],
        _cursor(skip + len(records), question) if more else None,
    )


# A cursor says how many records to pass over, with the seal of its question and audience: it
# cannot be made up, nor carried over to another question or to somebody who sees something else.
# It counts what the audience sees, so it tells nothing of what it does not.


def _question(asker: Asker, observable: Observable, wanted: _Wanted) -> bytes:
    return msgspec.json.encode((asker.audience(), observable, wanted), order="deterministic")


def _cursor(skip: int, question: bytes) -> str:
    count = skip.to_bytes(_COUNT_BYTES)
    return urlsafe_b64encode(count + _seal(count, question)).decode()


def _skip_of(cursor: str, question: bytes) -> int:
    try:
        said = urlsafe_b64decode(cursor)
    except ValueError:
        said = b""
    count = said[:_COUNT_BYTES]
    if not hmac.compare_digest(said[_COUNT_BYTES:], _seal(count, question)):
        raise MalformedError("cursor", cursor, "not one of an answer to the same question")
    return int.from_bytes(count)


def _seal(count: bytes, question: bytes) -> bytes:
    return blake2b(count + question, digest_size=18, key=_SEALING_KEY).digest()
