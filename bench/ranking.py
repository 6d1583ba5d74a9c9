"""Ranks addresses by their score, and counts how many of the first are seen again within a week.

Protocol. Each week from the fifth after the first event on, as of a moment: candidates are all
addresses that were seen before; the score is `cure.enrichers.maliciousness.score.scores` over a hub
that was told of every event, one source for each service; ranked by it, how many of the first N
are seen within the next seven days? The mean over the weeks is the hit-rate. Beside it stand the
number of days on which an address was seen, the time of its last sighting, and the base rate.
Of a set of two weeks, the same by days.
"""

import csv
import gzip
import json
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from cure.enrichers.maliciousness.score import scores
from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.interfaces import Logged
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, ip, mention

DATA = Path(__file__).parents[2] / "shared" / "data" / "similar"
SELFDEPLOY, UQO = "selfdeploy24_events.csv.gz", "uqo_multihoneypot_events.csv.gz"
WEEK, DAY = timedelta(days=7), timedelta(days=1)
# name, file, column of the service, services, step, first step, steps, how many are looked at
SETS = (
    ("selfdeploy24", SELFDEPLOY, "service", {"http", "tls", "dns"}, WEEK, 5, 7, 500),
    ("selfdeploy24, all services", SELFDEPLOY, "service", None, WEEK, 5, 7, 500),
    ("uqo, by days", UQO, "sensor", None, DAY, 6, 7, 200),
)


def events(name, column, services):
    """Return (moment, address, service) of every event, in order of time."""
    with gzip.open(DATA / name, "rt") as lines:
        return sorted(
            (datetime.fromisoformat(row["ts"]).replace(tzinfo=UTC), row["src_ip"], row[column])
            for row in csv.DictReader(lines)
            if services is None or row[column] in services
        )


def view_of(rows):
    """Return what somebody may see who sees all events."""
    hub, label = Hub(HashKey.of(bytes(range(24)))), Label(Tlp.CLEAR, "bench")
    for at in range(0, len(rows), 50_000):
        hub.accept(
            batch_of(
                [
                    Logged(
                        at + number,
                        Record(
                            f"sensor@{service}",
                            label,
                            b"",
                            Finding(Kind.SIGHTING, (mention(ip(address), "attacker"),), seen, seen),
                        ),
                        0,
                    )
                    for number, (seen, address, service) in enumerate(rows[at : at + 50_000], 1)
                ]
            )
        )
    return Gate(hub).view(Audience("bench", Tlp.RED), rows[-1][0])


def hits(ranks, addresses, again, top):
    """Return which share of the first were seen again; of equals, in the order of first sight."""
    order = np.argsort(-np.asarray(ranks, float), kind="stable")[:top]
    return sum(addresses[at] in again for at in order.tolist()) / len(order)


def compared(rows, view, at, step, top):
    """Return the figures as of a moment."""
    before = [row for row in rows if row[0] < at]
    again = {address for seen, address, _ in rows if at <= seen < at + step}
    last = {address: seen.timestamp() for seen, address, _ in before}
    days = Counter(address for address, _ in {(row[1], row[0].date()) for row in before})
    addresses = list(dict.fromkeys(row[1] for row in before))
    moment = at - timedelta(microseconds=1)
    ours = scores(view, [ip(one) for one in addresses], moment)
    return {
        "candidates": len(addresses),
        "base_rate": sum(one in again for one in addresses) / len(addresses),
        "last_sighting": hits([last[one] for one in addresses], addresses, again, top),
        "active_days": hits([days[one] for one in addresses], addresses, again, top),
        "maliciousness": hits(ours, addresses, again, top),
    }


def measured(file, column, services, step, first, steps, top):  # noqa: PLR0913, PLR0917 - a protocol
    """Return the means over all steps and, to see whether they hold, over the halves."""
    rows = events(file, column, services)
    view = view_of(rows)
    moments = [rows[0][0] + (first + one) * step for one in range(steps)]
    figures = [compared(rows, view, at, step, top) for at in moments]
    half = len(figures) // 2
    return {
        name: [round(float(np.mean([one[name] for one in some])), 3) for some in parts]
        for parts in [(figures, figures[:half], figures[half:])]
        for name in figures[0]
    }


def ranking():
    """Return the figures of all sets: of all steps, of the earlier, of the later."""
    return {name: measured(*how) for name, *how in SETS}


if __name__ == "__main__":
    json.dump(ranking(), sys.stdout, indent=1)
