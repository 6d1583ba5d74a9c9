"""What one audience may see of a moment: the only road from the index to an answer.

Everything that answers a question reads through `Visible`, so a record that the audience may
not see has no part in any count, link, order or limit.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from cure.hub.gone import is_live
from cure.hub.moment import Moment
from cure.hub.names import Stamped
from cure.hub.packing import TOPICS, pack, pack_all
from cure.model import Audience, Observable, Topic
from cure.model.audience import UNDISCLOSED_NAME

Numbers = NDArray[np.int64]
_OF_ANY = len(TOPICS)
_FEW = 4096  # up to here looking at the records of each value beats a table of all values


class Clearance(NamedTuple):
    """What an audience may read, decided once for each stamp.

    Attributes:
        sees: For each stamp whether the audience may read it.
        everything: Whether it may read all of them.
        sources: The source number of each stamp; where the source stays unnamed, the first
            number that no source has.
    """

    sees: NDArray[np.bool_]
    everything: bool
    sources: Numbers

    @classmethod
    def of(cls, moment: Stamped, audience: Audience, at: datetime | None) -> "Clearance":
        """Decide on every stamp of a moment."""
        said = [(moment.sources[one.source], moment.labels[one.label]) for one in moment.stamps]
        sees = [audience.may_read(source, label, at) for source, label in said]
        numbers = [
            stamp.source if audience.may_attribute(label) else len(moment.sources)
            for stamp, (_, label) in zip(moment.stamps, said, strict=True)
        ]
        return cls(np.array(sees, bool), all(sees), np.array(numbers, np.int64))

    def agrees_with(self, earlier: "Clearance") -> bool:
        """Tell whether what could be read earlier still can, and what could not still cannot."""
        return np.array_equal(self.sees[: len(earlier.sees)], earlier.sees)


class Visible:
    """A moment, seen through the stamps that an audience may read."""

    def __init__(self, moment: Moment, clearance: Clearance) -> None:
        """Take a moment and what the audience may read of it."""
        self.moment = moment
        self.source_names = (*moment.sources, UNDISCLOSED_NAME)
        self._sees, self._everything, self._sources = clearance
        self.stamp_sources = self._sources

    # Values -----------------------------------------------------------------------------

    def find_one(self, observable: Observable) -> int:
        """Return the id of a value that is known to the audience, or -1."""
        value_id = self.moment.values.find_one(pack(observable))
        return value_id if value_id >= 0 and len(self.records_of(value_id)) else -1

    def find(self, observables: Sequence[Observable]) -> Numbers:
        """Return the id of each value that is known to the audience, or -1."""
        ids = self.moment.values.find(pack_all(observables))
        ids[~self.known(ids)] = -1
        return ids

    def known(self, ids: Numbers) -> NDArray[np.bool_]:
        """Tell which ids, -1 among them, occur in a record that the audience may see."""
        found = ids >= 0
        if self.moment.share.whole > 1:
            found[found] = self.owns(ids[found])
        if self._everything and not len(self.moment.replaced) and not len(self.moment.horizons):
            return found
        if len(ids) <= _FEW:
            rows, _ = self.records_of_all(ids[found])
            seen = np.zeros(np.count_nonzero(found), bool)
            seen[rows] = True
            found[found] = seen
        else:
            at = ids[found]
            found[found] = self._known[at >> 3] >> (at & 7).astype(np.uint8) & 1
        return found

    @cached_property
    def _known(self) -> NDArray[np.uint8]:
        """A bit for each value id: whether it occurs in a visible record."""
        known = np.zeros(len(self.moment.values), bool)
        every = union(self.values_of(source, None) for source in self.source_numbers())
        ids = np.array(every.to_array(), np.int64)
        known[ids[ids < len(known)]] = True
        return np.packbits(known, bitorder="little")

    def observables(self, ids: Numbers | NDArray[np.uint32] | Sequence[int]) -> list[Observable]:
        """Return the values with these ids."""
        return self.moment.values.observables(ids)

    def owns(self, ids: NDArray[np.uint32] | Numbers) -> NDArray[np.bool_]:
        """Tell which values are the hub's own: of others it does not know all records."""
        share = self.moment.share
        if share.whole == 1:
            return np.ones(len(ids), bool)
        return share.is_own(self.moment.values.hashes[ids])

    # Records ----------------------------------------------------------------------------

    def records_of(self, value_id: int) -> Numbers:
        """Return the numbers of the visible records of a value, ascending."""
        return self.visible(self.moment.postings.of_one(value_id))

    def records_of_all(self, ids: Numbers) -> tuple[Numbers, Numbers]:
        """Return positions in `ids` and the numbers of their visible records."""
        rows, records = self.moment.postings.of(ids)
        keep = self._is_visible(records)
        return (rows, records) if keep is None else (rows[keep], records[keep])

    def all_records(self) -> Numbers:
        """Return the numbers of all visible records. Cost: 5 ns a record of the hub."""
        return self.visible(np.arange(len(self.moment.records.stamps)))

    def home_records(self) -> Numbers:
        """Return the visible records whose first value is the hub's own: no other has them so."""
        return self.at_home(self.all_records())

    def at_home(self, records: Numbers) -> Numbers:
        """Return those of some records, which all say something, whose first value is its own."""
        if self.moment.share.whole == 1:
            return records
        columns = self.moment.records
        return records[self.owns(columns.values[columns.begins(records)])]

    def mentioning(self, observable: Observable) -> Numbers:
        """Return the visible records that mention a value, which may belong to another hub.

        Cost: that of `records_of`; of a value that is not its own 1 ns a mention of all.
        """
        value_id = self.moment.values.find_one(pack(observable))
        if value_id < 0:
            return np.empty(0, np.int64)
        if bool(np.all(self.owns(np.array([value_id])))):
            return self.records_of(value_id)
        columns = self.moment.records
        at = np.flatnonzero(columns.values == value_id)
        return self.visible(np.unique(columns.ends.searchsorted(at, "right")))

    def visible(self, records: NDArray[np.uint32] | Numbers) -> Numbers:
        """Return those of the records that are visible."""
        keep = self._is_visible(records)
        return records.astype(np.int64) if keep is None else records[keep].astype(np.int64)

    def is_visible(self, records: Numbers) -> NDArray[np.bool_]:
        """Tell which of the records are visible. Cost: about 3 ns a record."""
        keep = self._is_visible(records)
        return np.ones(len(records), bool) if keep is None else keep

    def _is_visible(self, records: NDArray[np.uint32] | Numbers) -> NDArray[np.bool_] | None:
        """Tell which records are visible; None: all of them."""
        moment = self.moment
        stamps = moment.records.stamps
        live = is_live(records, stamps, moment.replaced, moment.horizons)
        if self._everything:
            return live
        keep = self._sees.take(stamps.take(records))
        return keep if live is None else keep & live

    def may_read(self, low: int, high: int) -> NDArray[np.bool_]:
        """Tell which records of a stretch the audience may read, also of those replaced since."""
        return self.may_read_stamps(self.moment.records.stamps[low:high])

    def may_read_stamps(self, stamps: NDArray[np.uint16]) -> NDArray[np.bool_]:
        """Tell of the stamp of each record whether the audience may read it."""
        return self._sees.take(stamps)

    def could_read(self, records: Numbers) -> NDArray[np.bool_]:
        """Tell which records the audience may read but for their age, also of those replaced."""
        moment = self.moment
        stamps = moment.records.stamps.take(records)
        may = self._sees.take(stamps)
        return may & (records >= moment.horizons.take(stamps)) if len(moment.horizons) else may

    def opened_since(self, earlier: Clearance, records: Numbers) -> NDArray[np.bool_]:
        """Tell which records could not be read with an earlier clearance of the same audience."""
        closed = np.zeros(len(self._sees), bool)
        closed[: len(earlier.sees)] = ~earlier.sees
        return closed.take(self.moment.records.stamps.take(records))

    def sees(self, stamp: int) -> bool:
        """Tell whether the audience may read the records with this stamp."""
        return bool(self._sees[stamp])

    def sources_of(self, records: Numbers) -> Numbers:
        """Return the source number of each record."""
        return self._sources.take(self.moment.records.stamps.take(records))

    def source_of(self, stamp: int) -> int:
        """Return the source number of a stamp."""
        return int(self._sources[stamp])

    def source_name(self, number: int) -> str:
        """Return the name of a source."""
        return self.source_names[number]

    # Sources ----------------------------------------------------------------------------

    def source_numbers(self) -> list[int]:
        """Return the numbers of the sources of which anything is visible, by name."""
        return sorted({source for source, _ in self._spoken}, key=self.source_name)

    def values_of(self, source: int, topic: Topic | None) -> BitMap:
        """Return the ids of the values of a topic, or of all, in a source's visible records.

        It may be a bitmap of the hub itself: it is not to be changed. Labels are united once.
        """
        key = source, _OF_ANY if topic is None else TOPICS.index(topic)
        parts = self._spoken.get(key, [])
        if len(parts) > 1:
            parts = self._spoken[key] = [union(parts)]
        return parts[0] if parts else BitMap()

    @cached_property
    def stamps_of(self) -> dict[int, list[int]]:
        """Source number → the stamps of its records that are visible."""
        stamps: dict[int, list[int]] = {}
        for stamp in np.flatnonzero(self._sees).tolist():
            stamps.setdefault(self.source_of(stamp), []).append(stamp)
        return stamps

    @cached_property
    def _spoken(self) -> dict[tuple[int, int], list[BitMap]]:
        """(Source, topic number or that of any) → its values under each visible label."""
        spoken: dict[tuple[int, int], list[BitMap]] = {}
        sees, sources = self._sees.tolist(), self._sources.tolist()
        # The writer adds to the hub's own meanwhile, also stamps that are not of this moment.
        by_topic, united = list(self.moment.spoken.items()), list(self.moment.united.items())
        of_any = [((stamp, _OF_ANY), ids) for stamp, ids in united]
        for (stamp, topic), ids in by_topic + of_any:
            if stamp < len(sees) and sees[stamp] and ids:
                spoken.setdefault((sources[stamp], topic), []).append(ids)
        return spoken


def union(bitmaps: Iterable[BitMap]) -> BitMap:
    """Return the union; of one bitmap, that bitmap itself."""
    parts = list(bitmaps)
    if len(parts) == 1:
        return parts[0]
    return BitMap.union(*parts) if parts else BitMap()
