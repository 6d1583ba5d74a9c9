"""How fast each publisher reads real data: `cure parse` and `cure ingest`, start to exit.

Writes bench/results/publishers.json and the table of docs/throughput.md. The data lie beside the
checkout, in ../shared/data. For a quick look: python bench/publishers.py spamdb --runs 1
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from time import perf_counter
from typing import NamedTuple

from run import HERE, machine

DATA = HERE.parents[1] / "shared" / "data"
RESULTS = HERE / "results" / "publishers.json"
PAGE = HERE.parent / "docs" / "throughput.md"
BEGIN, END = "<!-- begin: bench/publishers.py -->", "<!-- end -->"
ENOUGH_S = 5.0
"""What is read faster is read several times over, so that the start hardly counts."""
MOST_TIMES = 500


class Load(NamedTuple):
    """What is read in one measurement.

    Attributes:
        publisher: Who reads it.
        what: Of which kind it is.
        unit: What is counted.
        patterns: Where it lies.
    """

    publisher: str
    what: str
    unit: str
    patterns: tuple[str, ...]

    @property
    def name(self):
        """Name it."""
        return f"{self.publisher}, {self.what}"

    def files(self):
        """List its files."""
        found = [path for pattern in self.patterns for path in sorted(DATA.glob(pattern))]
        if not found:
            sys.exit(f"{self.name}: nothing lies in {DATA}")
        return found


LOADS = (
    Load("cowrie", "logs", "lines", ("honeypot/cowrie",)),
    Load("dionaea", "logs", "lines", ("honeypot/dionaea/*/*.json*",)),
    Load("dionaea", "databases", "rows", ("honeypot/dionaea/*/*.sqlite*",)),
    Load("glastopf", "events and reports", "lines", ("honeypot/glastopf", "honeypot/tanner")),
    Load("haguregumo", "attacks", "lines", ("haguregumo",)),
    Load("amppot", "logs", "lines", ("amppot/*/*.log*",)),
    Load("amppot", "databases", "rows", ("amppot/*/*.sqlite3*",)),
    Load("nicter", "p0f", "lines", ("nicter/*.jsonl.gz",)),
    Load("nicter", "captures", "packets", ("nicter/*.pcap.gz",)),
    Load("nirvana", "EVE", "lines", ("nirvana_kai/suricata-eve",)),
    Load("nirvana", "Zeek", "lines", ("nirvana_kai/zeek-wrccdc-2018",)),
    Load("stardust", "captures", "packets", ("stardust/pcap",)),
    Load("stardust", "Zeek and hosts", "lines", ("stardust/zeek", "stardust/host")),
    Load("endpoint", "Sysmon as JSON", "lines", ("endpoint/sysmon-json",)),
    Load("endpoint", "EVTX", "records", ("endpoint/evtx",)),
    Load("endpoint", "Defender", "lines", ("endpoint/*.csv.gz",)),
    Load("warpdrive", "HAR", "requests", ("warpdrive/har",)),
    Load("warpdrive", "block lists", "lines", ("warpdrive/blocklist-jpcert",)),
    Load("exist", "feeds", "lines", ("exist",)),
    Load("chorus", "pairs and hits", "lines", ("chorus",)),
    Load("malmail", "mails and notes", "mails", ("malmail",)),
    Load("spamdb", "bounces and logs", "mails and lines", ("spamdb",)),
    Load("attack", "bundles and reports", "objects", ("attack",)),
    Load("reports", "documents", "documents", ("security_reports",)),
    Load("social", "posts", "posts", ("social_media",)),
    Load("tickets", "MISP events", "attributes", ("trouble_ticket",)),
)


def timed(*words, stdout=subprocess.DEVNULL):
    """Run `cure` with these words; return the seconds that it took, and what it wrote."""
    began = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cure", *map(str, words)],
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return perf_counter() - began, done.stdout


def parsed(load, files):
    """Read files and throw away what they say; return the seconds."""
    return timed("parse", load.publisher, *files)[0]


def ingested(load, files):
    """Keep what files say in a new directory; return the seconds and the account."""
    with tempfile.TemporaryDirectory(prefix="cure-bench-") as folder:
        words = ("ingest", load.publisher, *files, "--data", folder, "--json")
        seconds, said = timed(*words, stdout=subprocess.PIPE)
    return seconds, json.loads(said)


def measure(load, runs, start_s):
    """Measure one load, as many times over as makes it long enough."""
    files = load.files()
    once_s = parsed(load, files) - start_s
    times = min(MOST_TIMES, max(1, math.ceil(ENOUGH_S / max(once_s, 0.01))))
    files *= times
    parse_s = statistics.median(parsed(load, files) for _ in range(runs))
    kept = [ingested(load, files) for _ in range(runs)]
    ingest_s = statistics.median(seconds for seconds, _ in kept)
    account = kept[0][1]
    return {
        "unit": load.unit,
        "times": times,
        "elements": account["lines"],
        "quarantined": account["quarantined"],
        "records": account["records"],
        "new_records": account["new_records"],
        "parse_per_s": round(account["lines"] / parse_s),
        "ingest_per_s": round(account["lines"] / ingest_s),
    }


def table(results):
    """Return the figures as a table in Markdown."""
    told = results["machine"]
    where = f"{told['cpu']}, {told['memory_gib']} GiB, Python {told['python']}"
    head = [
        f"{where}; {results['measured_at'][:10]}",
        "",
        "| publisher | of | × | parse, /s | ingest, /s | records new |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    rows = [
        f"| {load.name} | {one['elements']:,} {one['unit']} | {one['times']} "
        f"| {one['parse_per_s']:,} | {one['ingest_per_s']:,} | {one['new_records']:,} |"
        for load in LOADS
        if (one := results["figures"].get(load.name))
    ]
    return "\n".join(head + rows)


def keep(results):
    """Write the figures down, and the table into the page."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{after}", "utf-8")


def main():
    """Measure the named publishers, or all; figures of the others stay."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("publisher", nargs="*", help="which; none: all")
    options.add_argument("--runs", type=int, default=3, help="the median of so many counts")
    chosen = options.parse_args()
    figures = json.loads(RESULTS.read_text())["figures"] if RESULTS.exists() else {}
    start_s = min(timed("parse", "findings", "/dev/null")[0] for _ in range(3))
    for load in LOADS:
        if not chosen.publisher or load.publisher in chosen.publisher:
            print(f"… {load.name}", file=sys.stderr, flush=True)
            figures[load.name] = measure(load, chosen.runs, start_s)
    results = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "start_s": round(start_s, 2),
        "runs": chosen.runs,
        "figures": figures,
    }
    keep(results)
    print(table(results))


if __name__ == "__main__":
    main()
