"""Vectors of addresses: how well they tell operators apart, how fast they are for a million.

    python bench/similar.py                       everything; about a minute
    python bench/similar.py real                  labelled data beside the project
    python bench/similar.py scale [--addresses N] invented events: build, memory, questions
    python bench/similar.py groups                see similar_groups.py

Scored by tools/similar/score_similar.py beside the project. X24: the 7 nearest labelled
addresses vote, those of the query's /24 left out; accuracy, weighted F1 and precision at 10.
Nothing was tuned to one of the sets: docs/similar.md says how the parts were chosen.
"""

import argparse
import csv
import gzip
import json
import resource
import runpy
import tempfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import similar_groups
import similar_uqo

from cure.enrichers.behaviour.event_lists import read_events
from cure.enrichers.behaviour.vectors import build

SHARED = Path(__file__).parents[2] / "shared"
DATA = SHARED / "data" / "similar"
SCORER = SHARED / "tools" / "similar" / "score_similar.py"
LABELLED_SERVICES = ("http", "tls", "dns")
SEEDS = 4


def labels_of(name):
    """Return the label of each address."""
    with gzip.open(DATA / name, "rt") as lines:
        return {row["src_ip"]: row["label"] for row in csv.DictReader(lines)}


def kept(events, rows):
    """Return the events of these rows, and the addresses that have some."""
    numbers, ip = np.unique(events.ip[rows], return_inverse=True)
    of = np.full(len(events.ips), -1)
    of[numbers] = np.arange(len(numbers))
    brought = of[events.payload_ip] >= 0
    return replace(
        events,
        ips=[events.ips[number] for number in numbers],
        ip=ip.astype(np.uint32),
        at=events.at[rows],
        service=events.service[rows],
        count=events.count[rows],
        payload_ip=of[events.payload_ip[brought]].astype(np.uint32),
        payload_token=events.payload_token[brought],
        payload_count=events.payload_count[brought],
    )


def sets():
    """Yield the name of each set, its events, labels and queries."""
    queries = set((DATA / "q_selfdeploy24.txt").read_text().split())
    labels = labels_of("selfdeploy24_labels.csv.gz")
    events = read_events(DATA / "selfdeploy24_events.csv.gz").events
    yield "selfdeploy24, all services", events, labels, queries
    numbers = [events.tokens.index(name) for name in LABELLED_SERVICES]
    of_three = kept(events, np.isin(events.service, numbers))
    yield "selfdeploy24, http tls dns", of_three, labels, queries
    middle = (events.at.min() + events.at.max()) // 2
    yield "selfdeploy24, first half", kept(events, events.at < middle), labels, None
    yield "selfdeploy24, second half", kept(events, events.at >= middle), labels, None
    labels = labels_of("uqo_labels_public.csv.gz")
    yield "uqo, ports", read_events(DATA / "uqo_multihoneypot_events.csv.gz").events, labels, None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "events.csv.gz"
        similar_uqo.write(DATA / "uqo_raw", out)
        yield "uqo, ports and payload", read_events(out).events, labels, None


def real():
    """Score the vectors of every set, and on the whole of the first, of other seeds."""
    score = runpy.run_path(str(SCORER))["score"]
    told = {}
    for name, events, labels, queries in sets():
        start = perf_counter()
        vectors = build(events)
        took = perf_counter() - start
        found = score(vectors.ips, vectors.joined(), labels, queries)["X24"]
        told[name] = _figures(found) | {"queries": found["n"], "build_s": round(took, 2)}
        if name in {"selfdeploy24, all services", "uqo, ports and payload"}:
            others = [
                score(vectors.ips, build(events, seed=seed).joined(), labels, queries)["X24"]
                for seed in range(1, SEEDS)
            ]
            least = {key: min(_figures(one)[key] for one in others) for key in _figures(found)}
            told[name]["least of other seeds"] = least
        if name == "selfdeploy24, all services":
            told["DarkVec (gensim)"] = darkvec(events, vectors.ips, score, labels, queries)
    return told


def _figures(found):
    return {"accuracy": found["acc"], "weighted_f1": found["weightedF1"], "p_at_10": found["p10"]}


def darkvec(events, ips, score, labels, queries):
    """Score DarkVec (CoNEXT'21) as published: words are addresses, sentences services' hours."""
    if find_spec("gensim") is None:
        return "left out: gensim is not installed (python -m pip install gensim)"
    from gensim.models import Word2Vec  # noqa: PLC0415  a benchmark's own

    order = np.lexsort((events.at, events.service))
    hour = events.at[order] // 3_600_000_000
    cuts = np.flatnonzero((np.diff(events.service[order]) != 0) | (np.diff(hour) != 0)) + 1
    sentences = [[ips[ip] for ip in part] for part in np.split(events.ip[order], cuts)]
    start = perf_counter()
    model = Word2Vec(
        sentences, vector_size=50, window=25, min_count=1, sg=1, epochs=20, seed=1, workers=1
    )
    took = perf_counter() - start
    rows = np.array([model.wv[ip] for ip in ips])
    return _figures(score(ips, rows, labels, queries)["X24"]) | {"build_s": round(took, 1)}


def scale(addresses):
    """Measure a build, an update of a hundred addresses, and questions, over invented events."""
    events = similar_groups.invented(addresses)
    told = {"addresses": addresses, "events": len(events.at)}
    start, worked = perf_counter(), process_time()
    vectors = build(events)
    told |= {
        "build_s": round(perf_counter() - start, 1),
        "build_cpu_s": round(process_time() - worked, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "rows_mb": vectors.rows.nbytes // 1_000_000,
    }
    took = []
    for number in np.random.default_rng(1).integers(0, addresses, 200):
        start = perf_counter()
        vectors.similar(int(number), 20, 0.7)
        took.append(perf_counter() - start)
    told["similar_ms"] = {
        f"p{part}": round(float(np.percentile(took, part)) * 1000, 1) for part in (50, 95)
    }
    few = kept(events, events.ip < 100)
    start = perf_counter()
    vectors.updated(few)
    return told | {"update_of_100_s": round(perf_counter() - start, 2)}


def main():
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "part", nargs="?", choices=("all", "real", "scale", "groups"), default="all"
    )
    parser.add_argument("--addresses", type=int, default=1_000_000)
    asked = parser.parse_args()
    parts = {
        "scale": lambda: scale(asked.addresses),
        "real": real,
        "groups": similar_groups.real,
    }
    for name, measure in parts.items():
        if asked.part in {"all", name}:
            print(json.dumps({name: measure()}, indent=2))


if __name__ == "__main__":
    main()
