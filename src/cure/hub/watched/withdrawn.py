"""What was said of a value and is no more, as far as an audience could read it."""

from collections.abc import Sequence
from operator import itemgetter

import numpy as np

from cure.hub.packing import pack
from cure.hub.taken_back import says
from cure.hub.visible import Numbers, Visible
from cure.hub.watched.touched import Span
from cure.model import Observable


def withdrawn(sight: Visible, spans: Sequence[Span]) -> list[bool]:
    """Tell of each span whether all that could be read in it was taken back or corrected.

    What went for its age was not. Cost: about 30 µs a span.
    """
    return [_is_withdrawn(sight, span) for span in spans]


def _is_withdrawn(sight: Visible, span: Span) -> bool:
    found = _records(sight, span)
    read = found[sight.could_read(found)]
    return len(read) > 0 and not sight.is_visible(read).any()


def _records(sight: Visible, span: Span) -> Numbers:
    """Return the records of a span, whoever may read them."""
    value_id = sight.moment.values.find_one(pack(span.observable))
    if value_id < 0:
        return np.empty(0, np.int64)
    every = sight.moment.postings.of_one(value_id).astype(np.int64)
    low, high = np.searchsorted(every, (span.after, span.upto))
    return every[low:high]


def no_longer_said(sight: Visible, after: int, upto: int) -> list[tuple[Observable, Numbers]]:
    """Return the values of records that an audience could read, and that a stretch did away with.

    Args:
        sight: What may be seen.
        after: How many records of the hub to pass over.
        upto: Where the stretch ends.

    Returns:
        Each value with its records that are gone; their numbers stay inside.

    Cost: about 3 µs a value.
    """
    moment = sight.moment
    low, high = moment.replacing.searchsorted((after, upto)).tolist()
    old = np.sort(moment.instead_of[low:high])
    old = old[sight.could_read(old) & says(sight, old)]
    rows, at = moment.records.mentions(old)
    ids = moment.records.values[at].astype(np.int64)
    own = sight.owns(ids)
    rows, ids = rows[own], ids[own]
    order = np.lexsort((old[rows], ids))
    distinct, starts = np.unique(ids[order], return_index=True)
    numbers = np.split(old[rows[order]], starts[1:]) if len(distinct) else []
    return sorted(zip(sight.observables(distinct), numbers, strict=True), key=itemgetter(0))
