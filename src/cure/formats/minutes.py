"""What is said several times within a minute, put together."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from cure.interfaces import Reading
from cure.model import Finding

MAX_OPEN = 100_000
"""So many different minutes and findings are held, for inputs that are not in order."""


def by_minute(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Make one reading of those that say the same within a minute.

    Args:
        readings: Each with one finding at most, whose attributes are scalars.

    Yields:
        What is silent or unreadable at once; what speaks, when all is read or there is too much
        of it. Its number and bytes are those of the first line, its times span all lines.
    """
    groups: dict[Any, Reading] = {}
    for reading in readings:
        if not reading.findings:
            yield reading
            continue
        (finding,) = reading.findings
        first = finding.first_seen
        said = (
            first and first.replace(second=0, microsecond=0),
            finding.observables,
            tuple(finding.attributes.items()),
        )
        group = groups.get(said)
        groups[said] = _together(group, reading.lines, finding) if group else reading
        if len(groups) > MAX_OPEN:
            yield from groups.values()
            groups.clear()
    yield from groups.values()


def _together(group: Reading, lines: int, other: Finding) -> Reading:
    (finding,) = group.findings
    first, last = finding.first_seen, finding.last_seen
    if first and last and other.first_seen and other.last_seen:
        first, last = min(first, other.first_seen), max(last, other.last_seen)
    count = finding.count + other.count
    both = replace(finding, first_seen=first, last_seen=last, count=count)
    return replace(group, findings=(both,), lines=group.lines + lines)
