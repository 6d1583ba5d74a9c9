"""Times as block lists write them, in rows and in the comments at their head."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from cure.errors import MalformedError
from cure.formats.moments import in_utc

_LEFT_OUT = frozenset(
    {"", "-", "--", "0", "?", "none", "null", "na", "n/a", "never", "0000-00-00 00:00:00"}
)
_EPOCH = re.compile(r"[1-9]\d{8,9}(?:\.\d+)?|[1-9]\d{12}", re.ASCII)
_DIGITS_OF_MS = 13
_COMPACT = re.compile(r"\d{8}\d{4}(?:\d\d)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d\d)([-/.])(\d\d)\2(\d{4})(.*)", re.ASCII)
_MONTHS = 12
_CTIME = re.compile(  # Tue Dec 15 15:33:38 2015 UTC, Sat Nov 12 00:15:01 UTC 2016
    r"(?:\w{3},? +)?(?P<month>[A-Z][a-z]{2}) +(?P<day>\d\d?),? +(?P<clock>\d\d:\d\d(?::\d\d)?) +"
    r"(?:(?P<zone>[A-Z]{1,5}|[+-]\d{4}) +)?(?P<year>\d{4})(?: +(?P<zone2>[A-Z]{1,5}|[+-]\d{4}))?",
    re.ASCII,
)
_IN_WORDS = re.compile(r"(?:[A-Z][a-z]{2,8}, *)?\d\d? [A-Z][a-z]{2} \d{4} [\d:]{5,8}(?: .+)?")
# Zone names that `email.utils` knows (RFC 5322 §4.3); of others nobody knows which is meant.
_ZONE_NAMES = frozenset(
    {"UTC", "GMT", "UT", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"}
)


def stamp(text: str) -> datetime:
    """Read a time; one without an offset is in UTC, as the feeds that we know say of theirs.

    Args:
        text: ISO 8601 or SQL, with ``/`` or ``_`` too; seconds since 1970, or milliseconds;
            RFC 5322; the form of the C library's ``ctime``; day, month and year in figures,
            parted by hyphens or dots in this order.

    Raises:
        MalformedError: If it is none of these, or day and month could be either.

    >>> stamp("2026/01/02_03:04").isoformat(), stamp("Fri Jan  2 03:04:05 UTC 2026").isoformat()
    ('2026-01-02T03:04:00+00:00', '2026-01-02T03:04:05+00:00')
    """
    if text[4:5] == "-":
        try:
            return in_utc(datetime.fromisoformat(text))
        except ValueError:
            pass  # 2026-01-02 03:04:05 UTC
    return _other_stamp(text)


@lru_cache(maxsize=1 << 12)
def optional_stamp(text: str) -> datetime | None:
    """Read a time, or one of the many ways to say that there is none."""
    clean = text.strip()
    return None if clean.lower() in _LEFT_OUT else stamp(clean)


def _other_stamp(text: str) -> datetime:
    clean = text.strip().strip('"')
    try:
        if _EPOCH.fullmatch(clean):
            seconds = float(clean) / (1000 if len(clean.partition(".")[0]) == _DIGITS_OF_MS else 1)
            return datetime.fromtimestamp(seconds, UTC)
        if _IN_WORDS.fullmatch(clean):
            return _in_words(clean)
        if named := _CTIME.fullmatch(clean):
            zone = named["zone"] or named["zone2"] or "UTC"
            return _in_words(
                f"{named['day']} {named['month']} {named['year']} {named['clock']} {zone}"
            )
        return in_utc(datetime.fromisoformat(_as_iso(clean)))
    except (ValueError, OverflowError, IndexError) as error:
        if isinstance(error, MalformedError):
            raise
        raise MalformedError("time", text, "no form that we know") from error


def _in_words(text: str) -> datetime:
    zone = text.rpartition(" ")[2]
    if zone.isalpha() and zone not in _ZONE_NAMES:
        raise MalformedError("time", text, f"nobody knows which zone {zone!r} is")
    return in_utc(parsedate_to_datetime(text))


def _as_iso(text: str) -> str:
    """Write a time in figures as ISO 8601."""
    text = re.sub(r" *\(?(?:UTC|GMT|Z)\)?$", "", text)
    if _COMPACT.fullmatch(text):
        return f"{text[:8]}T{text[8:]}"
    if found := _YEAR_LAST.fullmatch(text):
        first, mark, second, year, rest = found.groups()
        if mark == "/" and int(first) <= _MONTHS and int(second) <= _MONTHS:
            raise MalformedError("time", text, "day and month could be either")
        if mark == "/" and int(second) > _MONTHS:  # as in the United States
            first, second = second, first
        text = f"{year}-{second}-{first}{rest}"
    return re.sub(r"^(\d{4})/(\d\d?)/(\d\d?)", _with_hyphens, text).replace("_", " ", 1)


def _with_hyphens(date: re.Match[str]) -> str:
    return f"{date[1]}-{date[2]:0>2}-{date[3]:0>2}"


# What stands before the moment of a whole list. An expiry or a licence year is none.
_HEADING = re.compile(
    r"(?:this file date|source file date|file date|(?:last[- ])?(?:updated?|modified|generated)"
    r"|(?:feed |list |data )?(?:file )?(?:written|generated|created|updated|compiled)"
    r"|generation (?:time|date)|timestamp|date)"
    r"(?: (?:at|on))?(?: \(?(?:utc|gmt)\)?)? *[:=]? +(?P<time>\d.*|[A-Z][a-z]{2}.*)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) - (\d{4}-\d\d-\d\d \d\d:\d\d)")
_AFTER_TIME = re.compile(r" *[#*|;<]+ *$| +\(.*\)$| +\[.*\]$|\. *$")


def stamp_of(comments: Iterable[str]) -> datetime | None:
    """Return the moment of a list, as its comments say it.

    Args:
        comments: The lines of comment, without their marks, in order.

    Returns:
        The first moment that is announced as that of the list (``Last update: …``), the end of
        a range (``2026-01-01 10:00 - 2026-01-08 10:00``), or None.

    >>> stamp_of(["My list", "Last update: Sat, 22 Aug 2026 03:00:29 +0200"]).isoformat()
    '2026-08-22T01:00:29+00:00'
    """
    for comment in comments:
        text = comment.strip()
        if span := _RANGE.fullmatch(text):
            return stamp(span[2])
        found = _HEADING.search(text)
        if found is not None:
            try:
                return stamp(_AFTER_TIME.sub("", found["time"]).strip())
            except MalformedError:  # prose, such as "updated 3 times a day"
                continue
    return None
