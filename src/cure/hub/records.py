"""Record columns, and the way from records to the values that they mention."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.column import Column
from cure.hub.postings import spread

Numbers = NDArray[np.int64]


class Records(NamedTuple):
    """All records of one moment; row i is the record with the number i.

    Attributes:
        stamps: Stamp (source and label) of each record.
        kinds: Kind of each.
        first: First seen, in microseconds since 1970.
        last: Last seen, likewise.
        counts: How often.
        ends: Where the mentions of each end, in `values` and `roles`.
        values: Value id of each mention.
        roles: Role number of each mention.
    """

    stamps: NDArray[np.uint16]
    kinds: NDArray[np.uint8]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    counts: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    values: NDArray[np.uint32]
    roles: NDArray[np.uint8]

    def mentions(self, records: Numbers) -> tuple[Numbers, Numbers]:
        """Return where the mentions of records are.

        Returns:
            Two arrays of one length: positions in `records`, and positions in `values`.
        """
        high = self.ends[records].astype(np.int64)
        low = np.where(records > 0, self.ends[records - 1], 0).astype(np.int64)
        return spread(low, high)


class RecordTable:
    """The writer's side."""

    def __init__(self) -> None:
        dtypes = (np.uint16, np.uint8, np.int64, np.int64, np.uint32, np.uint32, np.uint32, np.uint8)
        self._columns = [Column(dtype) for dtype in dtypes]
        self.now = Records(*(column.now for column in self._columns))

    def add(self, rows: Records) -> None:
        """Add records; `ends` of the new rows count from their own first mention.

        Raises:
            OverflowError: If there would be more than 2³² - 1 records or mentions.
        """
        before = len(self.now.values)
        if max(before + len(rows.values), len(self.now.stamps) + len(rows.stamps)) >= 2**32:
            raise OverflowError("more than 2**32 - 1 records or mentions")
        moved = rows._replace(ends=(rows.ends + np.uint32(before)).astype(np.uint32))
        for column, new in zip(self._columns, moved, strict=True):
            column.extend(new)
        self.now = Records(*(column.now for column in self._columns))
