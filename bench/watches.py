"""Watches: python bench/watches.py SIGHTINGS ENTRIES -> figures as JSON.

What matching adds to ingest with so many entries, and how long it takes to compare 10,000 new
entries with all that is held. Half of the entries are values of the world, half are not.
"""

import json
import secrets
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import world

from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.packing import unpack
from cure.hub.watched.entry import Entry, Fit
from cure.hub.watched.table import Watched
from cure.installation import Installation
from cure.model import Audience, Finding, Kind, Mention, Record, Topic
from cure.model.finding import digest_of
from cure.subscribers.watches.audiences import Audiences
from cure.subscribers.watches.desk import WatchDesk
from cure.subscribers.watches.store import WatchStore
from cure.subscribers.watches.thread import WatchThread
from cure.subscribers.watches.watch import WatchForm
from cure.subscribers.watches.watching import Watching
from cure.writer import Writer

OPERATOR = Audience("local")
FITS = {Topic.DOMAIN: Fit.DOMAIN, Topic.IP: Fit.VALUE, Topic.HASH: Fit.VALUE}
RECORDS = 5000
BATCHES = 60
SECONDS = 10
START = datetime(2026, 1, 1, tzinfo=UTC)


def entries(count, seed, known):
    """Return entries: addresses, networks, domains, hashes; those in `known` first."""
    rng = np.random.default_rng(seed)
    found = [Entry(one.topic, FITS.get(one.topic, Fit.VALUE), one.value) for one in known]
    for n, (a, b, c) in enumerate(rng.integers(0, 256, (count - len(found), 3)).tolist()):
        match n % 4:
            case 0:
                found.append(Entry(Topic.IP, Fit.VALUE, f"{a}.{b}.{c}.{n % 251}"))
            case 1:
                found.append(Entry(Topic.IP, Fit.NETWORK, f"{100 + a % 64}.{b}.{c}.0/24"))
            case 2:
                found.append(Entry(Topic.DOMAIN, Fit.DOMAIN, f"w{n}.watched{n % 999}.org"))
            case _:
                found.append(Entry(Topic.HASH, Fit.VALUE, f"{n:064x}"))
    return found


def now():
    """Return what time it is."""
    return datetime.now(UTC)


def held_values(hub, count):
    """Return values that the hub holds."""
    ids = np.random.default_rng(9).integers(0, len(hub.moment.values), count)
    return [unpack(hub.moment.values.packed(int(one))) for one in ids]


def records(batch):
    """Return 5,000 records of addresses, every tenth about one that was never seen."""
    rng = np.random.default_rng(500 + batch)
    octets = rng.integers(1, 255, (RECORDS, 3)).tolist()
    made = []
    for n, (a, b, c) in enumerate(octets):
        value = f"{a}.{b}.{c}.{n % 250}" if n % 10 == 0 else f"45.{a % 8}.{b}.{c}"
        at = START + timedelta(seconds=batch * RECORDS + n)
        finding = Finding(
            Kind.SIGHTING, (Mention(Topic.IP, value, "attacker"),), at, at, 1, {"port": n % 1024}
        )
        made.append(Record("cowrie", world.LABEL, digest_of("cowrie", finding), finding))
    return made


@contextmanager
def watched(count):
    """Give an installation with a watch of so many entries, and how long loading them took."""
    with (
        tempfile.TemporaryDirectory() as directory,
        Installation(Path(directory) / "data", write=True) as installation,
        WatchStore(installation.directory) as store,
    ):
        watching = Watching(store, installation.gate, Audiences(OPERATOR), now)
        made = WatchDesk(store, watching, "local", "bench", now).add(WatchForm("bench", own=True))
        store.add_entries(made.watch.id, entries(count, 1, []))
        begun = process_time()
        watching.match()
        yield installation, store, watching, process_time() - begun


def ingest(count):
    """Return how long the processor needs to keep records, and to match them beside."""
    kept, matched, hits = 0.0, 0.0, 0
    with watched(count) as (installation, _, watching, loading):
        for n in range(BATCHES):
            some = records(n)
            begun = process_time()
            installation.append(some)
            kept += process_time() - begun
            begun = process_time()
            hits += watching.match()
            matched += process_time() - begun
    return {
        "entries": count,
        "entries_loaded_cpu_s": round(loading, 1),
        "ingest_cpu_us_a_record": round(kept / BATCHES / RECORDS * 1e6, 2),
        "matching_cpu_us_a_record": round(matched / BATCHES / RECORDS * 1e6, 2),
        "matching_adds_percent": round(100 * matched / kept, 1),
        "hits": hits,
    }


def latency(count):
    """Return how long after a record was submitted its hit is durable, at 5,000 records/s."""
    took = []
    with watched(count) as (installation, store, watching, _):
        begun = []
        store.listen(lambda _: took.append(perf_counter() - begun[-1]))
        thread = WatchThread(watching.match, print)
        writer = Writer(installation.append)
        writer.listen(thread.notice)
        thread.start()
        writer.start()
        for n in range(SECONDS * 20):
            some = records(1000 + n)[:249]
            finding = some[0].finding
            at = Mention(Topic.HASH, f"{4 * n + 3:064x}", "sample")
            hit = Finding(Kind.SIGHTING, (at,), finding.first_seen, finding.last_seen)
            some.append(Record("cowrie", world.LABEL, digest_of("cowrie", hit), hit))
            begun.append(perf_counter())
            writer.submit(some)
            time.sleep(max(0.0, 0.05 - (perf_counter() - begun[-1])))
        writer.stop()
        thread.stop()
    p50, p99 = np.percentile(np.array(took) * 1e3, (50, 99))
    return {"hits_told": len(took), "hit_p50_ms": round(p50, 1), "hit_p99_ms": round(p99, 1)}


def retro(sightings):
    """Return how long it takes to compare 10,000 entries with all sightings."""
    hub = Hub(HashKey.of(secrets.token_bytes(24)))
    for i in range(sightings // world.BATCH):
        hub.accept(world.batch(i))
    gate = Gate(hub)
    watched = Watched()
    gate.view(OPERATOR).watched(watched)
    some = entries(10_000, 2, held_values(hub, 5000))
    begun, cpu_begun = perf_counter(), process_time()
    watched.add(some, 0)
    touches = gate.view(OPERATOR).watched(watched).held(np.ones(1, bool))
    took, cpu = perf_counter() - begun, process_time() - cpu_begun
    return {
        "sightings": len(hub),
        "values": len(hub.moment.values),
        "retro_entries": len(some),
        "retro_values_met": len(touches),
        "retro_s": round(took, 2),
        "retro_cpu_s": round(cpu, 2),
    }


def main(sightings, count):
    """Print all three."""
    print(json.dumps(ingest(count) | latency(count) | retro(sightings)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
