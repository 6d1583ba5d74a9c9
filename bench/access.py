"""What access control costs: python bench/access.py SIGHTINGS -> a table in Markdown.

The same sightings three times, from 25 sources: under one label of one organisation, all of it
the asker's own; as it is in use, each source of another of 25 organisations that use eight labels
each; and as bad as can be, every source under each of these 200 labels. The worlds are asked in
turn, so that a busy machine slows all alike.
"""

import secrets
import sys
from time import perf_counter

import numpy as np
import world
from index import percentiles

from cure.hub.batch import Batch
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.packing import unpack
from cure.model import Audience, Caveat, Confidentiality, Label, Tlp

ORGANISATIONS = [f"org-{n:02}" for n in range(25)]
SOURCES = tuple(f"source-{n:02}" for n in range(25))
OWN = Audience("local")
MOST = Audience("org-00", Tlp.RED, groups=frozenset({"isac"}), user="rin")
PART = Audience("org-00", Tlp.GREEN, confidentiality=Confidentiality.LEVEL_1)
ROUNDS = 7


def labels(owner, partners):
    """Return eight labels, as one organisation might use them."""
    level = Confidentiality.LEVEL_2
    return [
        Label(Tlp.CLEAR, owner),
        Label(Tlp.GREEN, owner),
        Label(Tlp.GREEN, owner, caveats=(Caveat.PII,)),
        Label(Tlp.GREEN, owner, confidentiality=level),
        Label(Tlp.AMBER, owner, ("group:isac",)),
        Label(Tlp.AMBER, owner, ("group:isac",), caveats=(Caveat.NO_EXPORT,)),
        Label(Tlp.AMBER_STRICT, owner, partners, confidentiality=level),
        Label(Tlp.RED, owner, ("user:rin",), confidentiality=level),
    ]


LABELS = [
    label
    for n, owner in enumerate(ORGANISATIONS)
    for label in labels(owner, tuple(sorted(ORGANISATIONS[n - k] for k in range(1, 10))))
]


def resourced(batch, rng):
    """Return a batch as if it came from 25 sources, the first 13 of which tell of addresses."""
    count = len(batch)
    source = np.where(batch.source < 8, rng.integers(0, 13, count), rng.integers(13, 25, count))
    return changed(batch, sources=SOURCES, source=source.astype(np.uint16))


def changed(batch, **columns):
    """Return a batch with other columns."""
    return Batch(**(batch._asdict() | columns))


def worlds(i):
    """Return a batch of each world, of the same sightings."""
    rng = np.random.default_rng(1000 + i)
    plain = resourced(world.batch(i), rng)
    owned = plain.source * 8 + rng.integers(0, 8, len(plain), np.uint16)
    strewn = rng.integers(0, len(LABELS), len(plain), np.uint16)
    return [plain, *(changed(plain, labels=tuple(LABELS), label=one) for one in (owned, strewn))]


def fill(sightings):
    """Return the hub of each world, and how long each took."""
    hubs = [Hub(HashKey.of(secrets.token_bytes(24))) for _ in range(3)]
    took = [0.0] * 3
    for i in range(sightings // world.BATCH):
        for n, batch in enumerate(worlds(i)):
            start = perf_counter()
            hubs[n].accept(batch)
            took[n] += perf_counter() - start
    return hubs, took


def timed(work):
    """Return how many seconds a piece of work takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def ask(gate, audience, asked, texts):
    """Ask once for everything that is measured, and return seconds by name."""
    fresh = Gate(gate._hub)  # noqa: SLF001 - a gate that has decided nothing yet
    cards = [timed(lambda one=one: gate.view(audience).card(one)) for one in asked]
    return {
        "matrix_first": timed(lambda: fresh.view(audience).links()),
        "matrix_again": timed(lambda: fresh.view(audience).links()),
        "match": timed(lambda: gate.view(audience).is_known(texts)),
        "cards": cards,
    }


def figures(rounds):
    """Return the figures of one asker: of each the median over all rounds."""
    cards = [percentiles(one["cards"]) for one in rounds]
    middle = {
        name: float(np.median([one[name] for one in rounds])) * 1e3
        for name in ("match", "matrix_first", "matrix_again")
    }
    p50, p99 = np.median(np.array(cards), axis=0).tolist()
    return {"card_p50": p50, "card_p99": p99} | middle


ROWS = [
    ("card_p50", "card, p50", "µs", 1.2),
    ("card_p99", "card, p99", "µs", 1.2),
    ("match", "1,000,000 values matched", "ms", 1.2),
    ("matrix_first", "link matrix, first", "ms", 60),
    ("matrix_again", "link matrix, unchanged view", "ms", 5),
]


def table(told, heads):
    """Return the figures as a table."""
    lines = [f"| what | {' | '.join(heads)} | limit |", f"|---|{'---:|' * len(heads)}---|"]
    for name, what, unit, limit in ROWS:
        one, *more = (asker[name] for asker in told)
        cells = [
            f"{value:,.3g} {unit}" + (f" ({value / one - 1:+.0%})" if limit == 1.2 else "")
            for value in more
        ]
        bound = "+20 %" if limit == 1.2 else f"{limit} {unit}"
        lines.append(f"| {what} | {one:,.3g} {unit} | {' | '.join(cells)} | ≤ {bound} |")
    return "\n".join(lines)


def main(sightings):
    """Fill the worlds and ask them in turn."""
    (plain, owned, strewn), took = fill(sightings)
    asked = world.asked(5000)
    million = world.questions(1_000_000)
    texts = [unpack(million.words[i : i + 1].tobytes()) for i in range(len(million))]
    askers = [(plain, OWN), (owned, MOST), (owned, PART), (strewn, MOST)]
    gates = [(Gate(hub), to) for hub, to in askers]
    rounds = [[ask(gate, to, asked, texts) for gate, to in gates] for _ in range(ROUNDS + 1)][1:]
    heads = ["one label"]
    for name, (gate, to), (hub, _) in zip(
        ("owned", "owned", "strewn"), gates[1:], askers[1:], strict=True
    ):
        share = gate.view(to).clearance.sees[hub.moment.records.stamps].mean()
        heads.append(f"{name}, sees {share:.0%}")
    print(f"{sightings:,} sightings of {len(plain.moment.values):,} values; {len(LABELS)} labels\n")
    print(table([figures(list(one)) for one in zip(*rounds, strict=True)], heads))
    print(f"\nfilled in {', '.join(f'{seconds:.1f} s' for seconds in took)}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
