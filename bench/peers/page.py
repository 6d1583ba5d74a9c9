"""Writes docs/peers.md and its plots from bench/peers.json: python -m peers.page, in bench/.

Everything on the page is computed from the figures, so that none is older than its measurement.
"""

import json
from pathlib import Path
from string import Template

from peers import plot
from peers.sizes import PEERS, SIZES

BENCH = Path(__file__).parents[1]
FIGURES = BENCH / "peers.json"
PAGE = BENCH.parent / "docs" / "peers.md"
NAMES = {
    "cure": "CURE",
    "duckdb": "DuckDB",
    "clickhouse": "chDB (ClickHouse)",
    "sqlite": "SQLite",
    "postgres": "PostgreSQL",
    "redis": "Redis",
    "synapse": "Synapse",
}
LICENCES = {
    "duckdb": "MIT",
    "clickhouse": "Apache-2.0",
    "sqlite": "public domain",
    "postgres": "PostgreSQL; psycopg LGPL-3.0",
    "redis": "BSD-3-Clause (7.0, the last line that is); redis-py MIT",
    "synapse": "Apache-2.0",
}
# name of the figure, what it is, unit, which answer it gives, whether more is better
ROWS = [
    ("ingest_per_s", "load, indexes included: sightings a second", "", None, True),
    ("load_cpu_s", "load: processor time", " s", None, False),
    ("card_p50_us", "card, p50", " µs", "card", False),
    ("card_p99_us", "card, p99", " µs", "card", False),
    ("match_1k_ms", "1,000 values matched", " ms", "match_1k", False),
    ("match_1m_ms", "1,000,000 values matched", " ms", "match_1m", False),
    ("match_1m_cpu_ms", "1,000,000 values matched: processor time", " ms", "match_1m", False),
    ("matrix_ms", "link matrix of 16 sources", " ms", "matrix", False),
    ("pivot_ms", "pivot, three steps", " ms", "pivot", False),
    ("network_ms", "network search", " ms", "network", False),
    ("campaign_ms", "campaign around a tag", " ms", "campaign", False),
    ("memory_mb", "memory", " MB", None, False),
    ("disk_mb", "disk", " MB", None, False),
    ("restart_s", "restart, until the first card", " s", None, False),
]
PLOTTED = ("card_p50_us", "match_1m_ms", "matrix_ms", "memory_mb")
# what has to hold of CURE at 100 M sightings
TARGETS = [
    ("values", "different values", "", 25_000_000, True),
    ("memory_mb", "memory", " MB", 6000, False),
    ("card_p99_us", "card, p99", " µs", 500, False),
    ("match_1m_ms", "1,000,000 values matched", " ms", 800, False),
    ("matrix_ms", "link matrix", " ms", 60, False),
]


def number(value):
    """Write a figure with as many digits as mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"


def cell(peers, name, row):
    """Write one figure: bold if it is the best, with what is to be known of it."""
    figure, _, unit, question, more = row
    told = peers.get(name, {})
    if figure not in told:
        return stopped(told, question)
    correct = [
        one[figure]
        for other, one in peers.items()
        if figure in one and (question is None or agrees(peers, other, question))
    ]
    if question and not agrees(peers, name, question):
        return f"{number(told[figure])}{unit} ≠"
    best = len(correct) > 1 and told[figure] == (max if more else min)(correct)
    text = f"{number(told[figure])}{unit}"
    return f"**{text}**" if best else text


def stopped(told, question):
    """Say why there is no figure."""
    why = told.get("stopped", {}).get(question)
    return "> 120 s" if why and "no answer" in why else "–"


def agrees(peers, name, question):
    """Tell whether an answer is that of CURE."""
    ours = peers.get("cure", {}).get("answers", {}).get(question)
    return ours is not None and peers[name].get("answers", {}).get(question) == ours


def table(peers):
    """Return the figures of one size."""
    names = [name for name in PEERS if "ingest_per_s" in peers.get(name, {})]
    lines = [
        f"| | {' | '.join(NAMES[name] for name in names)} |",
        f"|---|{'---:|' * len(names)}",
    ]
    for row in ROWS:
        cells = [cell(peers, name, row) for name in names]
        lines.append(f"| {row[1]} | {' | '.join(cells)} |")
    busy = [f"{peers[name].get('busy', 0):.0f}" for name in names]
    lines.append(f"| processes that wanted the two processors when it began | {' | '.join(busy)} |")
    absent = {}
    for name in PEERS:
        if "why" in peers.get(name, {}):
            absent.setdefault(peers[name]["why"], []).append(NAMES[name])
    without = [f"- {', '.join(some)}: {why}." for why, some in absent.items()]
    return "\n".join([*(lines if names else []), "", *without]).strip() + "\n"


def wins(sizes):
    """Say where somebody else is best."""
    lines = []
    for size, peers in sizes.items():
        if "cure" not in peers:
            continue
        better = {}
        for row in ROWS:
            cells = {name: cell(peers, name, row) for name in PEERS if name in peers}
            best = [name for name, text in cells.items() if text.startswith("**")]
            for name in best:
                if name != "cure":
                    better.setdefault(name, []).append(row[1])
        said = "; ".join(f"{NAMES[name]}: {' · '.join(what)}" for name, what in better.items())
        alone = sum("ingest_per_s" in one for one in peers.values()) < 2
        lines.append(
            f"- At {int(size):,}: {said or ('nobody else was measured' if alone else 'nobody')}."
        )
    return "\n".join(lines)


def targets(peers):
    """Return what has to hold of CURE at 100 M sightings, beside what does."""
    told = peers.get("cure", {})
    lines = ["| CURE at 100,000,000 sightings | measured | wanted | |", "|---|---:|---:|---|"]
    for figure, what, unit, limit, more in TARGETS:
        if figure not in told:
            return "Not measured.\n"
        held = told[figure] >= limit if more else told[figure] <= limit
        bound = f"{'≥' if more else '≤'} {limit:,}{unit}"
        mark = "✓" if held else "missed"
        lines.append(f"| {what} | {number(told[figure])}{unit} | {bound} | {mark} |")
    return "\n".join(lines)


def page(results):
    """Return the page."""
    machine, sizes = results["machine"], results["sizes"]
    sizes = {size: sizes[size] for size in sorted(sizes, key=int) if int(size) in SIZES}
    tables = "\n".join(
        f"### {int(size):,} sightings\n\n{table(peers)}" for size, peers in sizes.items()
    )
    told = {name: one for peers in sizes.values() for name, one in peers.items() if "how" in one}
    used = "\n".join(
        f"- **{told[name]['version']}**{licence(name)}: {told[name]['how']}."
        for name in PEERS
        if name in told
    )
    plots = "\n".join(f"![{what}](plots/peers-{figure}.svg)\n" for figure, what in plotted())
    told = {
        "machine": (
            f"{machine['cpu']}, {machine['memory_gib']} GiB, Python {machine['python']}, "
            f"kernel {machine['kernel']}; {results['measured_at'][:10]}"
        ),
        "tables": tables,
        "wins": wins(sizes),
        "plots": plots,
        "targets": targets(sizes.get(str(SIZES[-1]), {})),
        "limit": limit(sizes),
        "used": used,
    }
    return Template((Path(__file__).parent / "page.md").read_text()).substitute(told)


def licence(name):
    """Return the licence in brackets."""
    return f" ({LICENCES[name]})" if name in LICENCES else ""


def plotted():
    """Return the figures that are plotted, with what they are."""
    return [
        (row[0], row[1] + (f",{row[2]}" if row[2] else "")) for row in ROWS if row[0] in PLOTTED
    ]


def limit(sizes):
    """Work out what 24 GB hold, from the two largest sizes of CURE."""
    points = [
        (int(size), one["cure"])
        for size, one in sizes.items()
        if "memory_mb" in one.get("cure", {})
    ]
    if len(points) < 2:
        return ""
    (n, small), (m, large) = points[-2:]
    a_sighting = (large["memory_mb"] - small["memory_mb"]) * 1e6 / (m - n)
    fits = (24_000 - 2_000) * 1e6 / a_sighting / 1e6
    return (
        f"Between {n:,} and {m:,} sightings each takes {a_sighting:.0f} bytes, its share of\n"
        "its values and of the room that columns keep included. Leaving 2 GB to the system, 24 GB\n"
        f"hold about {fits:,.0f} million such sightings; for a moment more is needed while a\n"
        "column or the postings grow, so plan for three quarters of that: "
        f"{fits * 0.75:,.0f} million.\nValues that repeat more take less."
    )


def write(results):
    """Write the page and its plots."""
    sizes = results["sizes"]
    for figure, what in plotted():
        lines = {
            NAMES[name]: [
                (size, sizes[str(size)][name][figure])
                for size in SIZES
                if figure in sizes.get(str(size), {}).get(name, {})
            ]
            for name in PEERS
        }
        picture = plot.svg(what, {name: points for name, points in lines.items() if points})
        (PAGE.parent / "plots" / f"peers-{figure}.svg").write_text(picture)
    PAGE.write_text(page(results))


if __name__ == "__main__":
    write(json.loads(FIGURES.read_text()))
