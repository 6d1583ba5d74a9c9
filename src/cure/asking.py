"""Questions as people put them: values, names of groups and malware, moments."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from cure.errors import MalformedError, NotKnownError
from cure.hub.view import Card, View
from cure.model import Observable, Topic, recognise
from cure.warninglists import warned_of

_AGO = re.compile(r"(\d{1,5}) ?([mhdw])")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_CENTURY = timedelta(days=36_525)


def moment(text: str, now: datetime) -> datetime:
    """Read a moment.

    Args:
        text: ISO 8601 with a zone, or how long ago: minutes, hours, days or weeks.
        now: The moment from which `text` counts back.

    Raises:
        MalformedError: If it is neither, or has no zone.

    >>> noon = datetime(2025, 1, 2, 12, tzinfo=UTC)
    >>> moment("36h", noon).isoformat(), moment("2025-01-02T09:00+09:00", noon).isoformat()
    ('2025-01-01T00:00:00+00:00', '2025-01-02T00:00:00+00:00')
    """
    clean = text.strip()
    ago = _AGO.fullmatch(clean)
    if ago:
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        read = datetime.fromisoformat(clean)
        if read.tzinfo is None:
            raise MalformedError("time", text, "no zone; write Z or +09:00 behind it")
        return read.astimezone(UTC)
    except OverflowError as error:
        raise MalformedError("time", text, "beyond the years that a calendar has") from error
    except ValueError as error:
        if isinstance(error, MalformedError):
            raise
        raise MalformedError("time", text, "want ISO 8601 with a zone, or 30m, 24h, 7d") from error


def span(text: str) -> timedelta:
    """Read a length of time in minutes, hours, days or weeks.

    Raises:
        MalformedError: If it is none, or longer than a hundred years.

    >>> span("36h").days
    1
    """
    read = _AGO.fullmatch(text.strip())
    length = int(read[1]) * _UNITS[read[2]] if read else timedelta()
    if not timedelta() < length <= _CENTURY:
        raise MalformedError("length of time", text, "want such as 90m, 24h, 30d or 4w")
    return length


def about(view: View, text: str) -> list[Observable]:
    """Return what a text is about: a value, a tag, or the tags of any vocabulary of that name.

    Raises:
        NotKnownError: If it has the form of no value, and no known tag is called so.

    Cost: for a name, about 1 µs a tag that the hub knows.
    """
    try:
        one = recognise(text)
    except MalformedError as error:
        called = view.tags_called(text)
        if not called:
            raise NotKnownError(f"nothing known is called {text[:200]!r}") from error
        return called
    if one.topic is Topic.TAG and not view.is_known([one])[0]:
        return view.tags_called(text) or [one]
    return [one]


def known_value(view: View, text: str) -> Observable:
    """Read a value and make sure that the audience knows of it.

    Raises:
        MalformedError: If it has the form of none.
        NotKnownError: If nothing visible was ever said of it.
    """
    one = recognise(text)
    if not view.is_known([one])[0]:
        raise NotKnownError(f"nothing is known of {one.value}")
    return one


def known_subject(view: View, text: str) -> list[Observable]:
    """Read a value, a tag or a name, and make sure that the audience knows of it.

    Raises:
        NotKnownError: If nothing visible was ever said of it.
    """
    found = about(view, text)
    if not view.is_known(found).any():
        raise NotKnownError(f"nothing is known of {text[:200]}")
    return found


def card_of(view: View, observable: Observable) -> Card:
    """Return all that is known of an observable, and the warning lists that name it."""
    card = view.card(observable)
    if card.status != "known":
        return card
    return msgspec.structs.replace(card, warnings=warned_of(observable))
