"""Groups of addresses: how good on labelled data, how fast for a million addresses.

    python bench/similar_groups.py [--json]             quality, on the real data beside the project
    python bench/similar_groups.py --addresses 1000000  time and memory, on invented events

Definitions, after the table of §3.3 of the design; addresses with three events or more are
compared, those without a label count for cover only:

- groups: how many have five members or more.
- cover: the share of the compared addresses that stand in such a group.
- purity: of the labelled addresses in groups, the share that has the most frequent label of the
  labelled in its group.
- v: V-measure (Rosenberg and Hirschberg 2007, beta 1) of labels and groups, over the same.
- pair_precision: of all pairs of labelled addresses of one group that stand in different /24s
  (of IPv6: /48s), the share that has one label; pairs: how many there are.
"""

import argparse
import csv
import gzip
import json
import resource
from collections import Counter
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from cure.enrichers.behaviour.event_lists import read_events
from cure.enrichers.behaviour.events import Events
from cure.enrichers.behaviour.vectors import build
from cure.enrichers.groups.bursts import bursts
from cure.enrichers.groups.description import network
from cure.enrichers.groups.grouping import groups
from cure.enrichers.groups.neighbours import nearest

REAL = Path(__file__).parents[2] / "shared" / "data" / "similar"
SETS = {
    "selfdeploy24": ("selfdeploy24_events.csv.gz", "selfdeploy24_labels.csv.gz"),
    "uqo": ("uqo_multihoneypot_events.csv.gz", "uqo_labels_public.csv.gz"),
}
TOGETHER = 0.6  # of the invented addresses: organisations and bots
RECALL_UP_TO = 200_000  # beyond, it takes longer than all the rest
LABELLED_SERVICES = ("http", "tls", "dns")  # those of selfdeploy24 that the labels come from


def only(events, rows):
    """Keep some of the events; payload tokens, which carry no time, are left out."""
    none = np.empty(0, np.uint32)
    return replace(
        events,
        ip=events.ip[rows],
        at=events.at[rows],
        service=events.service[rows],
        count=events.count[rows],
        payload_ip=none,
        payload_token=none,
        payload_count=none,
    )


def entropy(counts):
    """Return the entropy of counts in nats."""
    shares = np.array([count for count in counts if count], float)
    shares /= shares.sum()
    return float(-(shares * np.log(shares)).sum())


def v_measure(pairs):
    """Return the V-measure of (label, group) pairs."""
    label = entropy(Counter(one for one, _ in pairs).values())
    group = entropy(Counter(other for _, other in pairs).values())
    both = entropy(Counter(pairs).values())
    homogeneous = (label + group - both) / label if label else 1.0
    complete = (label + group - both) / group if group else 1.0
    total = homogeneous + complete
    return 2 * homogeneous * complete / total if total else 0.0


def twins(counts):
    """Return how many pairs can be drawn of one kind."""
    return sum(count * (count - 1) // 2 for count in counts)


def crossing(members, labels):
    """Count pairs of labelled addresses in different networks: those of one label, and all."""
    known = [(labels[ip], network(ip)) for ip in members if ip in labels]
    alike = twins(Counter(label for label, _ in known).values())
    alike -= twins(Counter(known).values())
    pairs = twins((len(known),)) - twins(Counter(net for _, net in known).values())
    return alike, pairs


def quality(sets, labels, compared):
    """Score sets of addresses by the definitions above."""
    pairs = [(labels[ip], at) for at, some in enumerate(sets) for ip in some if ip in labels]
    best = Counter()
    for (_, at), count in Counter(pairs).items():
        best[at] = max(best[at], count)
    crossed = [crossing(some, labels) for some in sets]
    alike, crossing_pairs = sum(one for one, _ in crossed), sum(all_ for _, all_ in crossed)
    return {
        "groups": len(sets),
        "cover": round(sum(map(len, sets)) / max(1, compared), 3),
        "purity": round(best.total() / len(pairs), 3) if pairs else None,
        "v": round(v_measure(pairs), 3) if pairs else None,
        "pair_precision": round(alike / crossing_pairs, 3) if crossing_pairs else None,
        "pairs": crossing_pairs,
    }


def scored(events, labels):
    """Group events, and score the broad and the strict groups."""
    start = perf_counter()
    vectors = build(events)
    built = perf_counter()
    found = groups(vectors, events)
    strict = [core for group in found.groups for core in group.identical]
    return {
        "compared": found.compared,
        "labelled": sum(ip in labels for ip in np.array(events.ips)[vectors.known]),
        "build_s": round(built - start, 1),
        "groups_s": round(perf_counter() - built, 1),
        "broad": quality([group.members for group in found.groups], labels, found.compared),
        "strict": quality(strict, labels, found.compared),
    }


def real():
    """Score the real sets: whole, and the halves of the larger one by time."""
    told = {}
    for name, (listed, labelled) in SETS.items():
        events = read_events(REAL / listed).events
        with gzip.open(REAL / labelled, "rt") as lines:
            rows = [(row["src_ip"], row["label"]) for row in csv.DictReader(lines)]
        labels = {ip: label for ip, label in rows if label != "unknown"}
        told[name] = scored(events, labels)
        if name == "selfdeploy24":
            told[f"{name}, all services"] = told.pop(name)
            wanted = [events.tokens.index(token) for token in LABELLED_SERVICES]
            events = only(events, np.isin(events.service, wanted))
            middle = np.median(events.at)
            told[name] = scored(events, labels)
            told[f"{name}, first half"] = scored(only(events, events.at < middle), labels)
            told[f"{name}, second half"] = scored(only(events, events.at >= middle), labels)
    return told


def invented(addresses, seed=7, days=5):
    """Invent events as a telescope sees them, about ten per address.

    A tenth of the addresses belong to scanning organisations, whose hosts probe a port together
    within the window of a job; half are bots with one or a few ports and the hours of a day; the
    rest come at any time for any port.
    """
    chance = np.random.default_rng(seed)
    at, ip, port = [], [], []

    def say(when, who, what):
        at.append(np.broadcast_to(when, who.shape).astype(np.float64))
        ip.append(who)
        port.append(np.broadcast_to(what, who.shape))

    first, organised = 0, addresses // 10
    while first < organised:
        hosts = np.arange(first, min(organised, first + int(chance.integers(20, 400))))
        ports = chance.integers(1, 65536, int(chance.integers(5, 400)))
        for _ in range(8):
            who = hosts[chance.random(len(hosts)) < 0.8].repeat(2)
            start = chance.uniform(0, days * 86400 - 3600)
            say(start + chance.uniform(0, 1800, len(who)), who, chance.choice(ports))
        first = int(hosts[-1]) + 1
    bots = np.arange(organised, int(TOGETHER * addresses))
    family = chance.integers(0, 40, len(bots))
    base = chance.choice((23, 2323, 445, 5555, 22, 80, 8080, 7547, 1433, 6379, 37215, 52869), 120)
    count = 3 + chance.poisson(6, len(bots))
    who = bots.repeat(count)
    kind = family.repeat(count)
    wake = chance.uniform(0, 86400 * (days - 1), len(bots)).repeat(count)
    pause = 10 ** (0.5 + kind % 8 / 2) * chance.exponential(1, len(who))
    say(wake + pause, who, base[3 * kind + np.minimum(2, chance.poisson(0.4, len(who)))])
    others = np.arange(int(TOGETHER * addresses), addresses)
    who = others.repeat(3 + np.minimum(400, chance.pareto(1.2, len(others)) * 3).astype(int))
    say(chance.uniform(0, days * 86400, len(who)), who, chance.integers(1, 65536, len(who)))
    seconds, who, what = np.concatenate(at), np.concatenate(ip), np.concatenate(port)
    none = np.empty(0, np.uint32)
    return Events(
        [f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in range(addresses)],
        [f"tcp/{number}" for number in range(65536)],
        who.astype(np.uint32),
        ((1_735_689_600 + seconds) * 1e6).astype(np.int64),
        what.astype(np.uint32),
        np.ones(len(who), np.uint32),
        none,
        none,
        none,
    )


def memory_gb():
    """Return the largest memory of this process so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)


def recall(vectors, asked=600):
    """Return the share of true neighbours that the search for many addresses finds.

    Apart for those who act together (organisations and bots) and those who come at random, of
    whom every neighbour is as good as the next.
    """
    rows = vectors.joined()
    near = nearest(rows, 10, every_pair_up_to=0)
    chosen = np.random.default_rng(1).choice(len(rows), asked, replace=False)
    hits = np.zeros(asked)
    for at, one in enumerate(chosen):
        cosines = rows @ rows[one]
        cosines[one] = -1
        tenth = np.partition(cosines, -10)[-10]
        hits[at] = (cosines[near.numbers[one]] >= tenth - 1e-6).mean()
    together = chosen < TOGETHER * len(rows)
    return {
        "together": round(float(hits[together].mean()), 3),
        "at_random": round(float(hits[~together].mean()), 3),
    }


def scale(addresses):
    """Measure one run over invented events, and a second one that keeps the names."""
    events = invented(addresses)
    told = {"addresses": addresses, "events": len(events.at), "events_gb": memory_gb()}
    start = perf_counter()
    vectors = build(events)
    told |= {"build_s": round(perf_counter() - start, 1), "build_gb": memory_gb()}
    start, worked = perf_counter(), process_time()
    found = groups(vectors, events)
    told |= {"groups_s": round(perf_counter() - start, 1), "groups_gb": memory_gb()}
    told |= {"groups_cpu_s": round(process_time() - worked, 1)}
    told |= {"groups": len(found.groups), "compared": found.compared}
    start = perf_counter()
    told |= {"bursts": len(bursts(events)), "bursts_s": round(perf_counter() - start, 1)}
    if addresses <= RECALL_UP_TO:
        told["recall"] = recall(vectors)
    return told


def main():
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--addresses", type=int)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    told = scale(asked.addresses) if asked.addresses else real()
    if asked.json or asked.addresses:
        print(json.dumps(told, indent=2))
        return
    for name, figures in told.items():
        print(f"{name}: {figures['compared']} addresses, {figures['labelled']} labelled")
        for kind in ("broad", "strict"):
            print(f"  {kind}: {figures[kind]}")


if __name__ == "__main__":
    main()
