"""Lines or packets that say the same within ten minutes, counted and said once."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import msgspec

from cure.formats.lines import UNREADABLE, reason
from cure.interfaces import Line, Reading, Unreadable
from cure.model import Finding, Kind, Mention

_INTERVAL_US = 600 * 1_000_000
"""As in NICT's own statistics of its darknet, https://csdataset.nict.go.jp/darknet/: long enough
to count a scan once, short enough to see who scans together."""
MAX_OPEN = 100_000
"""So many groups are kept open, about 60 MB; then the oldest interval is told early."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Key = TypeVar("Key", bound=Hashable)


class Said(NamedTuple):
    """What a line says; attributes as pairs, so that it is a key."""

    mentions: tuple[Mention, ...]
    attributes: tuple[tuple[str, Any], ...] = ()


Told: TypeAlias = tuple[tuple[Mention, ...], Mapping[str, Any]]
"""What a finding tells: its mentions and its attributes."""


def told(said: Said) -> Told:
    """Return what a group of lines tells."""
    return said.mentions, dict(said.attributes)


class _Group(msgspec.Struct, gc=False):
    number: int
    raw: bytes
    first_us: int
    last_us: int
    count: int = 1


class Intervals(Generic[Key]):
    """Groups of lines that share a key within an interval.

    A group is told when a line of the interval after the next arrives, so lines may be late by
    ten minutes; later ones make another group.
    """

    def __init__(self, told: Callable[[Key], Told | None]) -> None:
        """Begin without groups; `told` returns what a key stands for, None: nothing."""
        self._told = told
        self._open: dict[int, dict[Key, _Group]] = {}
        self._count = 0

    def add(self, key: Key, us: int, number: int, raw: bytes) -> Sequence[Reading]:
        """Count a line in its group.

        Args:
            key: What it says.
            us: When, in microseconds since 1970.
            number: Its number.
            raw: Its bytes.

        Returns:
            The groups that have ended by it.
        """
        interval = us // _INTERVAL_US
        groups = self._open.get(interval)
        ended: list[Reading] = []
        if groups is None:
            groups = self._open[interval] = {}
            ended = self._close([one for one in self._open if one < interval - 1])
        group = groups.get(key)
        if group is not None:
            group.count += 1
            if us > group.last_us:
                group.last_us = us
            elif us < group.first_us:
                group.first_us = us
            return ended
        groups[key] = _Group(number, raw, us, us)
        self._count += 1
        if self._count > MAX_OPEN:
            ended += self._close([min(self._open)])
        return ended

    def rest(self) -> Sequence[Reading]:
        """Tell all groups, at the end of the input."""
        return self._close(sorted(self._open))

    def _close(self, intervals: list[int]) -> list[Reading]:
        closed = [one for interval in intervals for one in self._open.pop(interval).items()]
        self._count -= len(closed)
        return [
            Reading(group.number, group.raw, self._findings(key, group), lines=group.count)
            for key, group in closed
        ]

    def _findings(self, key: Key, group: _Group) -> tuple[Finding, ...]:
        told = self._told(key)
        if told is None:
            return ()
        first = last = _EPOCH + timedelta(microseconds=group.first_us)
        if group.last_us > group.first_us:
            last = _EPOCH + timedelta(microseconds=group.last_us)
        return (Finding(Kind.SIGHTING, told[0], first, last, group.count, told[1]),)


def counted_lines(
    lines: Iterable[Line], parse: Callable[[bytes], tuple[datetime, Said] | None]
) -> Iterator[Reading]:
    """Read lines, and count those that say the same.

    Args:
        lines: The lines of an input.
        parse: Returns when a line was written and what it says, or None if that is nothing;
            raises as for `cure.formats.lines.each_line`.
    """
    groups = Intervals(told)
    for number, line in enumerate(lines, 1):
        if isinstance(line, Unreadable):
            yield Reading(number, line.head, why=line.why)
            continue
        try:
            parsed = parse(line)
        except UNREADABLE as error:
            yield Reading(number, line, why=reason(error))
            continue
        if parsed is None:
            yield Reading(number, line)
        else:
            yield from groups.add(parsed[1], _microseconds(parsed[0]), number, line)
    yield from groups.rest()


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
