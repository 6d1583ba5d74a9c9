"""The records that mention one observable."""

from datetime import datetime

import numpy as np

from cure.hub.batch import microseconds
from cure.hub.visible import Numbers, Visible
from cure.model import Observable


def about(
    sight: Visible,
    observable: Observable,
    source: str | None,
    before: datetime | None,
    after: datetime | None,
) -> Numbers:
    """Return the visible records that mention an observable, the latest first.

    Args:
        source: Only those of this source.
        before: Only those that end before this moment.
        after: Only those that end at this moment or later.
    """
    value_id = sight.find_one(observable)
    if value_id < 0:
        return np.empty(0, np.int64)
    numbers = sight.records_of(value_id)
    last = sight.moment.records.last(numbers)
    keep = np.ones(len(numbers), bool)
    if source is not None:
        own = [number for number, name in enumerate(sight.source_names) if name == source]
        keep &= np.isin(sight.sources_of(numbers), own)
    if before is not None:
        keep &= last < microseconds(before)
    if after is not None:
        keep &= last >= microseconds(after)
    numbers, last = numbers[keep], last[keep]
    return numbers[np.lexsort((numbers, -last))]
