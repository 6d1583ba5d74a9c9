"""Days that the names and titles of documents tell."""

import re
from datetime import UTC, datetime

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_]?([01]\d)[-_]?([0-3]\d)(?!\d)", re.ASCII)


def day_in(text: str) -> datetime | None:
    """Return the start of the first day that a text names in figures, in UTC, or None.

    >>> day_in("reports/2021-03-15-IOCs.txt").isoformat()
    '2021-03-15T00:00:00+00:00'
    """
    for found in _DAY.finditer(text):
        year, month, day = map(int, found.groups())
        try:
            return datetime(year, month, day, tzinfo=UTC)
        except ValueError:  # the 31st of February
            continue
    return None
