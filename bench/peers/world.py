"""The data that all are given: sightings in Parquet files, and what is asked of them.

Like bench/world.py a few values are seen very often and most once or twice, but the number of
values grows with the size. One record in twenty belongs to a campaign and names two values of it
or three, which is what pivots walk on. Files of one size are the same on every machine. Values
are invented; nothing here imports cure, so that it runs wherever a peer does.
"""

import hashlib
from itertools import starmap
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

BLOCK = 1_000_000
SOURCES = 16
TOPICS = ("ip", "domain", "hash", "email", "tag")
IP, DOMAIN, HASH, EMAIL, TAG = range(5)
SCHEMA = pa.schema(
    {
        "record": pa.uint32(),
        "source": pa.uint8(),
        "moment": pa.uint32(),  # seconds since 1970
        "topic": pa.uint8(),  # position in TOPICS
        "value": pa.string(),  # canonical, and of one topic only
        "address": pa.uint32(),  # of an ip
        "many": pa.bool_(),  # whether the record names several values
    }
)
_START, _SPAN = 1_760_000_000, 86_400 * 180
_OCTETS = pa.array([str(n) for n in range(256)])
_OWN = 50  # addresses of one campaign


def _addresses(numbers):
    """Return the n-th addresses: all differ, and they lie everywhere."""
    return (numbers.astype(np.uint64) * 2654435761 + 97_531 & 0xFFFFFFFF).astype(np.uint32)


def texts(addresses):
    """Return addresses as text."""
    octets = [_OCTETS.take(pa.array(addresses >> shift & 255)) for shift in (24, 16, 8, 0)]
    return pc.binary_join_element_wise(*octets, ".")


def _other(number, kind):
    mixed = number * 2654435761 % 2**32
    if kind < 0.75:
        return DOMAIN, f"a{mixed:x}.example{number % 1000}.com"
    if kind < 0.95:
        return HASH, hashlib.sha256(b"%d" % number).hexdigest()
    return EMAIL, f"user{mixed:x}@mail{number % 5000}.org"


def _companion(campaign, kind):
    if kind < 0.5:  # neighbours share two samples
        number = campaign * 18 + int(kind * 40)
        return HASH, hashlib.sha256(b"sample %d" % number).hexdigest()
    return DOMAIN, f"c{campaign}-{int(kind * 40)}.example.net"


def block(size, at):
    """Return the rows of the block that begins at record `at`: one a value that a record names."""
    count = min(BLOCK, size - at)
    rng = np.random.default_rng((size, at))
    kind = rng.random(count)
    members, others = np.flatnonzero(kind < 0.05), np.flatnonzero((kind >= 0.05) & (kind < 0.24))
    plain = np.flatnonzero(kind >= 0.24)
    source = np.where(kind < 0.24, 8 + rng.integers(0, 8, count), rng.integers(0, 8, count))
    source[members] = rng.integers(0, SOURCES, len(members))
    moment = _START + rng.integers(0, _SPAN, count)

    seen = _addresses((size // 5 * rng.random(len(plain)) ** 3).astype(np.int64))
    numbers = (size // 10 * rng.random(len(others)) ** 2).astype(np.int64).tolist()
    rest = list(map(_other, numbers, rng.random(len(others)).tolist()))
    campaign = rng.integers(0, campaigns(size), len(members))
    own = _addresses(size // 5 - 1 - (campaign * _OWN + rng.integers(0, _OWN, len(members))))
    beside = list(map(_companion, campaign.tolist(), rng.random(len(members)).tolist()))
    tagged = rng.random(len(members)) < 0.3
    tags = [tag(one) for one in campaign[tagged].tolist()]

    named = (plain, members, others, members, members[tagged])
    rows = np.concatenate(named)
    addresses = np.concatenate((seen, own))
    topics = [IP] * len(addresses) + [t for t, _ in rest + beside] + [TAG] * len(tags)
    values = pa.concat_arrays(
        [texts(addresses), pa.array([v for _, v in rest + beside] + tags, pa.string())]
    )
    order = np.argsort(rows, kind="stable")
    rows = rows[order]
    is_address = order < len(addresses)
    address = np.zeros(len(rows), np.uint32)
    address[is_address] = addresses[order[is_address]]
    columns = [
        pa.array((at + rows).astype(np.uint32)),
        pa.array(source[rows].astype(np.uint8)),
        pa.array(moment[rows].astype(np.uint32)),
        pa.array(np.array(topics, np.uint8)[order]),
        values.take(pa.array(order)),
        pa.array(address, mask=~is_address),
        pa.array(np.isin(rows, members)),
    ]
    return pa.table(columns, SCHEMA)


def campaigns(size):
    """Return how many campaigns there are."""
    return max(1, size // 2000)


def tag(campaign):
    """Return the tag of a campaign."""
    return f"campaign:c{campaign}"


def write(size, directory):
    """Write the files of a size, unless they are there; return them."""
    directory.mkdir(parents=True, exist_ok=True)
    return list(starmap(_write, ((size, at, directory) for at in range(0, size, BLOCK))))


def _write(size, at, directory):
    file = directory / f"{at:09}.parquet"
    if not file.exists():
        beside = file.with_suffix(".new")
        pq.write_table(block(size, at), beside, compression="zstd", row_group_size=BLOCK)
        beside.rename(file)
    return file


def _as_read(asked):
    """Return the same values as new texts, which lie in memory as if read from a file."""
    texts_again = "\n".join([value for _, value in asked]).split("\n")
    return list(zip([topic for topic, _ in asked], texts_again, strict=True))


class Questions(NamedTuple):
    """What is asked of everybody.

    Attributes:
        cards: Values, each of which has a card.
        some: 1,000 topics and values, about half of which are known.
        million: A million likewise; of small data fewer.
        starts: Where to begin walks.
        networks: In CIDR notation, with their first and last address as numbers.
        tags: Of campaigns.
        rounds: How often each is asked at most.
    """

    cards: list[tuple[int, str]]
    some: list[tuple[int, str]]
    million: list[tuple[int, str]]
    starts: list[str]
    networks: list[tuple[str, int, int]]
    tags: list[str]
    rounds: int


def questions(size, first: Path):
    """Return what is asked, mostly from the first file."""
    rng = np.random.default_rng(5)
    rows = pq.read_table(first, columns=["topic", "value", "address", "many"])
    told = list(zip(rows["topic"].to_pylist(), rows["value"].to_pylist(), strict=True))
    different = sorted(set(told))
    cards = [different[i] for i in rng.permutation(len(different))[:1000].tolist()]
    half = min(1_000_000, size * 10) // 2
    known = [told[i] for i in rng.integers(0, len(told), half).tolist()]
    strange = texts(_addresses(rng.integers(size // 5, 2**31, half)))
    million = known + [(IP, value) for value in strange.to_pylist()]
    million = _as_read([million[i] for i in rng.permutation(len(million)).tolist()])
    members = rows.filter(pc.and_(rows["many"], pc.equal(rows["topic"], IP)))
    starts = [members["value"][i].as_py() for i in rng.integers(0, len(members), 20).tolist()]
    networks = []
    length = (size // 1000).bit_length() - 1  # so that each has some 300 of the addresses
    for number in rng.integers(0, 2**length, 20).tolist():
        low = number << 32 - length
        text = texts(np.array([low], np.uint32))[0].as_py()
        networks.append((f"{text}/{length}", low, low + 2 ** (32 - length) - 1))
    tags = sorted({value for topic, value in told if topic == TAG})
    asked_tags = [tags[i] for i in rng.integers(0, len(tags), 20).tolist()]
    rounds = 15 if size >= 100_000 else 1
    return Questions(cards, million[:1000], million, starts, networks, asked_tags, rounds)
