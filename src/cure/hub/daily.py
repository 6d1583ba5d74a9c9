"""Values by the source that named them and the day: what exchanges work with that know of days."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from cure.hub.batch import instant, microseconds
from cure.hub.mentioned import in_roles, of_source
from cure.hub.packing import TOPICS
from cure.hub.visible import Numbers, Visible
from cure.model import Observable, Topic

_DAY_US = 86_400_000_000


class NamedOn(NamedTuple):
    """A value that a source named on a day.

    Attributes:
        observable: The value.
        role: The role that the newest record of it says.
        source: Who named it, by name.
        day: On which day, UTC.
        first_seen: The earliest first_seen in its records of the day.
        last_seen: The latest last_seen in these.
    """

    observable: Observable
    role: str
    source: str
    day: date
    first_seen: datetime
    last_seen: datetime


class DayNamed(NamedTuple):
    """A value of a day, and where its newest mention is.

    Attributes:
        record: In which record.
        place: The how manieth mention it is there, from 0.
        named: The value.
    """

    record: int
    place: int
    named: NamedOn


class DayOf(NamedTuple):
    """What a source named on a day, in sum.

    Attributes:
        source: Its name.
        day: The day, UTC.
        values: How many values it named.
    """

    source: str
    day: date
    values: int


class Asked(NamedTuple):
    """Which values are asked for.

    Attributes:
        roles: The roles, of which they had one.
        topics: Their topics.
        after: Only what a record with a higher number says.
        day: Only of this day; None: of any.
        source: Only what this source says; None: any.
        value: Only this value; None: any.
        beside: Only in records that mention this value, too; None: in any.
    """

    roles: frozenset[str]
    topics: frozenset[Topic] = frozenset(Topic)
    after: int = 0
    day: date | None = None
    source: str | None = None
    value: Observable | None = None
    beside: Observable | None = None


class _Groups(NamedTuple):
    """Mentions in groups of one source, day and value; ordered by group.

    Attributes:
        records: The record of each mention.
        at: Where each mention is in the columns.
        starts: Where each group begins.
        sources: Number of the source of each group.
        days: Day of each group, since 1970.
        newest: Position in `at` of the mention of each group that came last.
    """

    records: Numbers
    at: Numbers
    starts: Numbers
    sources: Numbers
    days: Numbers
    newest: Numbers


def named_by_day(
    sight: Visible, asked: Asked, skip: int, limit: int
) -> tuple[list[NamedOn], Numbers, bool]:
    """Return what sources named on which days, in the order in which it came.

    Returns:
        The values, of each the record that came last, and whether there are more. Cost: 0.2 µs a
        mention that is asked for.
    """
    told = named_days(sight, asked, skip, limit + 1)
    newest = np.array([one.record for one in told[:limit]], np.int64)
    return [one.named for one in told[:limit]], newest, len(told) > limit


def named_days(sight: Visible, asked: Asked, skip: int, most: int) -> list[DayNamed]:
    """Return so many of the values that sources named on days, as they came, and where."""
    groups = _groups(sight, asked)
    # Where the newest mention of a group stands among all is its own, and tells of no others.
    order = np.argsort(groups.at[groups.newest])[skip : skip + most]
    columns, ends = sight.moment.records, np.append(groups.starts, len(groups.at))[1:]
    first = columns.first[groups.records]
    last = columns.last(groups.records)
    found: list[DayNamed] = []
    newest = groups.newest[order]
    ids = columns.values[groups.at[newest]].astype(np.int64)
    records = groups.records[newest]
    places = groups.at[newest] - columns.begins(records)
    for one, group, record, place in zip(
        sight.observables(ids), order.tolist(), records.tolist(), places.tolist(), strict=True
    ):
        within = slice(groups.starts[group], ends[group])
        named = NamedOn(
            one,
            sight.moment.roles[columns.roles[groups.at[groups.newest[group]]]],
            sight.source_name(int(groups.sources[group])),
            _date(int(groups.days[group])),
            instant(int(first[within].min())),
            instant(int(last[within].max())),
        )
        found.append(DayNamed(record, place, named))
    return found


def days(sight: Visible, asked: Asked) -> tuple[list[DayOf], Numbers]:
    """Return which sources named anything on which days, and of each the record that came last."""
    groups = _groups(sight, asked)
    key = groups.sources << 32 | groups.days
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    if not len(starts):
        return [], starts
    counts = np.diff(np.append(starts, len(key)))
    found = [
        DayOf(sight.source_name(source), _date(day), count)
        for source, day, count in zip(
            groups.sources[starts].tolist(),
            groups.days[starts].tolist(),
            counts.tolist(),
            strict=True,
        )
    ]
    return found, np.maximum.reduceat(groups.records[groups.newest], starts)


def _groups(sight: Visible, asked: Asked) -> _Groups:
    columns = sight.moment.records
    records = _records(sight, asked)
    rows, at = in_roles(sight, records, asked.roles)
    ids = columns.values[at].astype(np.int64)
    topics = np.array([topic in asked.topics for topic in TOPICS], bool)
    keep = topics[sight.moment.values.topics(ids)] & sight.owns(ids)
    if asked.value is not None:
        keep &= ids == sight.find_one(asked.value)
    records, at, ids = records[rows[keep]], at[keep], ids[keep]
    sources = sight.sources_of(records)
    seen_on = columns.last(records) // _DAY_US
    key = (sources << 48) | (seen_on << 32) | ids
    order = np.argsort(key, kind="stable")
    records, at, key = records[order], at[order], key[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    newest = np.append(starts, len(key))[1:] - 1  # the order is stable: the last came last
    return _Groups(records, at, starts, key[starts] >> 48, key[starts] >> 32 & 0xFFFF, newest)


def _records(sight: Visible, asked: Asked) -> Numbers:
    narrow = [one for one in (asked.value, asked.beside) if one is not None]
    if not narrow:
        records = sight.visible(np.arange(asked.after, len(sight.moment.records.stamps)))
    else:
        records = sight.mentioning(narrow[0])
        for other in narrow[1:]:
            records = np.intersect1d(records, sight.mentioning(other))
        records = records[records >= asked.after]
    records = of_source(sight, records, asked.source)
    if asked.day is not None:
        start = microseconds(datetime(asked.day.year, asked.day.month, asked.day.day, tzinfo=UTC))
        last = sight.moment.records.last(records)
        records = records[(last >= start) & (last < start + _DAY_US)]
    return records


def _date(days_since_1970: int) -> date:
    return date(1970, 1, 1) + timedelta(days=days_since_1970)
