"""One peer at one size, in a process of its own: python -m peers.measure NAME SIZE FILES DIRECTORY.

Prints a line of JSON for each figure as soon as it is there, so that what stops a peer half-way
takes nothing of what it did before. Answers come as digests, made outside the measured time.
"""

import gc
import hashlib
import importlib
import json
import os
import signal
import sys
from pathlib import Path
from time import perf_counter

import numpy as np

from peers import world
from peers.peer import memory, processor_time

ROUNDS_S = 6
LONGEST_S = 120
"""A question that takes longer is given up."""


def say(**figures):
    """Tell some figures."""
    print(json.dumps(figures), flush=True)


def digest(answer):
    """Return a short hash of an answer."""
    return hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()[:16]


def timed(work, asked):
    """Ask each question once; return the seconds of each, and the answers."""
    took, answers = [], []
    for one in asked:
        start = perf_counter()
        answer = work(one)
        took.append(perf_counter() - start)
        answers.append(answer)
    return np.array(took), answers


def rounds(work, asked, most):
    """Ask all questions again and again for some seconds; return the least time of each.

    Others use the machine: what is least tells best what an answer costs.
    """
    least, answers = timed(work, asked)
    took, again = least.sum(), 1
    while took < ROUNDS_S and again < most:
        more, _ = timed(work, asked)
        least, took, again = np.minimum(least, more), took + more.sum(), again + 1
    return least, answers


def card(peer, asked):
    """Ask for cards one by one."""
    took, answers = rounds(lambda one: peer.card(*one), asked.cards, asked.rounds)
    p50, p99 = (np.percentile(took, (50, 99)) * 1e6).round(1).tolist()
    told = [{str(source): list(seen) for source, seen in one.items()} for one in answers]
    return {"card_p50_us": p50, "card_p99_us": p99}, told


def in_ms(name, took):
    """Return the median in milliseconds."""
    return {name: round(float(np.median(took)) * 1e3, 3)}


def match_1k(peer, asked):
    """Ask which of 1,000 values are known."""
    took, [known] = rounds(peer.matches, [asked.some], asked.rounds)
    return in_ms("match_1k_ms", took), sorted(set(known))


def match_1m(peer, asked):
    """Ask which of 1,000,000 values are known."""
    took, [known] = rounds(peer.matches, [asked.million], asked.rounds)
    worked = processor_time()
    peer.matches(asked.million)
    cpu = {"match_1m_cpu_ms": round((processor_time() - worked) * 1e3)}
    return in_ms("match_1m_ms", took) | cpu, sorted(set(known))


def matrix(peer, asked):
    """Ask how many values each pair of sources shares."""
    took, [counts] = rounds(lambda _: peer.matrix(), [None], asked.rounds)
    return in_ms("matrix_ms", took), counts


def pivot(peer, asked):
    """Walk three steps from 20 values."""
    took, answers = rounds(peer.pivot, asked.starts, asked.rounds)
    return in_ms("pivot_ms", took) | {"pivot_values": sum(map(len, answers)) // 20}, answers


def network(peer, asked):
    """Search 20 networks."""
    took, answers = rounds(peer.network, asked.networks, asked.rounds)
    return in_ms("network_ms", took) | {"network_values": sum(n for n, _ in answers) // 20}, answers


def campaign(peer, asked):
    """Gather 20 campaigns."""
    took, answers = rounds(peer.campaign, asked.tags, asked.rounds)
    return in_ms("campaign_ms", took) | {"campaign_values": sum(map(len, answers)) // 20}, answers


QUESTIONS = (card, match_1k, match_1m, matrix, pivot, network, campaign)


def ask(peer, asked, question):
    """Ask one kind of question, and tell what it took."""
    name = question.__name__
    signal.alarm(LONGEST_S)
    try:
        figures, answer = question(peer, asked)
    except TimeoutError as error:
        say(stopped={name: str(error)})
    else:
        say(**figures, answers={name: digest(answer)})
    finally:
        signal.alarm(0)
    gc.collect()


def too_long(*_):
    """Give a question up."""
    raise TimeoutError(f"no answer in {LONGEST_S} s")


def main(name, size, files, directory):
    """Measure one peer."""
    files = sorted(Path(files).glob("*.parquet"))
    module = importlib.import_module(f"peers.{name}")
    asked = world.questions(int(size), files[0])
    say(version=module.PEER.version, how=module.PEER.how, busy=round(os.getloadavg()[0], 1))
    signal.signal(signal.SIGALRM, too_long)
    before = memory()
    peer = module.PEER(Path(directory))
    start, worked = perf_counter(), processor_time()
    peer.load(files)
    took, worked = perf_counter() - start, processor_time() - worked
    gc.collect()
    say(load_s=round(took, 2), load_cpu_s=round(worked, 2), ingest_per_s=round(int(size) / took))
    say(memory_mb=round((memory() - before) / 1e6))
    for question in QUESTIONS:
        ask(peer, asked, question)
    say(memory_mb=round((memory() - before) / 1e6), values=sum_of_values(peer))
    say(disk_mb=round(peer.disk() / 1e6, 1))
    start = perf_counter()
    peer.restart()
    peer.card(*asked.cards[0])
    say(restart_s=round(perf_counter() - start, 3))
    peer.close()


def sum_of_values(peer):
    """Return how many different values there are, where it is known without asking."""
    return len(peer.hub.moment.values) if hasattr(peer, "hub") else None


if __name__ == "__main__":
    main(*sys.argv[1:])
