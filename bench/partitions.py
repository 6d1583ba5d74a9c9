"""A hub in partitions, part by part: python bench/partitions.py -> bench/partitions.json.

Processor time of one core, so that the machine may be busy with other things. Each number of
partitions is measured in a process of its own, twice: one node that holds one partition and is
told everything, as in a cluster; and all partitions in one process, for what questions cost; the
same is asked of one hub. Two worlds: sightings of one value, and of two, that go to both.
"""

import json
import platform
import subprocess
import sys
from pathlib import Path
from time import process_time

import numpy as np
import world

from cure.hub.batch import Batch
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.memory import memory_of
from cure.hub.packing import pack_all
from cure.hub.partitions.asking import Asked, Asker
from cure.hub.partitions.hub import PartedHub
from cure.hub.partitions.wire import Wire
from cure.hub.view import Followed
from cure.model import Audience

KEY = HashKey.of(bytes(range(24)))
OPERATOR = Audience("local")
BATCHES = 10
PARTS = (1, 2, 4, 8)
FIGURES = Path(__file__).parent / "partitions.json"


def batch(i, mentions):
    """Return the i-th batch of the world, so many values a record."""
    one = world.batch(i)
    if mentions == 1:
        return one
    rows = np.arange(0, len(one), mentions)
    columns = (one.source, one.label, one.first, one.last, one.counts)
    ends = np.arange(mentions, len(one) + 1, mentions, dtype=np.uint32)
    return Batch(*one[:3], *(each[rows] for each in columns), ends, *one[9:])


def rss_mb():
    """Return VmRSS of this process in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if "VmRSS" in line).split()[1]) / 1000


def filled(hub, mentions):
    """Fill a hub; return how long it took."""
    spent = 0.0
    for i in range(BATCHES):
        some = batch(i, mentions)
        start = process_time()
        hub.accept(some)
        spent += process_time() - start
    return spent


def node(parts, mentions):
    """Measure a node that holds one of the partitions."""
    batch(0, mentions)
    before = rss_mb()
    hub = PartedHub(KEY, count=parts, held=[0], ask=lambda _asker, _asked: [])
    spent = filled(hub, mentions)
    moment = hub.partitions[0].moment
    bytes_of = memory_of(moment.hub)
    bytes_of["numbers"] = moment.numbers.nbytes + moment.stamps.nbytes
    return {
        "followed_per_s": round(len(hub) / spent),
        "records": len(moment.numbers),
        "own_values": int(np.count_nonzero(moment.hub.share.is_own(moment.hub.values.hashes))),
        "all_values": len(moment.hub.values),
        "bytes": bytes_of,
        "bytes_all": sum(bytes_of.values()),
        "rss_mb": round(rss_mb() - before),
    }


def median_ms(work, runs):
    """Return the median time of a piece of work in milliseconds."""
    took = []
    for _ in range(runs):
        start = process_time()
        work()
        took.append(process_time() - start)
    return round(float(np.median(took)) * 1e3, 3)


def whole(parts, mentions):
    """Measure questions to all partitions in one process; 0: to one hub."""
    hub = PartedHub(KEY, count=parts) if parts else Hub(KEY)
    spent = filled(hub, mentions)
    gate = Gate(hub)
    asked = world.asked(5000)
    found = gate.view(OPERATOR)
    turn = iter(asked)
    figures = {
        "sightings": len(hub),
        "ingest_per_s": round(len(hub) / spent),
        "card_ms": median_ms(lambda: found.card(next(turn)), 2000),
        "match_1000_ms": median_ms(lambda: found.match(asked[:1000]), 9),
        "links_ms": median_ms(lambda: gate_links(hub), 9),
        "search_network_ms": median_ms(lambda: found.search("192.0.0.0/14", limit=100), 9),
        "search_suffix_ms": median_ms(lambda: found.search("*.example7.com", limit=100), 9),
        "pivot_ms": median_ms(lambda: found.pivot(asked[0], 2, 100), 9),
        "campaign_ms": median_ms(lambda: found.campaign([asked[1]], 100), 9),
        "arrived_1000_ms": median_ms(lambda: found.arrived(0, 1000, Followed()), 9),
        "sources_ms": median_ms(found.sources, 5),
    }
    return figures | (over_the_wire(hub, found, asked) if parts else {})


def gate_links(hub):
    """Ask for the links of a view that remembers none."""
    return Gate(hub).view(OPERATOR).links()


def over_the_wire(hub, view, asked):
    """Measure what turning questions and answers into bytes and back adds."""
    here, there = Wire(), Wire()
    asker: Asker = view.asker

    def ask(one):
        question = here.question(asker, one)
        answer = there.answer(question, hub.part)
        here.told(one, answer)
        return len(question), len(answer)

    cards = [Asked(int(view.parts_of(pack_all([one]))[0]), "card", (one,)) for one in asked[:500]]
    turn = iter(cards * 4)
    sizes = [ask(one) for one in cards]
    own = [one for one in asked if int(view.parts_of(pack_all([one]))[0]) == 0][:125]
    many = Asked(0, "match", (own,))
    matched = ask(many)
    return {
        "wire_card_ms": median_ms(lambda: ask(next(turn)), 500),
        "wire_card_bytes": round(float(np.mean([sum(one) for one in sizes]))),
        "wire_match_bytes_a_value": round(sum(matched) / max(len(own), 1)),
    }


def main():
    """Measure all, each in a process of its own."""
    if len(sys.argv) > 1:
        kind, parts, mentions = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
        print(json.dumps((node if kind == "node" else whole)(parts, mentions)))
        return
    figures = {"machine": platform.processor() or platform.machine(), "batches": BATCHES}
    for mentions in (1, 2):
        for parts in (0, *PARTS):
            for kind in ("node", "whole") if parts else ("whole",):
                command = [sys.executable, __file__, kind, str(parts), str(mentions)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                one = json.loads(done.stdout)
                figures.setdefault(f"values_{mentions}", {}).setdefault(str(parts), {})[kind] = one
                print(mentions, parts, kind, one)
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
