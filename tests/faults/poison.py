"""Poison: findings that cannot be read, among others that can, and subscribers that misbehave."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import httpx

from cure.installation import Installation
from faults.enriching import asking, in_ms
from faults.lives import lives
from servers import finding
from subscribers.deliveries.receiving import Receiver, receiver

ONE_IN = 1000
_BATCH = 5000
_DELIVERED_S = 60.0
_WATCHED = 200


def _said(number: int, **more: object) -> bytes:
    return json.dumps(finding("192.0.2.1", key=f"bad {number}") | more).encode()


def bad(number: int) -> bytes:
    """Return a line that is no finding; each is another, and bad in another way."""
    about = [{"topic": "ip", "value": f"192.0.2.1{number}x", "role": "attacker"}]
    ways = (
        b"not JSON %d" % number,
        _said(number)[:-9],
        b'{"a%d": %s}' % (number, b"[" * 100_000),
        _said(number, observables=number),
        _said(number, observables=[]),
        _said(number, observables=about),
        _said(number, count=0),
        _said(number, count=-number),
        _said(number, count=1 << 70),
        _said(number, kind=f"rumour {number}"),
        _said(number, first_seen="9999-12-31T23:59:59-14:00", last_seen=None),
        _said(number, first_seen="0000-00-00T00:00:00Z"),
        _said(number, first_seen="1970-01-01T00:00:00Z", last_seen="1970-01-01T00:00:00Z"),
        _said(number, first_seen="2026-01-10T00:00:00"),
        _said(number, last_seen="2999-01-01T00:00:00Z"),
        _said(number, key="k" * 513),
        _said(number, attributes={"much": "x" * 20_000}),
        _said(number).replace(b"attacker", b"att\x00acker"),
        _said(number).replace(b"attacker", b"att\\u0000acker"),
        _said(number).replace(b"192.0.2.1", b"\\ud800"),
        _said(number).replace(b"attacker", b"\xff\xfe"),
        _said(number).replace(b'"count"', b'"count": NaN, "count"').replace(b"{", b"{,", 1),
        b'[%d, "a list"]' % number,
        b'"%d"' % number,
    )
    if number == 1:
        return b'{"key": "' + b"x" * (5 << 20) + b'"}'
    return ways[number % len(ways)]


def lines(count: int) -> Iterator[tuple[bytes, bool]]:
    """Yield so many lines, and of each whether it can be read."""
    for number in range(count):
        if number % ONE_IN == ONE_IN // 2:
            yield bad(number // ONE_IN), False
        else:
            value = f"198.51.100.{number % _WATCHED}" if number % 100 == 0 else _address(number)
            yield json.dumps(finding(value, key=f"good {number}")).encode(), True


def _address(number: int) -> str:
    return f"100.{64 + (number >> 16)}.{number >> 8 & 0xFF}.{number & 0xFF}"


class Poisoned(NamedTuple):
    """What came of findings some of which cannot be read.

    Attributes:
        posted: How many could be read, and how many not.
        stored: How many records there are afterwards.
        reasons: Why lines lie in quarantine, each with how many.
        streamed: The keys that a stream told, and how many times.
        undelivered: Hits that the good webhook was not told of.
        ask_ms: How long questions took meanwhile: the median, and 99 of 100.
    """

    posted: Counter[bool]
    stored: int
    reasons: Counter[str]
    streamed: Counter[str]
    undelivered: set[str]
    ask_ms: tuple[float, float]


def poisoned(directory: Path, count: int) -> Poisoned:
    """Post findings to a server while some subscribers freeze, crash and lie."""
    posted: Counter[bool] = Counter()
    with ExitStack() as open_things:
        begin = open_things.enter_context(lives(CURE_PUSH_ALLOW_PRIVATE="true"))
        server = begin("run", "--port", 0, "--data", directory)
        url = server.url
        good, *_ = hooks = [open_things.enter_context(receiver()) for _ in range(4)]
        hooks[1].frozen.set()
        hooks[2].status = 0
        hooks[3].status = 500
        _watch(url, hooks)
        open_things.enter_context(_frozen_stream(url))
        with _streamed(url, count) as streamed, asking(url) as took_s:
            rest = lines(count)
            while some := list(islice(rest, _BATCH)):
                posted.update(is_good for _, is_good in some)
                _post(url, [line for line, _ in some])
            until = time.monotonic() + _DELIVERED_S
            while time.monotonic() < until and (
                len(streamed) < posted[True] or _hits(url) - set(good.values())
            ):
                time.sleep(0.1)
        undelivered = _hits(url) - set(good.values())
        assert server.stop() == 0, server.said
    with Installation(directory, write=False, link_reserved=True) as installation:
        held = installation.log.held.sums()["findings"]
        return Poisoned(
            posted,
            len(installation),
            held.reasons,
            streamed,
            undelivered,
            in_ms(took_s),
        )


def _post(url: str, some: Sequence[bytes]) -> None:
    asked = {"source": "findings"}
    body = b"\n".join(some)
    answer = httpx.post(f"{url}/api/v1/records", params=asked, content=body, timeout=60)
    told = answer.raise_for_status().json()
    assert told["lines"] == len(some) == told["accepted"] + told["quarantined_count"]
    assert all(one["why"] for one in told["quarantined"])


def _watch(url: str, hooks: Sequence[Receiver]) -> None:
    form: dict[str, object] = {"name": "office", "own": True, "entries": ["198.51.100.0/24"]}
    httpx.post(f"{url}/api/v1/watches", json=form).raise_for_status()
    for hook in hooks:
        form = {"way": "webhook", "address": hook.url}
        httpx.post(f"{url}/api/v1/deliveries", json=form).raise_for_status()


def _hits(url: str) -> set[str]:
    answer = httpx.get(f"{url}/api/v1/hits", params={"limit": 1000}).raise_for_status()
    return {one["value"] for one in answer.json()["hits"]}


@contextmanager
def _frozen_stream(url: str) -> Iterator[None]:
    """Ask for the stream, and never read it."""
    with httpx.stream("GET", f"{url}/api/v1/stream/records", params={"since": "24h"}):
        yield


@contextmanager
def _streamed(url: str, count: int) -> Iterator[Counter[str]]:
    """Gather the keys that the stream tells, until there are so many or nobody waits for more."""
    keys: Counter[str] = Counter()
    begun, over = threading.Event(), threading.Event()

    def gather() -> None:
        with httpx.stream("GET", f"{url}/api/v1/stream/records", timeout=60) as answer:
            for line in answer.iter_lines():
                begun.set()
                if line.startswith("data: {"):
                    keys[json.loads(line[6:])["key"]] += 1
                if over.is_set() or len(keys) >= count:
                    return

    gathering = threading.Thread(target=gather)
    gathering.start()
    begun.wait(20)
    try:
        yield keys
    finally:
        over.set()
        _post(url, [json.dumps(finding("192.0.2.1", key="the end")).encode()])
        gathering.join()
