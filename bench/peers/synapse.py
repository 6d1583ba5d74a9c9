"""Vertex Synapse: a Cortex in the process, sources as tags with times, edges between values."""

import asyncio
from collections import Counter
from ipaddress import IPv4Address

import pyarrow.parquet as pq
import synapse
from synapse.cortex import Cortex

from peers.peer import Stepping, matrix_of
from peers.world import DOMAIN, EMAIL, HASH, IP, TAG

_FORMS = ("inet:ipv4", "inet:fqdn", "hash:sha256", "inet:email")
_BATCH = 10_000
_CONF = {"nexslog:en": False}  # nothing follows it


class Synapse(Stepping):
    """A node a value, a tag with first and last time a source; it does not count sightings."""

    version = f"Vertex Synapse {synapse.verstring}"
    how = (
        "Cortex in the process, without its log of changes; syn.nodes in batches of 10,000; a "
        "tag with an interval for each source (no counts), light edges between values of a record"
    )

    def __init__(self, directory):
        """Open a Cortex."""
        self._directory = directory
        self._loop = asyncio.new_event_loop()
        self._open()

    def _open(self):
        self._core = self._loop.run_until_complete(Cortex.anit(str(self._directory), conf=_CONF))

    def load(self, files):
        """Feed nodes."""
        for file in files:
            for batch in pq.ParquetFile(file).iter_batches(_BATCH):
                self._loop.run_until_complete(
                    self._core.addFeedData("syn.nodes", _nodes(batch.to_pylist()))
                )

    async def _storm(self, query, ndefs=()):
        opts = {"ndefs": list(ndefs)} if ndefs else {}
        found = []
        async for kind, told in self._core.storm(query, opts=opts):
            if kind == "node":
                found.append(told)
            elif kind == "err":
                raise ValueError(told)
        return found

    def _ask(self, query, ndefs=()):
        return self._loop.run_until_complete(self._storm(query, ndefs))

    def card(self, topic, value):
        """Read a node's tags: it knows no counts."""
        if topic == TAG:
            return {}
        [(_, told)] = self._ask("uniq", [_ndef(topic, value)])
        return {
            int(name[5:]): (None, first // 1000, (last - 1) // 1000)
            for name, (first, last) in told["tags"].items()
            if name.startswith("src.s")
        }

    def matches(self, asked):
        """Lift nodes by their values."""
        found = []
        for low in range(0, len(asked), _BATCH):
            some = [_ndef(*one) for one in asked[low : low + _BATCH] if one[0] != TAG]
            found += [_text(node) for node in self._ask("uniq", some)]
        return found

    def matrix(self):
        """Lift all nodes with a source, and count the sets of these."""
        masks = Counter()

        async def count():
            async for kind, told in self._core.storm("#src"):
                if kind == "node":
                    names = told[1]["tags"]
                    masks[sum(1 << int(n[5:]) for n in names if n.startswith("src.s"))] += 1

        self._loop.run_until_complete(count())
        return matrix_of(masks.items())

    def _step(self, values):
        tags = [value for value in values if value.startswith("campaign:")]
        ndefs = [_ndef_of(value) for value in values if not value.startswith("campaign:")]
        found = []
        for tag in tags:
            found += [(_text(node), IP) for node in self._ask(f"#campaign.{tag[9:]}")]
        if ndefs:
            found += [(_text(node), IP) for node in self._ask("-(with)> *", ndefs)]
            for _, told in self._ask("+#campaign", ndefs):
                names = [n for n in told["tags"] if n.startswith("campaign.")]
                found += [(f"campaign:{name[9:]}", TAG) for name in names]
        return found

    def network(self, network):
        """Lift a network."""
        found = [_text(node) for node in self._ask(f"inet:ipv4={network[0]}")]
        return len(found), found[:100]

    def close(self):
        """Close the Cortex."""
        self._loop.run_until_complete(self._core.fini())


PEER = Synapse


def _ndef(topic, value):
    """Return a node as it is looked up: addresses are numbers."""
    return _FORMS[topic], int(IPv4Address(value)) if topic == IP else value


def _ndef_of(value):
    if "@" in value:
        return _ndef(EMAIL, value)
    if len(value) == 64:
        return _ndef(HASH, value)
    return _ndef(IP if value.replace(".", "").isdigit() else DOMAIN, value)


def _text(node):
    (form, value), _ = node
    if form == "inet:ipv4" and isinstance(value, int):
        return str(IPv4Address(value))
    return value


def _nodes(rows):
    """Return the nodes of some rows: of each value its tags and edges."""
    by_record, tags, edges = {}, {}, {}
    for row in rows:
        by_record.setdefault(row["record"], []).append(row)
    for together in by_record.values():
        campaigns = [row["value"] for row in together if row["topic"] == TAG]
        named = [row for row in together if row["topic"] != TAG]
        for row in named:
            ndef = _ndef(row["topic"], row["value"])
            of_one, at = tags.setdefault(ndef, {}), row["moment"] * 1000
            source = f"src.s{row['source']:02}"
            first, last = of_one.get(source, (at, at + 1))
            of_one[source] = (min(first, at), max(last, at + 1))
            of_one.update((one.replace(":", "."), (None, None)) for one in campaigns)
            others = [_ndef(other["topic"], other["value"]) for other in named if other is not row]
            edges.setdefault(ndef, set()).update(("with", other) for other in others)
    return [(ndef, {"tags": of_one, "edges": list(edges[ndef])}) for ndef, of_one in tags.items()]
