"""Record columns, and the way from records to the values that they mention."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.column import Column
from cure.hub.postings import spread

Numbers = NDArray[np.int64]


class Records(NamedTuple):
    """All records of one moment; row i is the record with the number i.

    Most records tell of one moment and one time, so that their last_seen and count are kept
    only where they differ from that: a third of the memory of the columns.

    Attributes:
        stamps: Stamp (source and label) of each record.
        first: First seen, in microseconds since 1970.
        ends: Where the mentions of each end, in `values` and `roles`.
        values: Value id of each mention.
        roles: Role number of each mention.
        long: Numbers of the records with another last_seen than first_seen, ascending.
        long_last: Their last seen.
        often: Numbers of the records with another count than 1, ascending.
        often_counts: Their counts.
    """

    stamps: NDArray[np.uint16]
    first: NDArray[np.int64]
    ends: NDArray[np.uint32]
    values: NDArray[np.uint32]
    roles: NDArray[np.uint8]
    long: NDArray[np.uint32]
    long_last: NDArray[np.int64]
    often: NDArray[np.uint32]
    often_counts: NDArray[np.uint32]

    def last(self, records: Numbers) -> Numbers:
        """Return when records were last seen."""
        return _patched(self.first[records], records, self.long, self.long_last)

    def counts(self, records: Numbers) -> Numbers:
        """Return how often records were seen."""
        ones = np.ones(len(records), np.int64)
        return _patched(ones, records, self.often, self.often_counts)

    def mentions(self, records: Numbers) -> tuple[Numbers, Numbers]:
        """Return where the mentions of records are.

        Returns:
            Two arrays of one length: positions in `records`, and positions in `values`.
        """
        return spread(self.begins(records), self.ends[records].astype(np.int64))

    def begins(self, records: Numbers) -> Numbers:
        """Return where the mentions of each record begin."""
        return np.where(records > 0, self.ends[records - 1], 0).astype(np.int64)


def _patched(
    usual: Numbers,
    records: Numbers,
    exceptions: NDArray[np.uint32],
    instead: NDArray[np.int64] | NDArray[np.uint32],
) -> Numbers:
    """Put in the exceptions, which are kept apart by ascending record number."""
    if len(exceptions):
        at = exceptions.searchsorted(records.astype(np.uint32))
        at[at == len(exceptions)] = 0
        differs = exceptions[at] == records
        usual[differs] = instead[at[differs]]
    return usual


class NewRecords(NamedTuple):
    """Records to add, one row each; `ends` counts from their own first mention."""

    stamps: NDArray[np.uint16]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    counts: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    values: NDArray[np.uint32]
    roles: NDArray[np.uint8]


class RecordTable:
    """The writer's side."""

    def __init__(self, kept: Records | None = None) -> None:
        """Start empty, or with the records of a snapshot."""
        dtypes = (
            np.uint16, np.int64, np.uint32, np.uint32, np.uint8,
            np.uint32, np.int64, np.uint32, np.uint32,
        )  # fmt: skip
        rows = kept or (None,) * len(dtypes)
        self._columns = [Column(dtype, old) for dtype, old in zip(dtypes, rows, strict=True)]
        self.now = self._moment()

    def _moment(self) -> Records:
        return Records(*(column.now for column in self._columns))  # pyright: ignore[reportArgumentType]

    def add(self, new: NewRecords) -> None:
        """Add records.

        Raises:
            OverflowError: If there would be more than 2³² - 1 records or mentions.
        """
        records, mentions = len(self.now.stamps), len(self.now.values)
        if max(mentions + len(new.values), records + len(new.stamps)) >= 2**32:
            raise OverflowError("more than 2**32 - 1 records or mentions")
        long = np.flatnonzero(new.last != new.first)
        often = np.flatnonzero(new.counts != 1)
        rows = Records(
            new.stamps,
            new.first,
            (new.ends + np.uint32(mentions)).astype(np.uint32),
            new.values,
            new.roles,
            (records + long).astype(np.uint32),
            new.last[long],
            (records + often).astype(np.uint32),
            new.counts[often],
        )
        for column, added in zip(self._columns, rows, strict=True):
            column.extend(added)
        self.now = self._moment()
