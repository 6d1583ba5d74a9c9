"""What a load says in figures, beside what is wanted."""

import json
import os
import platform
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faults.load.asking import KINDS
from faults.load.driving import Outcome
from faults.load.gauge import Reading
from faults.sizes import ASKED

RESULTS = Path(__file__).parents[3] / "bench" / "load.json"
_WANTED_MS = {"value": 50, "links": 100, "search": 300}
_MB = 1 << 20


class Figure(NamedTuple):
    """One figure.

    Attributes:
        what: What was measured.
        value: The figure.
        unit: Its unit.
        most: What it may be at most; None: it is told for its own sake.
    """

    what: str
    value: float
    unit: str
    most: float | None = None

    @property
    def row(self) -> str:
        """A row of a table in Markdown."""
        wanted = "" if self.most is None else f"≤ {self.most:g} {self.unit}"
        met = "" if self.most is None else "✓" if self.value <= self.most else "✗"
        return f"| {self.what} | {self.value:,.4g} {self.unit} | {wanted} | {met} |"


def spread(
    what: str, ms: Sequence[float] | NDArray[np.float64], most: float | None
) -> Iterator[Figure]:
    """Yield median, 99th percentile and maximum of all samples; the percentile is judged."""
    if len(ms):
        p50, p99, longest = np.percentile(np.array(ms), (50, 99, 100)).tolist()
        yield Figure(f"{what}, p50", p50, "ms")
        yield Figure(f"{what}, p99", p99, "ms", most)
        yield Figure(f"{what}, max", longest, "ms")


def acknowledging(
    out: Outcome, since: float, until: float, what: str, *, most: float | None = 100
) -> Iterator[Figure]:
    """Yield how long acknowledgements took of what was due in a stretch of the load."""
    posted = out.posted
    due = posted.due - out.begin
    those = (due >= since) & (due < until) & (posted.statuses == HTTPStatus.OK)
    yield from spread(what, (posted.answered - posted.due)[those] * 1e3, most)


def answering(out: Outcome, since: float, until: float, what: str) -> Iterator[Figure]:
    """Yield how long answers took to questions that were due in a stretch of the load."""
    for kind in KINDS:
        ms = [
            one.seconds * 1e3
            for one in out.asked
            if one.kind == kind and since <= one.due - out.begin < until
        ]
        yield from spread(f"{what} ({kind})", ms, _WANTED_MS[kind])


def telling(out: Outcome, since: float, until: float, what: str) -> Iterator[Figure]:
    """Yield how long it took from a publisher's rhythm to subscribers that read."""
    some = [
        (late * 1e3, count)
        for one in out.followers
        if one.pace == "quick"
        for at, late, count in one.delays
        if since <= at - out.begin < until
    ]
    if some:
        late, counts = np.array(some).T
        order = np.argsort(late)
        upto = np.cumsum(counts[order]) / counts.sum()
        for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
            at = min(int(np.searchsorted(upto, share)), len(order) - 1)
            most = 1000 if name == "p99" else None
            yield Figure(f"{what}, {name}", float(late[order[at]]), "ms", most)


def taking(readings: Sequence[Reading]) -> Iterator[Figure]:
    """Yield what the server took of the machine."""
    first, last = readings[0], readings[-1]
    yield Figure("server: memory at the beginning", first.rss / _MB, "MB")
    yield Figure("server: memory at the end", last.rss / _MB, "MB")
    yield Figure("server: memory, most", max(one.rss for one in readings) / _MB, "MB")
    yield Figure("server: descriptors, most", max(one.fds for one in readings), "")
    yield Figure("server: threads, most", max(one.threads for one in readings), "")
    spent = (last.cpu_s - first.cpu_s) / (last.at - first.at)
    yield Figure("server: cores in use", spent, "cores")


def slope(readings: Sequence[Reading]) -> float:
    """Return by how many per cent memory grows in ten minutes, as a line through all readings."""
    at, rss = np.array([(one.at, one.rss) for one in readings]).T
    per_s, _ = np.polyfit(at - at[0], rss, 1)
    return float(per_s * 600 / rss.mean() * 100)


def refused(out: Outcome, since: float, until: float, what: str) -> Figure:
    """Return how many posts were not acknowledged of what was due in a stretch of the load."""
    due = out.posted.due - out.begin
    those = (due >= since) & (due < until)
    return Figure(what, int(np.count_nonzero(out.posted.statuses[those] != HTTPStatus.OK)), "", 0)


def counting(out: Outcome) -> Iterator[Figure]:
    """Yield what was sent, kept and told."""
    statuses = Counter(out.posted.statuses.tolist())
    for status, count in sorted(statuses.items()):
        yield Figure(f"posts answered with {status}", count, "")
    for status, count in sorted(Counter(one.status for one in out.asked).items()):
        yield Figure(f"questions answered with {status}", count, "")
    yield Figure("records kept", len(out.stored), "")
    yield Figure("acknowledged records lost", len(out.lost()), "", 0)
    yield Figure("records kept twice", out.twice, "", 0)
    yield Figure("records told, all subscribers", sum(one.got.records for one in out.followers), "")
    yield Figure("subscribers told otherwise than once of all", len(out.misinformed()), "", 0)
    yield Figure("load: cores in use", out.driver_cpu, "cores")


def write(name: str, plan: str, figures: Sequence[Figure]) -> str:
    """Keep the figures of a run beside those of others; return them as a table."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known[f"{name}, long" if ASKED == "soak" else name] = {
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "machine": machine(),
        "load": plan,
        "figures": {one.what: [round(one.value, 4), one.unit, one.most] for one in figures},
    }
    RESULTS.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")
    head = f"{plan}\n{machine()}\n\n| what | measured | wanted | |\n|---|---:|---:|---|\n"
    return head + "\n".join(one.row for one in figures)


def machine() -> str:
    """Say on what this runs."""
    [model, *_] = [
        line.partition(": ")[2]
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ] or ["?"]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {model}, {memory:.1f} GiB, Python {platform.python_version()}"
