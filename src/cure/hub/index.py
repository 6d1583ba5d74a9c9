"""The fusion index: takes batches in, says what changed, and holds moments for its readers.

A pure state machine. Its one writer calls `accept`; readers take `moment`, which never changes
under them. Batching does not matter: the state after a log is the same however it was cut.
"""

import hashlib
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from cure.hub import links, ordered
from cure.hub.batch import Batch
from cure.hub.hashing import HashKey
from cure.hub.links import SpokenOf, Stamp
from cure.hub.ordered import Ordered
from cure.hub.postings import Postings, PostingTable, dense
from cure.hub.records import NewRecords, Records, RecordTable
from cure.hub.unlinked import unlinked
from cure.hub.values import Values, ValueTable
from cure.model import Label
from cure.model.networks import Networks

_NONE = Networks(())
OTHER_ROLE = 255
"""Role number of all roles after the first 255 different ones."""


class Moment(NamedTuple):
    """All that the hub knows at one moment.

    Attributes:
        sources: Names of the sources, by number.
        labels: Labels, by number.
        roles: Names of the roles, by number.
        stamps: Stamps, by number.
        values: All values.
        postings: Value id → records.
        records: Record columns.
        ordered: Values in order.
        spoken: (Stamp, topic) → values in records that were not replaced.
        replaced: Numbers of records that a newer version replaced, ascending.
        unlinked: Values that link nothing, whoever speaks of them.
        relabelled: How many times labels were exchanged.
    """

    sources: tuple[str, ...]
    labels: tuple[Label, ...]
    roles: tuple[str, ...]
    stamps: tuple[Stamp, ...]
    values: Values
    postings: Postings
    records: Records
    ordered: Ordered
    spoken: SpokenOf
    replaced: NDArray[np.int64]
    unlinked: BitMap
    relabelled: int


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


class _Tables(msgspec.Struct):
    """The small tables of a state, as JSON."""

    sources: list[str]
    labels: list[Label]
    roles: list[str]
    stamps: list[Stamp]
    spoken: list[tuple[int, int, int]]
    relabelled: int = 0


State = dict[str, NDArray[np.generic]]
"""All of a hub as named arrays, for a snapshot."""


class Hub:
    """The writer's side of the index."""

    def __init__(self, key: HashKey, unlinked: Networks = _NONE) -> None:
        """Make an empty hub.

        Args:
            key: The installation's secret.
            unlinked: Networks whose addresses link nothing.
        """
        self._unlinked_networks = unlinked
        self._unlinked = BitMap()
        self._values = ValueTable(key)
        self._postings = PostingTable()
        self._records = RecordTable()
        self._sources: dict[str, int] = {}
        self._labels: dict[Label, int] = {}
        self._roles: dict[str, int] = {}
        self._stamps: list[Stamp] = []
        self._stamp_numbers: dict[Stamp, int] = {}
        self._relabelled = 0
        self._spoken: SpokenOf = {}
        self._ordered = ordered.NOTHING_ORDERED
        self._replaced = np.empty(0, np.int64)
        self.moment = self._moment()

    def _moment(self) -> Moment:
        return Moment(
            tuple(self._sources),
            tuple(self._labels),
            tuple(self._roles),
            tuple(self._stamps),
            self._values.now,
            self._postings.now,
            self._records.now,
            self._ordered,
            self._spoken,
            self._replaced,
            self._unlinked,
            self._relabelled,
        )

    def __len__(self) -> int:
        return len(self._records.now.stamps)

    @property
    def relabelled(self) -> int:
        """How many times labels were exchanged."""
        return self._relabelled

    def accept(self, batch: Batch) -> Changes:
        """Take in the records that follow.

        Cost: about 0.7 µs a mention in batches of 100,000; a few ms now and then for merges.

        Raises:
            OverflowError: If a number no longer fits its column; nothing was taken in.
        """
        before = len(self)
        known_values = len(self._values.now)
        stamps = self._stamp(batch)
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
                self._role(batch),
            )
        )
        rows = np.repeat(np.arange(len(batch)), np.diff(batch.ends, prepend=np.uint32(0)))
        self._postings.add(ids, before + rows, len(values))
        self._ordered = ordered.adding(self._ordered, values, known_values)
        self._note_unlinked(known_values)
        new = links.add(self._spoken, links.group(stamps[rows], values.topics(ids), ids))
        if len(batch.replaced):
            self._forget(batch.replaced)
        self.moment = self._moment()
        return Changes(new, before, len(batch))

    def _stamp(self, batch: Batch) -> NDArray[np.uint16]:
        sources = [self._sources.setdefault(name, len(self._sources)) for name in batch.sources]
        labels = [self._labels.setdefault(label, len(self._labels)) for label in batch.labels]
        pairs = batch.source.astype(np.uint32) << np.uint32(16) | batch.label
        distinct, first, inverse = np.unique(pairs, return_index=True, return_inverse=True)
        numbers = np.empty(len(distinct), np.uint16)
        for at in np.argsort(first).tolist():
            pair = int(distinct[at])
            stamp = Stamp(sources[pair >> 16], labels[pair & 0xFFFF])
            if stamp not in self._stamp_numbers:
                self._stamp_numbers[stamp] = len(self._stamps)
                self._stamps.append(stamp)
            numbers[at] = self._stamp_numbers[stamp]
        return numbers[inverse]

    def relabel(self, source: str, old: Label, new: Label) -> None:
        """Give another label to all records that a source has under one."""
        self._relabelled += 1
        if source in self._sources and old in self._labels:
            before = Stamp(self._sources[source], self._labels[old])
            after = Stamp(before.source, self._labels.setdefault(new, len(self._labels)))
            self._stamps = [after if stamp == before else stamp for stamp in self._stamps]
            self._number_stamps()
        self.moment = self._moment()

    def _number_stamps(self) -> None:
        """Let new records take, of equal stamps, the first."""
        self._stamp_numbers = {}
        for number, stamp in enumerate(self._stamps):
            self._stamp_numbers.setdefault(stamp, number)

    def _role(self, batch: Batch) -> NDArray[np.uint8]:
        numbers = np.empty(len(batch.role_names), np.uint8)
        for at, name in enumerate(batch.role_names):
            if name not in self._roles and len(self._roles) < OTHER_ROLE:
                self._roles[name] = len(self._roles)
            numbers[at] = self._roles.get(name, OTHER_ROLE)
        return numbers[batch.roles]

    def _note_unlinked(self, after: int) -> None:
        if not self._unlinked_networks.networks:
            return
        if fresh := BitMap(unlinked(self._values.now, after, self._unlinked_networks)):
            self._unlinked = self._unlinked | fresh

    def _forget(self, replaced: NDArray[np.int64]) -> None:
        """Let replaced records no longer count."""
        self._replaced = np.union1d(self._replaced, replaced)
        records = self._records.now
        rows, at = records.mentions(replaced)
        ids = records.values[at].astype(np.int64)
        stamps = records.stamps[replaced][rows]
        which, live = self._postings.now.of(np.unique(ids))
        kept = ~np.isin(live, self._replaced)
        still = (records.stamps[live[kept]].astype(np.int64) << 32) | np.unique(ids)[which[kept]]
        gone = ~np.isin(stamps.astype(np.int64) << 32 | ids, still)
        topics = self._values.now.topics(ids)
        for key, no_longer in links.group(stamps[gone], topics[gone], ids[gone]):
            self._spoken[key] = self._spoken[key] - no_longer

    def state(self) -> State:
        """Return all that has to be kept to be this hub again. Cost: a merge of the postings."""
        records, values = self._records.now, self._values.now
        whole = dense(self._postings.now, len(values))
        keys = sorted(key for key, ids in self._spoken.items() if ids)
        maps = [self._spoken[key].serialize() for key in keys]
        tables = _Tables(
            list(self._sources),
            list(self._labels),
            list(self._roles),
            self._stamps,
            [(*key, len(data)) for key, data in zip(keys, maps, strict=True)],
            self._relabelled,
        )
        state: State = {
            "tables": np.frombuffer(msgspec.json.encode(tables), np.uint8),
            "spoken": np.frombuffer(b"".join(maps), np.uint8),
            "words": values.words,
            "starts": values.starts,
            "posting_starts": whole.starts,
            "posting_records": whole.records,
            "replaced": self._replaced,
        }
        return state | {f"record_{name}": column for name, column in records._asdict().items()}

    @classmethod
    def restore(cls, state: State, key: HashKey, unlinked: Networks = _NONE) -> "Hub":
        """Make the hub again that gave this state."""
        hub = cls(key, unlinked)
        tables = msgspec.json.decode(state["tables"].tobytes(), type=_Tables)
        hub._sources = {name: number for number, name in enumerate(tables.sources)}
        hub._labels = {label: number for number, label in enumerate(tables.labels)}
        hub._roles = {name: number for number, name in enumerate(tables.roles)}
        hub._stamps = tables.stamps
        hub._number_stamps()
        hub._relabelled = tables.relabelled
        columns = (state[f"record_{name}"] for name in Records._fields)
        hub._records = RecordTable(Records(*columns))  # pyright: ignore[reportArgumentType]
        hub._values.restore(state["words"], state["starts"])  # pyright: ignore[reportArgumentType]
        hub._postings.now = Postings(state["posting_starts"], state["posting_records"], ())  # pyright: ignore[reportArgumentType]
        at, data = 0, state["spoken"].tobytes()
        for stamp, topic, length in tables.spoken:
            hub._spoken[stamp, topic] = BitMap.deserialize(data[at : at + length])
            at += length
        hub._ordered = ordered.adding(ordered.NOTHING_ORDERED, hub._values.now, 0)
        hub._note_unlinked(0)
        hub._replaced = state["replaced"]  # pyright: ignore[reportAttributeAccessIssue]
        hub.moment = hub._moment()
        return hub

    def state_hash(self) -> str:
        """Return a hash of all that the hub knows; the same log gives the same hash."""
        digest = hashlib.blake2b(digest_size=16)
        state = self.state()
        # The bytes of a bitmap depend on how it grew; its ids do not.
        del state["spoken"], state["tables"]
        for key, ids in sorted(self._spoken.items()):
            if ids:
                state[f"spoken {key}"] = np.array(ids.to_array(), np.uint32)
        tables = (self._sources, self._labels, self._roles, self._stamps)
        digest.update(msgspec.json.encode([list(table) for table in tables]))
        for name, column in sorted(state.items()):
            digest.update(f"{name} {column.dtype} {len(column)}\n".encode())
            digest.update(np.ascontiguousarray(column).view(np.uint8).data)
        return digest.hexdigest()
