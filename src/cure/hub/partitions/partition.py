"""A partition: a hub of the records that mention its values, with their numbers among all.

A record goes whole to the partition of each of its values, so what is asked of a value is
answered where it belongs. Besides, each partition keeps the stamps of every n-th record of all:
ranks count records of which nothing else may be left.
"""

from typing import NamedTuple
from weakref import WeakKeyDictionary

import msgspec
import numpy as np
from numpy.typing import NDArray

from cure.hub.column import Column
from cure.hub.hashing import HashKey
from cure.hub.index import Changes, Hub, State
from cure.hub.moment import Moment
from cure.hub.names import Names
from cure.hub.packing import Form
from cure.hub.partitions.cutting import Cut, Numbers, taken
from cure.hub.share import Share
from cure.hub.watched.table import Watched
from cure.model import Label
from cure.model.networks import Networks

_CHANGES = 256
"""Of so many batches it is remembered what they changed."""


class PartMoment(NamedTuple):
    """All that a partition knows at one moment.

    Attributes:
        hub: Its hub, in which records are numbered in its own way.
        numbers: For each of these its number among all records, ascending.
        stamps: Stamps of the records whose numbers leave the number of the partition, divided by
            how many there are.
        upto: How many records there are in all.
        changes: What the latest batches changed, by the number of their first record.
        tables: Tables of watches, as they were asked about, and those of this partition.
    """

    hub: Moment
    numbers: NDArray[np.int64]
    stamps: NDArray[np.uint16]
    upto: int
    changes: dict[int, Changes]
    tables: "WeakKeyDictionary[Watched, Watched]"

    def table_of(self, watched: Watched) -> Watched:
        """Return the table of the same entries that compares the values of this partition."""
        own = self.tables.setdefault(watched, Watched())
        own.follow(watched)
        return own


class _Kept(msgspec.Struct):
    """What a state holds besides columns."""

    share: Share
    upto: int
    horizons: dict[str, int]
    networks: list[tuple[Form, int]]


_decode = msgspec.json.Decoder(_Kept).decode


class Partition:
    """The writer's side of a partition.

    Attributes:
        share: Which of the values are its own.
        networks: Form and prefix length of all networks that were ever mentioned anywhere.
        horizons: Source → up to which record what it said was dropped.
    """

    def __init__(self, key: HashKey, unlinked: Networks, share: Share) -> None:
        """Make an empty one.

        Args:
            key: The secret of the installation, the same for all partitions.
            unlinked: Networks whose addresses link nothing.
            share: Which of the values are its own.
        """
        self.share = share
        self.networks: frozenset[tuple[Form, int]] = frozenset()
        self.horizons: dict[str, int] = {}
        self._hub = Hub(key, unlinked, share)
        self._numbers = Column(np.int64)
        self._stamps = Column(np.uint16)
        self._changes: dict[int, Changes] = {}
        self._tables: WeakKeyDictionary[Watched, Watched] = WeakKeyDictionary()
        self._upto = 0
        self.moment = self._moment()

    def _moment(self) -> PartMoment:
        return PartMoment(
            self._hub.moment,
            self._numbers.now,
            self._stamps.now,
            self._upto,
            dict(self._changes),
            self._tables,
        )

    def __len__(self) -> int:
        """Return how many records it was told of."""
        return self._upto

    @property
    def names(self) -> Names:
        """The numbers of sources, labels, roles and stamps: those of all partitions."""
        return self._hub.names

    def accept(self, whole: Cut) -> None:
        """Take in what is its own of the records that follow.

        Cost: that of a hub for its share of the records, and 10 ns a mention of all.
        """
        batch, before = whole.batch, len(self._hub)
        self.networks |= whole.networks
        self._hub.meet(whole.heads)
        is_taken = np.zeros(len(batch), bool)
        is_taken[whole.rows[whole.parts == self.share.part]] = True
        ours = self._are_ours(batch.replaced, whole.first, is_taken)
        new, old = batch.replacing[ours], batch.replaced[ours]
        only_replace = np.setdiff1d(new - whole.first, np.flatnonzero(is_taken))
        is_taken[only_replace] = True
        rows = np.flatnonzero(is_taken)
        self._numbers.extend(whole.first + rows)
        replacing, replaced = (self._numbers.now.searchsorted(some) for some in (new, old))
        own = taken(batch, rows, replaced, replacing)
        changes = self._hub.accept(own, rows.searchsorted(only_replace))
        part, count = self.share
        every_nth = np.arange((part - whole.first) % count, len(batch), count)
        self._stamps.extend(self.names.stamp(taken(batch, every_nth)))
        self._upto = whole.first + len(batch)
        for source, upto in self.horizons.items():
            if upto > whole.first:
                self._hub.drop(source, int(self._numbers.now.searchsorted(upto)))
        self._changes[whole.first] = changes._replace(first_record=before)
        if len(self._changes) > _CHANGES:
            del self._changes[next(iter(self._changes))]
        self.moment = self._moment()

    def _are_ours(
        self, records: Numbers, first: int, is_taken: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Tell which records, some of this batch, mention a value of this partition."""
        ours = np.zeros(len(records), bool)
        fresh = records >= first
        ours[fresh] = is_taken[records[fresh] - first]
        numbers = self._numbers.now
        at = numbers.searchsorted(records)
        held = np.flatnonzero(at < len(numbers))
        held = held[numbers[at[held]] == records[held]]
        moment = self._hub.moment
        rows, mentions = moment.records.mentions(at[held])
        own = self.share.own(moment.values.hashes[moment.records.values[mentions]])
        ours[held[rows[own]]] = True
        return ours

    def relabel(self, source: str, old: Label, new: Label) -> None:
        """Give another label to all records that a source has under one."""
        self._hub.relabel(source, old, new)
        self.moment = self._moment()

    def drop(self, source: str, upto: int) -> None:
        """Let a source's records up to a number say nothing; also those still to come."""
        self.horizons[source] = max(upto, self.horizons.get(source, 0))
        self._hub.drop(source, int(self._numbers.now.searchsorted(upto)))
        self.moment = self._moment()

    def state(self) -> State:
        """Return all that has to be kept to be this partition again; see `Hub.state`."""
        own = _Kept(self.share, self._upto, self.horizons, sorted(self.networks))
        return self._hub.state() | {
            "numbers": self._numbers.now,
            "stamps": self._stamps.now,
            "partition": np.frombuffer(msgspec.json.encode(own), np.uint8),
        }

    @classmethod
    def restore(cls, state: State, key: HashKey, unlinked: Networks) -> "Partition":
        """Make the partition again that gave this state; the key has to be that of before."""
        own = _decode(state["partition"].tobytes())
        made = cls(key, unlinked, own.share)
        made._hub = Hub.restore(state, key, unlinked, own.share)
        made._numbers = Column(np.int64, state["numbers"])  # pyright: ignore[reportArgumentType]
        made._stamps = Column(np.uint16, state["stamps"])  # pyright: ignore[reportArgumentType]
        made.horizons, made._upto, made.networks = own.horizons, own.upto, frozenset(own.networks)
        made.moment = made._moment()
        return made
