"""make bench-peers: all peers on the same data, and bench/peers.json, docs/peers.md and its plots.

Measured before stays, unless it is measured again: python -m peers --peers duckdb --sizes 1000000
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from run import machine

from peers import page, world
from peers.sizes import PEERS, SIZES

HERE = Path(__file__).parent
BENCH = HERE.parent
LIMIT_S = 1800
LIMIT_MB = 18_000


def python_of(name):
    """Return the interpreter of a peer: its own, if it has an environment of its own."""
    own = BENCH.parent / ".peers" / name / "bin" / "python"
    return os.environ.get(f"PYTHON_{name.upper()}") or (
        str(own) if own.exists() else sys.executable
    )


def expected(measured, name, size):
    """Return why a peer need not be tried at a size, from what it did at the next smaller one."""
    smaller = [
        n for n in SIZES if n < size and "memory_mb" in measured.get(f"{n}", {}).get(name, {})
    ]
    if not smaller:
        return None
    told = measured[f"{smaller[-1]}"][name]
    seconds, mb = size / told["ingest_per_s"], told["memory_mb"] * size / smaller[-1]
    at = f"at the rate of {smaller[-1]:,}"
    if seconds > LIMIT_S:
        return f"not tried: the load alone would take {seconds / 60:,.0f} minutes {at}"
    if mb > LIMIT_MB and name in {"cure", "redis"}:
        return f"not tried: it would take {mb / 1000:,.0f} GB of memory, from {smaller[-1]:,}"
    return None


def measure(name, size, files, work):
    """Measure a peer in a process of its own; return its figures and what stopped it, if any."""
    directory = Path(tempfile.mkdtemp(prefix=f"cure-peer-{name}-", dir=work))
    directory.chmod(0o755)
    command = [python_of(name), "-m", "peers.measure", name, str(size), str(files), str(directory)]
    running = subprocess.Popen(
        command, cwd=BENCH, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    told, why = {}, None
    try:
        out, err = running.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        out, err = running.communicate()
        why = f"not finished in {LIMIT_S} s"
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
    if running.returncode and not why:
        why = err.strip().rpartition("\n")[2] or f"ended with {running.returncode}"
    for line in out.splitlines():
        figures = json.loads(line)
        for group in ("answers", "stopped"):
            told.setdefault(group, {}).update(figures.pop(group, {}))
        told |= figures
    shutil.rmtree(directory)
    return told | ({"why": why} if why else {})


def main():
    """Measure, write the figures down, and make the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peers", default=",".join(PEERS))
    options.add_argument("--sizes", default=",".join(map(str, SIZES)))
    options.add_argument("--work", type=Path, help="where to put the data (default: a new folder)")
    options.add_argument("--out", type=Path, default=BENCH / "peers.json")
    chosen = options.parse_args()
    results = json.loads(chosen.out.read_text()) if chosen.out.exists() else {"sizes": {}}
    measured = results["sizes"]
    work = chosen.work or Path(tempfile.mkdtemp(prefix="cure-peers-"))
    work.chmod(0o755)
    for size in map(int, chosen.sizes.split(",")):
        files = work / f"sightings-{size}"
        print(f"… {size:,} sightings", file=sys.stderr, flush=True)
        world.write(size, files)
        for name in chosen.peers.split(","):
            why = expected(measured, name, size)
            told = {"why": why} if why else measure(name, size, files, work)
            measured.setdefault(str(size), {})[name] = told
            print(f"  {name}: {json.dumps(told)}", file=sys.stderr, flush=True)
            results["machine"] = machine() | {"kernel": platform.release()}
            results["measured_at"] = datetime.now(UTC).isoformat(timespec="seconds")
            chosen.out.write_text(json.dumps(results, indent=1) + "\n")
        if not chosen.work:
            shutil.rmtree(files)
    if chosen.out == BENCH / "peers.json":
        page.write(results)


if __name__ == "__main__":
    main()
