"""CURE: its hub in this process, filled in batches of 100,000 records."""

import platform
from itertools import compress

import numpy as np
import pyarrow.parquet as pq

from cure.hub.batch import Batch, microseconds
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.packing import pack_all
from cure.log import snapshots
from cure.model import Audience, Label, Observable, Tlp, Topic
from peers.peer import size_of
from peers.world import SOURCES, TOPICS

_KEY = HashKey.of(bytes(range(24)))
_NAMES = tuple(f"source-{n:02}" for n in range(SOURCES))
_LABEL = Label(Tlp.GREEN, "local")
_BATCH = 100_000
_ALL = 10_000_000
_TOPICS = [Topic(name) for name in TOPICS]


def _observables(topics, values):
    return list(map(Observable, map(_TOPICS.__getitem__, topics), values))


class Cure:
    """The hub, asked through the gate as the server asks it."""

    version = f"0.1, NumPy {np.__version__}, Python {platform.python_version()}"
    how = "hub in the process, batches of 100,000; asked through the gate; a snapshot on the disk"

    def __init__(self, directory):
        """Make an empty hub."""
        self._directory, self._snapshot = directory, directory / "hub.snapshot"
        self.hub = Hub(_KEY)

    def load(self, files):
        """Read a file, pack its values, and take them in batch by batch."""
        for file in files:
            table = pq.read_table(file)
            records = table["record"].to_numpy()
            first = int(records[0])
            cuts = records.searchsorted(np.arange(first, int(records[-1]) + 1, _BATCH)).tolist()
            for low, high in zip(cuts, [*cuts[1:], len(records)], strict=True):
                self.hub.accept(_batch(table.slice(low, high - low)))
        self._gate = Gate(self.hub)

    def _view(self):
        return self._gate.view(Audience("local"))

    def card(self, topic, value):
        """Ask for the whole card, of which others give only this."""
        card = self._view().card(Observable(_TOPICS[topic], value))
        return {
            _NAMES.index(name): (
                seen.count,
                microseconds(seen.first_seen) // 1_000_000,
                microseconds(seen.last_seen) // 1_000_000,
            )
            for name, seen in card.sources.items()
        }

    def matches(self, asked):
        """Ask which values are known."""
        values = [value for _, value in asked]
        known = self._view().is_known(_observables([topic for topic, _ in asked], values))
        return list(compress(values, known.tolist()))

    def matrix(self):
        """Ask for the links of a view that remembers none."""
        matrix = Gate(self.hub).view(Audience("local")).links()
        at = [_NAMES.index(name) for name in matrix.sources]
        counts = [[0] * SOURCES for _ in range(SOURCES)]
        for a, row in zip(at, matrix.matrix, strict=True):
            for b, count in zip(at, row, strict=True):
                counts[a][b] = count
        return counts

    def pivot(self, start):
        """Walk three steps."""
        found = self._view().pivot(Observable(Topic.IP, start), 3, _ALL)
        return {node.value: node.hop for node in found.nodes}

    def network(self, network):
        """Search a network."""
        found = self._view().search(network[0], limit=100)
        return found.total, [one.value for one in found.results]

    def campaign(self, tag):
        """Ask for the story around a tag."""
        story = self._view().campaign([Observable(Topic.TAG, tag)], _ALL)
        return {member.value: member.hop for member in story.members}

    def disk(self):
        """Write a snapshot; the log is not in it."""
        snapshots.save(self._snapshot, "bench", snapshots.Snapshot(len(self.hub), self.hub.state()))
        return size_of(self._directory)

    def restart(self):
        """Make the hub again from its snapshot."""
        del self.hub, self._gate
        kept = snapshots.load(self._snapshot, "bench")
        self.hub = Hub.restore(kept.state, _KEY)
        self._gate = Gate(self.hub)

    def close(self):
        """Nothing is open."""


PEER = Cure


def _batch(rows):
    """Return some rows of the data as the hub takes them."""
    records, mentions = rows["record"].to_numpy(), rows.num_rows
    begins = np.flatnonzero(np.concatenate(([True], records[1:] != records[:-1])))
    count = len(begins)
    moment = rows["moment"].to_numpy()[begins].astype(np.int64) * 1_000_000
    topics, values = rows["topic"].to_pylist(), rows["value"].to_pylist()
    return Batch(
        _NAMES,
        (_LABEL,),
        ("attacker",),
        rows["source"].to_numpy()[begins].astype(np.uint16),
        np.zeros(count, np.uint16),
        moment,
        moment,
        np.ones(count, np.uint32),
        np.append(begins[1:], mentions).astype(np.uint32),
        pack_all(_observables(topics, values)),
        np.zeros(mentions, np.uint16),
        np.empty(0, np.int64),
        np.empty(0, np.int64),
    )
