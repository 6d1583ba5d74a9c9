"""make bench: measures the figures that docs/performance.md promises, and fails on none.

Writes bench/results.json and prints a table. Sizes may be given for a quick look:
python bench/run.py --sightings 2000000
"""

import argparse
import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
COWRIE = HERE.parents[1] / "shared" / "data" / "honeypot" / "cowrie"
# name, what it is, unit, limit, whether more is better
FIGURES = [
    ("index_per_s", "index only, batches of 100k: sightings", "/s", 900_000, True),
    ("index_peak_mb", "index only: memory of the process, peak", "MB", 1500, False),
    ("http_records_per_s", "durable, over HTTP, canonical NDJSON: records", "/s", 40_000, True),
    ("cowrie_lines_per_s", "`cure ingest cowrie`, whole process: lines", "/s", 30_000, True),
    ("card_p50_us", "card in process, p50", "µs", 60, False),
    ("card_p99_us", "card in process, p99", "µs", 250, False),
    ("http_card_p99_ms", "card over HTTP at 500 requests/s, p99", "ms", 5, False),
    ("match_1m_ms", "1,000,000 values matched in process", "ms", 400, False),
    ("http_match_1k_ms", "POST match of 1,000 values", "ms", 15, False),
    ("matrix_ms", "link matrix of 16 sources", "ms", 15, False),
    ("restart_s", "restart from snapshot, until it answers", "s", 6, False),
    ("busy_card_p50_us", "while the index fills: card p50", "µs", 120, False),
    ("busy_card_p99_us", "while the index fills: card p99", "µs", 500, False),
    ("busy_matrix_ms", "while the index fills: link matrix", "ms", 30, False),
    ("busy_http_card_p99_ms", "while records come over HTTP: card p99", "ms", 10, False),
]


def step(script, *arguments):
    """Run one part in a process of its own and return its figures."""
    print(f"… {script} {' '.join(map(str, arguments))}", file=sys.stderr, flush=True)
    command = [sys.executable, HERE / script, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout) if done.stdout else {}


def cowrie(directory):
    """Ingest a Cowrie log as a user would: the real ones, or else those of the demo's world."""
    log = directory / "cowrie.json"
    parts = sorted(COWRIE.rglob("*.gz"))
    if parts:
        log.write_bytes(b"".join(gzip.decompress(part.read_bytes()) for part in parts))
    else:
        world = directory / "demo"
        command = ["demo", "--no-serve", "--rate", "10", "--data", str(world)]
        subprocess.run([sys.executable, "-m", "cure", *command], check=True, stdout=sys.stderr)
        logs = sorted(world.rglob("cowrie*.json*"))
        log.write_bytes(b"".join(one.read_bytes() for one in logs))
    command = ["ingest", "cowrie", str(log), "--data", str(directory / "cowrie"), "--json"]
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-m", "cure", *command], check=True, stdout=subprocess.PIPE
    )
    seconds = os.times().elapsed - before.elapsed
    told = json.loads(done.stdout)
    return {"cowrie_lines": told["lines"], "cowrie_lines_per_s": round(told["lines"] / seconds)}


def machine():
    """Name the machine."""
    cpus = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": f"{len(cpus)} × {cpus[0]}" if cpus else platform.machine(),
        "memory_gib": round(memory, 1),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": platform.platform(),
    }


def main():
    """Measure all and write it down."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sightings", type=int, default=20_000_000)
    options.add_argument("--work", type=Path, help="where to put the data (default: a new folder)")
    chosen = options.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="cure-bench-", dir=chosen.work))
    try:
        figures = step("index.py", chosen.sightings)
        figures |= cowrie(directory)
        step("fill.py", directory / "filled", chosen.sightings)
        figures |= step("server.py", directory / "filled")
    finally:
        shutil.rmtree(directory)
    results = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "figures": figures,
    }
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    print(table(results))


def table(results):
    """Return the figures beside their limits, in Markdown."""
    told = results["machine"]
    lines = [
        (
            f"{told['cpu']}, {told['memory_gib']} GiB, Python {told['python']}, "
            f"NumPy {told['numpy']}; {results['figures']['sightings']:,} sightings, "
            f"{results['figures']['values']:,} values; {results['measured_at'][:10]}"
        ),
        "",
        "| what | measured | limit | |",
        "|---|---:|---:|---|",
    ]
    for name, what, unit, limit, more in FIGURES:
        got = results["figures"].get(name)
        if got is not None:
            held = got >= limit if more else got <= limit
            bound = f"{'≥' if more else '≤'} {limit:,} {unit}"
            lines.append(f"| {what} | {got:,} {unit} | {bound} | {'✓' if held else 'missed'} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
