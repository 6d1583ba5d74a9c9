"""Bombs in JSON, CSV, text and binary forms."""

import struct

from strange.bombs.bomb import DEEP, MEGA, Bomb, Bombs

_FINDING = (
    b'{"observables":[{"topic":"ip","value":"192.0.2.1"}],"first_seen":"2026-01-10T00:00:00Z",'
    b'"last_seen":"2026-01-10T00:00:00Z","attributes":{"x":%s}}'
)
_JSON = ("findings", "cowrie", "attack", "social")


def deep() -> Bombs:
    yield Bomb("arrays.json", _JSON, b"[" * DEEP)
    yield Bomb("closed.json", _JSON, b"[" * DEEP + b"]" * DEEP)
    yield Bomb("objects.json", _JSON, b'{"a":' * DEEP + b"1" + b"}" * DEEP)
    yield Bomb("attribute.jsonl", ("findings",), _FINDING % (b"[" * 900 + b"]" * 900))
    yield Bomb("deepest.jsonl", ("findings",), _FINDING % (b"[" * DEEP + b"]" * DEEP))
    stix = b'{"type":"bundle","id":"bundle--1","objects":[%s]}'
    one = b'{"type":"relationship","id":"relationship--%d",'
    one += b'"source_ref":"relationship--%d","target_ref":"relationship--%d"}'
    cycle = b",".join(one % (n, n + 1, (n + 2) % 5000) for n in range(5000))
    yield Bomb("cycle.stix.json", ("attack", "reports"), stix % cycle)
    pattern = b'{"type":"indicator","id":"indicator--1","pattern_type":"stix","pattern":"%s"}'
    nested = b"(" * 50_000 + b"[ipv4-addr:value = '192.0.2.1']" + b")" * 50_000
    yield Bomb("pattern.stix.json", ("attack", "reports"), stix % (pattern % nested))
    misp = b'{"Event":{"uuid":"1","info":"x","RelatedEvent":[' * 2000 + b"]}}" * 2000
    yield Bomb("related.misp.json", ("attack", "reports"), misp)


def numbers() -> Bombs:
    for name, number in {
        "integer": b"9" * MEGA,
        "negative": b"-" + b"9" * MEGA,
        "float": b"1e" + b"9" * 1000,
        "fraction": b"0." + b"1" * MEGA,
        "infinity": b"Infinity",
    }.items():
        yield Bomb(f"{name}.jsonl", ("findings", "cowrie"), _FINDING % number)
    many = b'{"observables":[%s]}' % b",".join([b'{"topic":"ip","value":"192.0.2.1"}'] * DEEP)
    yield Bomb("observables.jsonl", ("findings",), many)
    keys = b",".join(b'"%d":0' % n for n in range(DEEP))
    yield Bomb("keys.jsonl", ("findings",), _FINDING % (b"{" + keys + b"}"))


def long() -> Bombs:
    yield Bomb("line.txt", ("exist", "cowrie", "nicter"), b"x" * (100 * MEGA))
    yield Bomb("empty.txt", ("exist",), b"\n" * MEGA)
    yield Bomb("quote.csv", ("exist", "social", "nicter"), b'"a,b\n' * 40_000)
    yield Bomb("cells.csv", ("exist", "social"), b"," * (4 * MEGA))
    yield Bomb("quotes.csv", ("exist",), b'"' * (4 * MEGA))


def signs() -> Bombs:
    for name, text in {
        "combining": "a" + "\u0301" * 200_000,
        "bidi": "\u202e192.0.2.1\u202c" * 20_000,
        "ligatures": "\ufdfa" * 300_000,
        "zeros": "192.0.2.1\0" * 50_000,
        "letters": "\u0130" * 300_000,
    }.items():
        yield Bomb(f"{name}.txt", ("exist", "reports"), text.encode())
    yield Bomb("surrogates.txt", ("exist", "reports"), b"\xed\xa0\x80" * DEEP)


def hostile() -> Bombs:
    """Text on which careless patterns take their time."""
    for name, text in {
        "dots": b"a." * 200_000,
        "slashes": b"http://" * 60_000,
        "ats": b"a@" * 200_000,
        "brackets": b"[.]" * 150_000,
        "colons": b"0:" * 200_000,
        "hex": b"a" * 400_000,
        "digits": b"1.1.1.1" * 60_000,
        "blanks": b"x" + b" " * 400_000 + b"x",
        "sentences": b"A. " * 150_000,
        "katakana": "\u30a2".encode() * 150_000,
        "capitals": b"Abc " * 100_000,
        "escapes": b"%25" * 150_000,
        "hashes": b"#" * 300_000,
        "stars": b"*" * 300_000,
        "bars": b"| " * 150_000,
    }.items():
        yield Bomb(f"{name}.txt", ("reports", "exist"), text)


def binary() -> Bombs:
    lying = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    packet = struct.pack("<IIII", 0, 0, 0xFFFFFFF0, 0xFFFFFFF0)
    for name, readers, data in (
        ("lying.pcap", ("endpoint", "glastopf", "nirvana"), lying + packet + b"x" * 100),
        ("many.pcap", ("endpoint", "nirvana"), lying + struct.pack("<IIII", 0, 0, 0, 0) * 200_000),
        (
            "lying.evtx",
            ("endpoint",),
            b"ElfFile\0" + b"\xff" * 4096 + b"ElfChnk\0" + b"\xff" * 65528,
        ),
        ("lying.sqlite", ("amppot", "endpoint"), b"SQLite format 3\0" + b"\xff" * 8192),
        ("pages.sqlite", ("amppot", "endpoint"), _database()),
        ("lying.bson", ("glastopf", "attack"), struct.pack("<i", 0x7FFFFFFF) + b"\x04a\0" * DEEP),
        ("deep.bson", ("glastopf",), _bson(3000)),
        ("deep.cbor", ("findings", "reports"), b"\x81" * DEEP),
    ):
        yield Bomb(name, readers, data)


def _database() -> bytes:
    """A header that promises 4 billion pages, and one page that names itself as its parent."""
    head = b"SQLite format 3\0" + struct.pack(">HBBBBBB", 4096, 1, 1, 0, 64, 32, 32)
    head += struct.pack(">IIII", 1, 0xFFFFFFFE, 1, 0xFFFFFFFE) + bytes(60)
    page = struct.pack(">BHHHBI", 5, 0, 1, 4090, 0, 1) + struct.pack(">H", 4090)
    return (head + page).ljust(4096, b"\0") * 4


def _bson(depth: int) -> bytes:
    data = b"\x05\0\0\0\0"
    for _ in range(depth):
        data = struct.pack("<i", len(data) + 8) + b"\x03a\0" + data + b"\0"
    return data
