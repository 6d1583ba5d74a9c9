"""Moments of foreign formats, as UTC."""

from datetime import UTC, datetime

from cure.errors import MalformedError


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC; for formats that mean UTC where they give no offset.

    Raises:
        MalformedError: If it lies at the very edge of the calendar, where no offset fits.

    >>> in_utc(datetime.fromisoformat("2026-01-01T09:00:00+0900")).isoformat()
    '2026-01-01T00:00:00+00:00'
    """
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise MalformedError("time", moment.isoformat(), "outside the calendar") from error
