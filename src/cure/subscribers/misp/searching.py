"""Searches as MISP's restSearch takes them: the part that collectors use.

https://www.misp-project.org/openapi/#tag/Attributes/operation/restSearchAttributes
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.formats.moments import in_utc
from cure.hub.view import AskedByDay
from cure.interfaces import Log
from cure.model import Observable, recognise, tag
from cure.model.finding import EARLIEST
from cure.subscribers.misp.attributes import TYPES_OF_TOPIC
from cure.subscribers.misp.events import ALL

_AGO = re.compile(r"(\d{1,6})([dhm])")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_AN_INSTANT = timedelta(microseconds=1)
_Text = str | list[str] | dict[str, list[str] | str] | None


class Search(msgspec.Struct):
    """The part of a search that we take; what else there is, is passed over.

    Attributes:
        page: Which page, from 1.
        limit: How many on a page.
        value: A value.
        type: Types of attributes.
        tags: Tags.
        timestamp: When it came: at this moment or later; or from the first of two to the second.
        publish_timestamp: The same.
        last: The same.
        uuid: Of one event.
        eventid: Of one event.
        returnFormat: Only ``json`` is written.
    """

    page: int | str | None = None
    limit: int | str | None = None
    value: _Text = None
    type: _Text = None
    tags: _Text = None
    timestamp: int | str | list[int | str] | None = None
    publish_timestamp: int | str | list[int | str] | None = None
    last: int | str | list[int | str] | None = None
    uuid: str | None = None
    eventid: int | str | None = None
    returnFormat: str | None = None  # noqa: N815 - as MISP calls it


def page_of(search: Search, most: int) -> tuple[int, int]:
    """Return how many answers to skip, and how many to give: the most that there are at a time.

    Raises:
        MalformedError: If one of them is no number.
    """
    limit = min(_number("limit", search.limit, most), most)
    return (max(_number("page", search.page, 1), 1) - 1) * limit, limit


def asked(search: Search, log: Log, now: datetime) -> AskedByDay:
    """Return what a search asks for.

    Raises:
        MalformedError: If a part of it has not the form that it should have.
    """
    if search.returnFormat not in {None, "", "json"}:
        raise MalformedError("returnFormat", search.returnFormat or "", "only json is written")
    found = ALL
    since = search.timestamp or search.publish_timestamp or search.last
    if since is not None:
        earliest = since[0] if isinstance(since, list) else since
        found = found._replace(
            after=log.kept_until(max(_moment(earliest, now), EARLIEST) - _AN_INSTANT)
        )
    values, tags, types = _texts(search.value), _texts(search.tags), _texts(search.type)
    if values:
        found = found._replace(value=_only("value", values, recognise))
    if tags:
        found = found._replace(beside=_only("tags", tags, tag))
    if types:
        topics = {topic for topic, names in TYPES_OF_TOPIC.items() if names & set(types)}
        found = found._replace(topics=frozenset(topics))
    return found


def _only(what: str, texts: list[str], read: Any) -> Observable:  # noqa: ANN401 - a constructor
    if len(texts) > 1:
        raise MalformedError(what, ", ".join(texts), "one at a time")
    return read(texts[0].strip("%"))


def _texts(given: _Text) -> list[str]:
    """Return what is looked for: a text, several, or several of which one is to be there."""
    if isinstance(given, dict):
        given = given.get("OR") or given.get("AND") or []
    if isinstance(given, str):
        given = [given]
    return [one for one in given or [] if one and not one.startswith("!")]


def _number(what: str, given: int | str | None, otherwise: int) -> int:
    try:
        return int(given) if given else otherwise
    except ValueError as error:
        raise MalformedError(what, str(given), "want a number") from error


def _moment(given: int | str, now: datetime) -> datetime:
    """Read a moment: seconds since 1970, how long ago (``"5d"``), or ISO 8601."""
    text = str(given).strip()
    try:
        if ago := _AGO.fullmatch(text):
            return now - int(ago[1]) * _UNITS[ago[2]]
        if text.replace(".", "", 1).isdigit():
            return datetime.fromtimestamp(float(text), UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedError("time", text, "want seconds, 5d, or ISO 8601") from error
    return in_utc(moment)
