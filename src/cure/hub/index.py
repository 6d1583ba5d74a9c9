"""The fusion index: takes batches in, says what changed, and holds moments for its readers.

A pure state machine. Its one writer calls `accept`; readers take `moment`, which never changes
under them. Batching does not matter: the state after a log is the same however it was cut.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from cure.hub import links, ordered
from cure.hub.batch import Batch
from cure.hub.column import Column
from cure.hub.compacting import compacted
from cure.hub.fingerprint import fingerprint
from cure.hub.gone import is_among, is_live
from cure.hub.hashing import HashKey
from cure.hub.links import SpokenOf, United
from cure.hub.moment import Moment
from cure.hub.names import Names
from cure.hub.postings import Postings, PostingTable, dense
from cure.hub.records import NewRecords, Records, RecordTable
from cure.hub.share import WHOLE, Share
from cure.hub.tables import Tables
from cure.hub.unlinked import unlinked
from cure.hub.values import ValueTable
from cure.model import Label
from cure.model.networks import Networks

_decode = msgspec.json.Decoder(Tables).decode
_NONE = Networks(())
_NONE_YET = np.empty(0, np.int64)
_NEWEST = 64
_ID = 0xFFFFFFFF


class Changes(NamedTuple):
    """What a batch changed.

    Attributes:
        new: (Stamp, topic) → the values of which that stamp had not spoken before.
        first_record: Number of the batch's first record.
        record_count: How many records it had.
    """

    new: SpokenOf
    first_record: int
    record_count: int


State = dict[str, NDArray[np.generic]]
"""All of a hub as named arrays, for a snapshot."""


class Hub:
    """The writer's side of the index.

    Attributes:
        names: The numbers that records count in.
        moment: All that it knows now.
    """

    def __init__(self, key: HashKey, unlinked: Networks = _NONE, share: Share = WHOLE) -> None:
        """Make an empty hub.

        Args:
            key: The installation's secret.
            unlinked: Networks whose addresses link nothing.
            share: Its own values; of others it keeps only that they stand in its records.
        """
        self._share = share
        self._unlinked_networks = unlinked
        self._unlinked = BitMap()
        self._values = ValueTable(key)
        self._postings = PostingTable()
        self._records = RecordTable()
        self.names = Names()
        self._spoken: SpokenOf = {}
        self._united: United = {}
        self._ordered = ordered.NOTHING_ORDERED
        self._replaced = np.empty(0, np.int64)
        self._replacing = Column(np.int64)
        self._instead_of = Column(np.int64)
        self._horizons: dict[str, int] = {}
        self.moment = self._moment()

    def _moment(self) -> Moment:
        return Moment(
            tuple(self.names.sources),
            tuple(self.names.labels),
            tuple(self.names.roles),
            tuple(self.names.stamps),
            self._values.now,
            self._postings.now,
            self._records.now,
            self._ordered,
            self._spoken,
            self._united,
            self._replaced,
            self._replacing.now,
            self._instead_of.now,
            self._horizon_of_stamps(),
            self._unlinked,
            self.names.relabelled,
            self._share,
        )

    def __len__(self) -> int:
        return len(self._records.now.stamps)

    @property
    def relabelled(self) -> int:
        """How many times labels were exchanged."""
        return self.names.relabelled

    @property
    def horizons(self) -> Mapping[str, int]:
        """Source → up to which record what it said was dropped."""
        return self._horizons

    def accept(self, batch: Batch, silent: NDArray[np.int64] = _NONE_YET) -> Changes:
        """Take in the records that follow.

        Args:
            batch: They.
            silent: Those of them that only replace others, and count elsewhere.

        Cost: about 0.7 µs a mention in batches of 100,000; a few ms now and then for merges.

        Raises:
            OverflowError: If a number no longer fits its column; nothing was taken in.
        """
        before = len(self)
        known_values = len(self._values.now)
        stamps = self.names.stamp(batch)
        ids = self._values.add(batch.values)
        values = self._values.now
        self._records.add(
            NewRecords(
                stamps,
                batch.first,
                batch.last,
                batch.counts,
                batch.ends,
                ids.astype(np.uint32),
                self.names.role(batch),
            )
        )
        rows = np.repeat(np.arange(len(batch)), np.diff(batch.ends, prepend=np.uint32(0)))
        self._ordered = ordered.adding(self._ordered, values, known_values)
        self._note_unlinked(known_values)
        own = self._share.own(values.hashes[ids])
        ids, rows = ids[own], rows[own]
        self._postings.add(ids, before + rows, len(values))
        groups = links.group(stamps[rows], values.topics(ids), ids)
        new = links.add(self._spoken, self._united, groups)
        self._replacing.extend(batch.replacing)
        self._instead_of.extend(batch.replaced)
        empty = before + np.flatnonzero(np.diff(batch.ends, prepend=np.uint32(0)) == 0)
        self._forget(np.concatenate((batch.replaced, empty, before + silent)))
        if self._horizons:
            self._silence(before + np.flatnonzero(self._is_dropped(np.arange(before, len(self)))))
        self.moment = self._moment()
        return Changes(new, before, len(batch))

    def meet(self, batch: Batch) -> None:
        """Number what records of a batch count in, of which perhaps none follows."""
        self.names.stamp(batch)
        self.names.role(batch)
        self.moment = self._moment()

    def relabel(self, source: str, old: Label, new: Label) -> None:
        """Give another label to all records that a source has under one."""
        self.names.relabel(source, old, new)
        self.moment = self._moment()

    def _note_unlinked(self, after: int) -> None:
        if not self._unlinked_networks.networks:
            return
        if fresh := BitMap(unlinked(self._values.now, after, self._unlinked_networks)):
            self._unlinked = self._unlinked | fresh

    def drop(self, source: str, upto: int) -> None:
        """Let a source's records up to a number say nothing; also those still to come.

        Cost: about 0.5 µs a record, and 3 ns for each of others in between.
        """
        low = self._horizons.get(source, 0)
        if upto <= low:
            return
        rows = np.arange(low, min(upto, len(self)))
        is_silent = self._is_dropped(rows) | is_among(rows, self._replaced)
        self._horizons[source] = upto
        self._silence(rows[self._is_dropped(rows) & ~is_silent])
        self._replaced = self._replaced[~self._is_dropped(self._replaced)]
        self.moment = self._moment()

    def _horizon_of_stamps(self) -> NDArray[np.int64]:
        if not self._horizons:
            return np.empty(0, np.int64)
        by_source = [self._horizons.get(name, 0) for name in self.names.sources]
        return np.array([by_source[stamp.source] for stamp in self.names.stamps], np.int64)

    def _is_dropped(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of the records were dropped for their age."""
        if not self._horizons:
            return np.zeros(len(records), bool)
        horizons = self._horizon_of_stamps()
        return records < horizons.take(self._records.now.stamps.take(records))

    def _forget(self, replaced: NDArray[np.int64]) -> None:
        """Let replaced records no longer count."""
        if len(replaced):
            fresh = np.unique(replaced)
            fresh = fresh[~is_among(fresh, self._replaced) & ~self._is_dropped(fresh)]
            self._replaced = np.insert(self._replaced, self._replaced.searchsorted(fresh), fresh)
            self._silence(fresh)

    def _silence(self, gone: NDArray[np.int64]) -> None:
        """Let stamps no longer speak of values of which only records that are gone spoke."""
        records = self._records.now
        rows, at = records.mentions(gone)
        stamps = records.stamps[gone][rows].astype(np.int64)
        ids = records.values[at].astype(np.int64)
        own = self._share.own(self._values.now.hashes[ids])
        pairs = np.unique((stamps << 32 | ids)[own])
        # Most values are still spoken of, and that soon shows.
        for newest in (_NEWEST, 2**40):
            if not len(pairs):
                return
            ids = np.unique(pairs & _ID)
            which, among = self._postings.now.of(ids, newest)
            live = is_live(among, records.stamps, self._replaced, self._horizon_of_stamps())
            if live is not None:
                which, among = which[live], among[live]
            pairs = np.setdiff1d(pairs, records.stamps[among].astype(np.int64) << 32 | ids[which])
        ids = pairs & _ID
        silent = links.group((pairs >> 32).astype(np.uint16), self._values.now.topics(ids), ids)
        links.remove(self._spoken, self._united, silent)

    def state(self) -> State:
        """Return all that has to be kept to be this hub again, but for what was dropped.

        Cost: a merge of the postings, and another where records were dropped.
        """
        records, values = self._records.now, self._values.now
        whole = dense(self._postings.now, len(values))
        state: State = {
            "words": values.words,
            "starts": values.starts,
            "posting_starts": whole.starts,
            "posting_records": whole.records,
            "replaced": self._replaced,
            "replacing": self._replacing.now,
            "instead_of": self._instead_of.now,
        }
        state |= {f"record_{name}": column for name, column in records._asdict().items()}
        spoken = self._spoken
        if self._horizons:
            state, spoken = compacted(state, spoken, self._is_dropped(np.arange(len(self))))
        keys = sorted(key for key, ids in spoken.items() if ids)
        maps = [spoken[key].serialize() for key in keys]
        tables = Tables(
            list(self.names.sources),
            list(self.names.labels),
            list(self.names.roles),
            self.names.stamps,
            [(*key, len(data)) for key, data in zip(keys, maps, strict=True)],
            self.names.relabelled,
            self._horizons,
        )
        return state | {
            "tables": np.frombuffer(msgspec.json.encode(tables), np.uint8),
            "spoken": np.frombuffer(b"".join(maps), np.uint8),
        }

    @classmethod
    def restore(
        cls, state: State, key: HashKey, unlinked: Networks = _NONE, share: Share = WHOLE
    ) -> "Hub":
        """Make the hub again that gave this state."""
        hub = cls(key, unlinked, share)
        tables = _decode(state["tables"].tobytes())
        hub.names.restore(tables.sources, tables.labels, tables.roles, tables.stamps)
        hub.names.relabelled = tables.relabelled
        columns = (state[f"record_{name}"] for name in Records._fields)
        hub._records = RecordTable(Records(*columns))  # pyright: ignore[reportArgumentType]
        hub._values.restore(state["words"], state["starts"])  # pyright: ignore[reportArgumentType]
        hub._postings.now = Postings(state["posting_starts"], state["posting_records"], ())  # pyright: ignore[reportArgumentType]
        at, data = 0, state["spoken"].tobytes()
        for stamp, topic, length in tables.spoken:
            heard = BitMap.deserialize(data[at : at + length])
            links.add(hub._spoken, hub._united, [((stamp, topic), heard)])
            at += length
        hub._ordered = ordered.adding(ordered.NOTHING_ORDERED, hub._values.now, 0)
        hub._note_unlinked(0)
        hub._replaced = state["replaced"]  # pyright: ignore[reportAttributeAccessIssue]
        hub._replacing.extend(state.get("replacing", _NONE_YET))  # pyright: ignore[reportArgumentType]
        hub._instead_of.extend(state.get("instead_of", _NONE_YET))  # pyright: ignore[reportArgumentType]
        hub._horizons = tables.horizons
        hub.moment = hub._moment()
        return hub

    def state_hash(self) -> str:
        """Return a hash of all that the hub tells; see `fingerprint`."""
        return fingerprint(self.moment)
