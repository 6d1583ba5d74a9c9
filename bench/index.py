"""The index alone, in one process: python bench/index.py SIGHTINGS -> figures as JSON."""

import json
import secrets
import sys
import threading
from pathlib import Path
from time import perf_counter

import numpy as np
import world

from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.packing import unpack
from cure.model import Audience

OPERATOR = Audience("local")


def memory_mb(field):
    """Return VmRSS or VmHWM of this process."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if field in line]
    return round(int(line.split()[1]) / 1000)


def percentiles(seconds):
    """Return p50 and p99 in microseconds."""
    p50, p99 = np.percentile(np.array(seconds) * 1e6, (50, 99))
    return round(float(p50), 1), round(float(p99), 1)


def cards(gate, asked):
    """Ask for cards one by one."""
    took = []
    for one in asked:
        start = perf_counter()
        gate.view(OPERATOR).card(one)
        took.append(perf_counter() - start)
    return percentiles(took)


def times(work, runs=5):
    """Return the median time of a piece of work in milliseconds."""
    took = []
    for _ in range(runs):
        start = perf_counter()
        work()
        took.append(perf_counter() - start)
    return round(float(np.median(took)) * 1e3, 2)


def main(sightings):
    """Fill an index and ask it."""
    sys.setswitchinterval(0.0005)
    hub, spent, slowest = Hub(HashKey.of(secrets.token_bytes(24))), 0.0, 0.0
    for i in range(sightings // world.BATCH):
        batch = world.batch(i)
        start = perf_counter()
        hub.accept(batch)
        took = perf_counter() - start
        spent, slowest = spent + took, max(slowest, took)
    figures = {
        "sightings": len(hub),
        "values": len(hub.moment.values),
        "index_per_s": round(len(hub) / spent),
        "index_slowest_batch_ms": round(slowest * 1e3),
        "index_rss_mb": memory_mb("VmRSS"),
        "index_peak_mb": memory_mb("VmHWM"),
    }
    gate = Gate(hub)
    asked = world.asked(5000)
    cards(gate, asked)
    figures["card_p50_us"], figures["card_p99_us"] = cards(gate, asked)
    records = hub.moment.postings
    hottest = int(np.argmax(np.diff(records.starts)))
    [hot] = hub.moment.values.observables([hottest])
    figures["hottest_value_records"] = len(records.of_one(hottest))
    figures["hottest_card_ms"] = times(lambda: gate.view(OPERATOR).card(hot))
    million = world.questions(1_000_000)
    figures["match_1m_packed_ms"] = times(lambda: hub.moment.values.find(million), 3)
    texts = [unpack(million.words[i : i + 1].tobytes()) for i in range(len(million))]
    figures["match_1m_ms"] = times(lambda: gate.view(OPERATOR).is_known(texts), 3)
    figures["match_1k_with_sources_ms"] = times(lambda: gate.view(OPERATOR).match(asked[:1000]))
    figures["matrix_ms"] = times(lambda: gate.view(OPERATOR).links())
    figures |= while_ingesting(hub, gate, asked)
    print(json.dumps(figures))


def while_ingesting(hub, gate, asked):
    """Ask the same while another thread fills the index."""
    more = [world.batch(100_000 + i) for i in range(30)]
    done = threading.Event()

    def fill():
        for batch in more:
            hub.accept(batch)
        done.set()

    filling = threading.Thread(target=fill)
    start = perf_counter()
    filling.start()
    took, matrices = [], []
    while not done.is_set():
        for one in asked[:500]:
            before = perf_counter()
            gate.view(OPERATOR).card(one)
            took.append(perf_counter() - before)
        before = perf_counter()
        gate.view(OPERATOR).links()
        matrices.append(perf_counter() - before)
    filling.join()
    p50, p99 = percentiles(took)
    return {
        "busy_card_p50_us": p50,
        "busy_card_p99_us": p99,
        "busy_matrix_ms": round(float(np.median(matrices)) * 1e3, 2),
        "busy_index_per_s": round(len(more) * world.BATCH / (perf_counter() - start)),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
