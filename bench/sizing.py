"""Writes docs/operations/sizing.md from bench/partitions.json: python bench/sizing.py.

What is measured stands in the JSON, what is assumed in `ASSUMED`; everything else on the page is
computed from these, so that no figure on it can be older than its measurement.
"""

import json
import math
from pathlib import Path

HERE = Path(__file__).parent
FIGURES = HERE / "partitions.json"
PAGE = HERE.parent / "docs" / "operations" / "sizing.md"
DECISION = "../decisions/0017-a-partition-is-a-hub-of-the-records-that-mention-its-values.md"
PARTS = ("1", "2", "4", "8")
GB, TB = 1e9, 1e12

ASSUMED = {
    "values a sighting has": 2,
    "replicas of each partition": 2,
    "days that are kept": 400,
    "peak rate over mean rate": 10,
    "memory of a machine, GB": 512,
    "share of it that is filled": 0.7,
    "largest partition, GB": 16,
    "bytes of a record in the log": 700,
    "replicas of the log": 3,
    "microseconds to decode a record of the log": 8,
    "price of a GB of memory for a month, USD": 4,
    "price of a GB of disk for a month, USD": 0.08,
}
DISTINCT = {10e9: 0.10, 100e9: 0.05, 1000e9: 0.02}
"""Sightings → distinct values for each: values repeat the more, the more is kept."""


def units(measured):
    """Return what a kept record, a mention and a value take, in bytes, and what is beside that.

    From nodes with one of eight partitions, whose records have one value, and two; what is beside
    from those with one of one, where a process's own memory weighs least.
    """
    one, two = (measured[f"values_{n}"]["8"]["node"] for n in (1, 2))
    large = [measured[f"values_{n}"]["1"]["node"] for n in (1, 2)]

    def a_record(node):
        return (node["bytes"]["records"] + node["bytes"]["numbers"]) / node["records"]

    def a_value(node):
        parts = node["bytes"]
        return (parts["values"] + parts["ordered"] + parts["spoken"]) / node["all_values"] + 8

    mention = a_record(two) - a_record(one)
    return {
        "record": a_record(one) - mention,
        "mention": mention,
        "posting": 4.0,
        "value": (a_value(one) + a_value(two)) / 2,
        "beside": max(node["rss_mb"] * 1e6 / node["bytes_all"] for node in large),
    }


def worked_out(sightings, unit):
    """Return what so many sightings need."""
    values = ASSUMED["values a sighting has"]
    copies = values  # each value in a partition of its own
    a_copy = unit["record"] + values * unit["mention"] + unit["posting"]
    foreign = values - 1  # of each copy: known again where it stands beside, at worst each time
    held = DISTINCT[sightings] * sightings * (1 + foreign) * unit["value"]
    memory = (sightings * copies * a_copy + held) * unit["beside"]
    replicas = ASSUMED["replicas of each partition"]
    room = ASSUMED["memory of a machine, GB"] * GB * ASSUMED["share of it that is filled"]
    machines = max(3, math.ceil(memory * replicas / room))
    rate = sightings / (ASSUMED["days that are kept"] * 86_400)
    peak = rate * ASSUMED["peak rate over mean rate"]
    decoding = ASSUMED["microseconds to decode a record of the log"]
    sent = rate * ASSUMED["bytes of a record in the log"]
    disk = sightings * ASSUMED["bytes of a record in the log"] * ASSUMED["replicas of the log"]
    cost = (
        machines
        * ASSUMED["memory of a machine, GB"]
        * ASSUMED["price of a GB of memory for a month, USD"]
        + disk / GB * ASSUMED["price of a GB of disk for a month, USD"]
    )
    return {
        "distinct values": f"{DISTINCT[sightings] * sightings / 1e9:,.0f} billion",
        "memory of one copy of all": f"{memory / TB:,.1f} TB",
        "partitions": f"{math.ceil(memory / (ASSUMED['largest partition, GB'] * GB)):,}",
        f"machines, {replicas} replicas": f"{machines:,}",
        "mean rate, sightings/s": f"{rate:,.0f}",
        "peak rate, sightings/s": f"{peak:,.0f}",
        "cores of a node that decode at the peak": f"{peak * decoding / 1e6:,.1f}",
        "log to each node at the mean rate": f"{sent / 1e6:,.1f} MB/s",
        "log to all nodes at the mean rate": f"{sent * machines / 1e6:,.0f} MB/s",
        "disk of the log": f"{disk / TB:,.0f} TB",
        "memory and disk for a month": f"{cost:,.0f} USD",
    }


def table(heads, rows):
    """Return a table."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def measured_tables(measured):
    """Return what was measured, for one number of partitions after the other."""
    out = []
    for mentions in (1, 2):
        some = measured[f"values_{mentions}"]
        sightings = some["1"]["whole"]["sightings"]
        nodes = [some[parts]["node"] for parts in PARTS]
        wholes = [some["0"]["whole"], *(some[parts]["whole"] for parts in PARTS)]
        out.append(f"### {sightings:,} sightings of {mentions} value{'s' * (mentions > 1)}\n")
        out.append("A node that holds one of the partitions, and follows all:\n")
        rows = [
            ["records that it keeps", *(f"{one['records']:,}" for one in nodes)],
            ["memory of its columns", *(f"{one['bytes_all'] / 1e6:,.1f} MB" for one in nodes)],
            [
                "of that of one partition",
                *(f"{one['bytes_all'] / nodes[0]['bytes_all']:.0%}" for one in nodes),
            ],
            ["sightings followed a second", *(f"{one['followed_per_s']:,}" for one in nodes)],
        ]
        out.append(table(["", *(f"of {parts}" for parts in PARTS)], rows) + "\n")
        out.append("All partitions in one process, questions asked directly:\n")
        keys = [key for key in wholes[1] if key.endswith("_ms") and not key.startswith("wire")]
        rows = [
            ["sightings a second", *(f"{one['ingest_per_s']:,}" for one in wholes)],
            *(
                [f"{key[:-3].replace('_', ' ')}, ms", *(f"{one[key]:,.2f}" for one in wholes)]
                for key in keys
            ),
        ]
        out.append(table(["", "one hub", *PARTS], rows) + "\n")
    return "\n".join(out)


def page(measured):
    """Return the page."""
    unit = units(measured)
    wire = measured["values_1"]["8"]["whole"]
    match = wire["wire_match_bytes_a_value"]
    sizes = {sightings: worked_out(sightings, unit) for sightings in DISTINCT}
    rows = [
        [name, *(sizes[sightings][name] for sightings in DISTINCT)]
        for name in next(iter(sizes.values()))
    ]
    assumed = table(["assumed", ""], [[name, f"{one:,}"] for name, one in ASSUMED.items()])
    several = ", ".join(f"{one / 1e9:,.0f}" for one in DISTINCT)
    distinct = ", ".join(f"{one:g} at {n / 1e9:,.0f} billion" for n, one in DISTINCT.items())
    sized = table(["", *(f"{one / 1e9:,.0f} billion" for one in DISTINCT)], rows)
    return f"""# How large it gets

One machine is enough for what fits its memory, up to 2³² values in records:
[what it needs](../install.md#what-it-needs). Beyond that there are partitions
([why they are as they are]({DECISION})).
This page is written by `python bench/sizing.py` from what `python bench/partitions.py` measured, in
processor time of one core of a machine ({measured["machine"]}) that others used, too.

## Measured

{measured_tables(measured)}
Where a record has one value, the memory of a node falls as the number of partitions grows. Where
it has two, it is kept in two partitions, with both values: one of eight holds about a quarter of
the records, and of the values its own eighth and those that stand beside them.

Over the wire a card takes {wire["wire_card_ms"]:.2f} ms of processor time at both ends together,
what the hub does included, and {wire["wire_card_bytes"]:,} bytes; a match {match:,} bytes a value.
The network's own time comes on top: one round trip for a card, and one more for networks or domains
above it; one to all partitions for links, searches, lists and streams; two a hop for a walk.

What a node keeps, from these figures: {unit["record"]:.0f} bytes a record, {unit["mention"]:.1f} a
mention in it, {unit["posting"]:.0f} to find it by its value, and {unit["value"]:.0f} for each
different value; the process takes {unit["beside"]:.2f} times that, as columns have room to grow.

## Worked out

For {several} billion sightings. Nothing of this was tried at that size.

{sized}

{assumed}

Different values for each sighting: {distinct}.
They repeat the more, the more is kept; each is counted twice, as it also stands in records of other
partitions. Prices are round figures: put your own in their place (`ASSUMED` in bench/sizing.py).

What bounds it first:

- **Each node follows the whole log.** Its network, and the cores that decode it, bound how many
  nodes there can be. Where the table says more than a few cores or GB/s, the log has to be cut by
  partition before it is sent, which is not built.
- **A value that is everywhere.** A tag in a fifth of all records makes its partition hold a fifth
  of all records, however many partitions there are.
- **2³² records and mentions in a partition**: with the largest partition assumed above it stays
  far below.
- **Memory is what costs.** Keep less for longer: [retention](../retention.md) drops records by
  source, and [an archive](../export-parquet.md) answers what is asked once a month.
"""


if __name__ == "__main__":
    PAGE.write_text(page(json.loads(FIGURES.read_text())))
