"""Cards: all that is known of one observable, per source."""

from collections import Counter
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from cure.errors import MalformedError
from cure.hub.batch import instant
from cure.hub.names import OTHER_ROLE
from cure.hub.packing import Form, pack
from cure.hub.visible import Numbers, Visible
from cure.model import Observable, Topic, domain
from cure.model.observable import host_of


class Seen(msgspec.Struct, frozen=True, gc=False):
    """What one source says of one observable, in sum.

    Attributes:
        count: The sum of the counts of its records.
        first_seen: The earliest first_seen.
        last_seen: The latest last_seen.
    """

    count: int
    first_seen: datetime
    last_seen: datetime


class TagUse(msgspec.Struct, frozen=True):
    """A tag that stands in the same records as an observable.

    Attributes:
        count: In how many records.
        sources: Who says so.
    """

    count: int
    sources: list[str]


class LinkOfTwo(msgspec.Struct, frozen=True):
    """Two sources speak of the same observable.

    Attributes:
        sources: Their names, the one that saw it first in front.
        lead_s: By how many seconds the first was earlier.
    """

    sources: tuple[str, str]
    lead_s: float


class Warned(msgspec.Struct, frozen=True, order=True):
    """A list of well-known values names one.

    Attributes:
        list: Name of the list, such as ``"shodan-scanning"``.
        title: What it is a list of.
    """

    list: str
    title: str


class Place(msgspec.Struct, frozen=True):
    """Where an address belongs.

    Attributes:
        country: The country that it is registered in, as two letters; null: it is not known.
        asn: The number of the autonomous system that announces it; null: it is not known.
        as_name: What that is called.
    """

    country: str | None = None
    asn: int | None = None
    as_name: str | None = None


class Card(msgspec.Struct, frozen=True):
    """All that is known of one observable.

    Attributes:
        topic: Its topic.
        value: Its canonical value.
        status: ``known``, or ``unknown`` if no visible record speaks of it.
        sources: What each source says of it.
        roles: The roles that it had, with the number of records.
        tags: The tags that stand beside it.
        contained_in: The known networks that contain it, the narrowest first.
        parents: The known domains above it, the nearest first; of a URL, its host.
        links: Each pair of sources that share it.
        warnings: The lists of scanners, top sites and the like that name it; a note, no verdict.
        place: Of an address, where it belongs; context, no evidence.
    """

    topic: Topic
    value: str
    status: str = "unknown"
    sources: dict[str, Seen] = {}
    roles: dict[str, int] = {}
    tags: dict[str, TagUse] = {}
    contained_in: list[str] = []
    parents: list[str] = []
    links: list[LinkOfTwo] = []
    warnings: list[Warned] = []
    place: Place | None = None


_FEW = 64  # up to here a loop over the records beats the arrays


class _Sum(msgspec.Struct):
    """What is being summed up of one source."""

    count: int
    first: int
    last: int


class _Said(NamedTuple):
    """What records say of a value: sums by source, roles, and tags with who used them."""

    sums: dict[int, _Sum]
    roles: Counter[int]
    tags: Counter[tuple[int, int]]


class Spoken(NamedTuple):
    """What records say of a value, in the words of its card."""

    sources: dict[str, Seen]
    roles: dict[str, int]
    tags: dict[str, TagUse]


def card(sight: Visible, observable: Observable) -> Card:
    """Return the card of an observable. Cost: about 35 µs, and 60 ns a record beyond 64."""
    value_id = sight.moment.values.find_one(pack(observable))
    containers = contained_in(sight, observable)
    parents = [one.value for one in above(observable) if sight.find_one(one) >= 0]
    if value_id < 0 or not len(records := sight.records_of(value_id)):
        return Card(observable.topic, observable.value, contained_in=containers, parents=parents)
    said = spoken(sight, value_id, records)
    return Card(
        observable.topic,
        observable.value,
        "known",
        *said,
        containers,
        parents,
        [] if value_id in sight.moment.unlinked else _links(said.sources),
    )


def spoken(sight: Visible, value_id: int, records: Numbers) -> Spoken:
    """Return what some visible records of a value say of it."""
    if len(records) <= _FEW:
        said = _said_by_few(sight, value_id, records.tolist())
    else:
        said = _said_by_many(sight, value_id, records)
    return Spoken(_seen(sight, said.sums), _roles(sight, said.roles), _tags(sight, said.tags))


def _said_by_few(sight: Visible, value_id: int, records: list[int]) -> _Said:
    said = _Said({}, Counter(), Counter())
    columns, forms = sight.moment.records, sight.moment.values.forms
    numbers = np.array(records, np.int64)
    counts, last = columns.counts(numbers).tolist(), columns.last(numbers).tolist()
    first, sources = columns.first[numbers].tolist(), sight.sources_of(numbers).tolist()
    ends, values, roles = columns.ends, columns.values, columns.roles
    for at, record in enumerate(records):
        source = sources[at]
        known = said.sums.get(source)
        if known is None:
            said.sums[source] = _Sum(counts[at], first[at], last[at])
        else:
            known.count += counts[at]
            known.first = min(known.first, first[at])
            known.last = max(known.last, last[at])
        low, high = int(ends[record - 1]) if record else 0, int(ends[record])
        if high - low == 1:
            said.roles[int(roles[low])] += 1
            continue
        for mentioned, role in zip(
            values[low:high].tolist(), roles[low:high].tolist(), strict=True
        ):
            if mentioned == value_id:
                said.roles[role] += 1
            elif forms[mentioned] == Form.TAG:
                said.tags[mentioned, source] += 1
    return said


def _said_by_many(sight: Visible, value_id: int, records: Numbers) -> _Said:
    columns = sight.moment.records
    sources = sight.sources_of(records)
    order = np.argsort(sources, kind="stable")
    ordered, by_source = records[order], sources[order]
    cuts = np.concatenate(([0], np.flatnonzero(by_source[1:] != by_source[:-1]) + 1))
    sums = zip(
        np.add.reduceat(columns.counts(ordered), cuts).tolist(),
        np.minimum.reduceat(columns.first[ordered], cuts).tolist(),
        np.maximum.reduceat(columns.last(ordered), cuts).tolist(),
        strict=True,
    )
    rows, at = columns.mentions(records)
    values = columns.values[at]
    own = values == value_id
    beside = np.flatnonzero(~own & (sight.moment.values.forms[values] == Form.TAG))
    uses = values[beside].astype(np.int64) << 16 | sources[rows[beside]]
    return _Said(
        {source: _Sum(*row) for source, row in zip(by_source[cuts].tolist(), sums, strict=True)},
        _counted(columns.roles[at[own]]),
        Counter({(use >> 16, use & 0xFFFF): n for use, n in _counted(uses).items()}),
    )


def _counted(numbers: NDArray[Any]) -> Counter[int]:
    distinct, counts = np.unique(numbers, return_counts=True)
    return Counter(dict(zip(distinct.tolist(), counts.tolist(), strict=True)))


def _seen(sight: Visible, sums: dict[int, _Sum]) -> dict[str, Seen]:
    """Name the sources, the most frequent first."""
    named = sorted((-one.count, sight.source_name(source), one) for source, one in sums.items())
    return {name: Seen(one.count, instant(one.first), instant(one.last)) for _, name, one in named}


def _roles(sight: Visible, counts: Counter[int]) -> dict[str, int]:
    names = sight.moment.roles
    named = ((names[n] if n != OTHER_ROLE else "other", count) for n, count in counts.items())
    return dict(sorted(named, key=lambda item: (-item[1], item[0])))


def _tags(sight: Visible, uses: Counter[tuple[int, int]]) -> dict[str, TagUse]:
    """Name the tags, the most used first."""
    if not uses:
        return {}
    counts: Counter[int] = Counter()
    said_by: dict[int, list[str]] = {}
    for (tag_id, source), count in uses.items():
        counts[tag_id] += count
        said_by.setdefault(tag_id, []).append(sight.source_name(source))
    named = zip(sight.observables(list(counts)), counts.items(), strict=True)
    tags = ((one.value, TagUse(count, sorted(said_by[i]))) for one, (i, count) in named)
    return dict(sorted(tags, key=lambda item: (-item[1].count, item[0])))


def contained_in(sight: Visible, observable: Observable) -> list[str]:
    """Return the visible networks that contain an address or network, the narrowest first."""
    if observable.topic is not Topic.IP:
        return []
    ordered = sight.moment.ordered
    if not ordered.networks:
        return []
    packed = pack(observable)
    match Form(packed[0]):
        case Form.IP4:
            form, longest, address = Form.NET4, 32, packed[1:5]
        case Form.IP6:
            form, longest, address = Form.NET6, 128, packed[1:17]
        case Form.NET4:
            form, longest, address = Form.NET4, packed[1] - 1, packed[2:6]
        case _:
            form, longest, address = Form.NET6, packed[1] - 1, packed[2:18]
    found = ordered.containing(form, int.from_bytes(address, "big"), longest)
    seen = [value_id for value_id in found if len(sight.records_of(value_id))]
    return [network.value for network in sight.observables(seen[::-1])] if seen else []


def above(observable: Observable) -> list[Observable]:
    """Return the domains above a domain, or the host of a URL, the nearest first."""
    if observable.topic is Topic.URL:
        return [host_of(observable.value)]
    found: list[Observable] = []
    if observable.topic is Topic.DOMAIN:
        name = observable.value.partition(".")[2]
        while "." in name:
            try:
                found.append(domain(name))
            except MalformedError:  # a name of three characters, such as "a.b"
                break
            name = name.partition(".")[2]
    return found


def _links(sources: dict[str, Seen]) -> list[LinkOfTwo]:
    by_time = sorted(sources.items(), key=lambda item: (item[1].first_seen, item[0]))
    return [
        LinkOfTwo((a, b), (seen_b.first_seen - seen_a.first_seen).total_seconds())
        for (a, seen_a), (b, seen_b) in combinations(by_time, 2)
    ]
