"""Every surface from which answers leave, as bytes: what the laws of non-interference compare."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from urllib.parse import quote

import httpx
import msgspec
import numpy as np
from litestar import Litestar
from litestar.testing import TestClient

from cure.enrichers.maliciousness.score import score, scores
from cure.enrichers.reliability.sources import reliability
from cure.hub.view import AskedByDay, Changes, Followed, Span, View, Wanted
from cure.hub.watched.entry import Entry, Fit
from cure.hub.watched.table import Watched
from cure.interfaces import Logged
from cure.model import Observable, Topic
from strategies import T0, VALUES

PATTERNS = ["192.0.0.0/8", "2001:db8::/32", "*.example.com", "*@example.com", "d41d", "a*:*"]
MALFORMED = ["192.0.2.999", "", "no value", "Emotet", "*.com*"]
FOLLOWED = [
    Followed(),
    Followed(topics=frozenset({Topic.URL})),
    Followed(sources=frozenset({"cowrie"})),
    Followed(observables=tuple(VALUES[-3:])),
]
_FIXED = ["/api/v1/links", "/api/v1/sources", "/api/v1/publishers", "/api/v1/timeline"]
_DESCRIPTION = ["/api/v1/openapi.json", "/api/v1/no-such-thing"]


def everything(view: View, logged: list[Logged]) -> bytes:
    """Every surface of a view; records by what they say, not by their number."""
    say = {one.seq: one.record.finding for one in logged}
    answers: list[object] = [
        [view.card(one) for one in VALUES],
        view.match(VALUES),
        view.is_known(VALUES).tolist(),
        [view.links(topic) for topic in (None, *Topic)],
        view.links(since=T0 + timedelta(seconds=100_000)),
        [view.search(pattern, limit=2) for pattern in PATTERNS],
        view.search("*.com", since=T0 + timedelta(seconds=50_000)),
        [view.pivot(one, 2, 5) for one in VALUES],
        [view.campaign([one], 5) for one in VALUES],
        view.tags_called("Emotet"),
        view.sources(),
        view.spoken(),
        [view.spoken_last(name, 5) for name in ("cowrie", "nicter", "none")],
        view.publisher_links(),
        [view.lanes(topic, (None, None), 3, 4) for topic in Topic],
        view.lanes(Topic.IP, (T0 + timedelta(seconds=50_000), None), 9, 9),
        view.publisher_links(T0 + timedelta(seconds=50_000), T0 + timedelta(seconds=90_000)),
        view.timeline(3600),
        view.timeline(3600, observable=VALUES[0]),
    ]
    for one in VALUES:
        numbers, more = view.records(one, limit=2)
        answers.append(([say[number] for number in numbers], more))
    table = Watched()
    table.add([Entry(Topic.DOMAIN, Fit.DOMAIN, "example.com")], 0)
    for followed in (*FOLLOWED, Followed(watched=table)):
        numbers, _, _ = view.arrived(0, 3, followed)
        answers.append([say[number] for number in numbers])
        answers.append(view.firsts(numbers, followed, frozenset({"attacker", "listed"})))
    bad = frozenset({"attacker", "c2", "listed"})
    answers.append([view.named(Wanted(topic, bad), 2) for topic in Topic])
    asked = AskedByDay(bad)
    (days, latest), (named, newest, more) = view.days(asked), view.named_by_day(asked, 1, 3)
    answers.append(sorted(zip(days, [say[number] for number in latest], strict=True), key=str))
    answers.append((named, [say[number] for number in newest], more))
    numbers = np.array(sorted(say), np.uint32)
    seen = numbers[view.sees(numbers)]
    answers.append([say[number] for number in seen.tolist()])
    answers.append(view.unnamed(seen).tolist())
    answers += weighed(view)
    answers += watched(view, say)
    return msgspec.json.encode(answers)


def told(view: View, logged: list[Logged]) -> bytes:
    """What whoever follows is told: records, and what was taken back; by what they say."""
    say = {one.seq: one.record.finding for one in logged}
    answers: list[object] = []
    for followed in FOLLOWED:
        position, is_all = 0, False
        while not is_all:
            news = view.news(position, 2, followed)
            said = zip(news.released, news.is_taken_back, strict=True)
            answers += [(say[number], is_gone) for number, is_gone in said]
            position, is_all = news.position, news.is_all
    return msgspec.json.encode(answers)


def weighed(view: View) -> list[object]:
    """What scores and the comparison of sources say, and what they are made of."""
    at = T0 + timedelta(days=1)
    ways, *columns = view.evidence(VALUES, at, ("c2", "listed"))
    return [
        [(one.source, one.role, sorted(one.beside)) for one in ways],
        [column.tolist() for column in columns],
        view.spoken_by(lambda name: name != "cowrie"),
        reliability(view, at),
        scores(view, VALUES, at).tolist(),
        score(view, VALUES[0], at),
    ]


def watched(view: View, say: Mapping[int, object]) -> list[object]:
    """What watches and own alerts are told of, but for numbers."""
    table = Watched()
    table.add(
        [Entry(one.topic, Fit.VALUE, one.value) for one in VALUES if one.topic is Topic.IP], 0
    )
    table.add([Entry(Topic.DOMAIN, Fit.DOMAIN, "example.com"), Entry(Topic.TAG, Fit.TAG, "*:*")], 1)
    values, everybody = view.watched(table), np.ones(2, bool)
    touched, _ = values.touched(0, everybody)
    of = view.alerts_of("cowrie")
    fresh, _ = of.news(0)
    alerts = of.alerts(None, 0, fresh)
    return [
        [
            sorted((one.owner, one.patterns, one.observable, sorted(one.sources)) for one in some)
            for some in (touched, values.held(everybody))
        ],
        values.would_be(everybody, T0 + timedelta(seconds=50_000), 3600),
        view.said_in([Span(one, 0, 2**62) for one in VALUES]),
        [[say[number] for number in alerts.numbers.tolist()], *map(np.ndarray.tolist, alerts[1:])],
        [(one.observable, of.said_first_behind(one)) for one in fresh],
        [of.elsewhere(one) for one in VALUES],
    ]


def news(view: View, changes: Sequence[Changes]) -> bytes:
    """What a listener would be told of changes."""
    return msgspec.json.encode([view.new_links(changes), view.record_counts(changes)])


def answers(client: TestClient[Litestar], values: Sequence[Observable]) -> Iterator[bytes]:
    """Yield the answers of a server to every question about some values, headers and all."""
    for path in (*_FIXED, *_DESCRIPTION, "/api/v1/timeline?bucket=60&since=2025-01-01T00:00Z"):
        yield _whole(client.get(path))
    yield _whole(client.get("/api/v1/links?topic=ip&since=2025-01-01T20:00Z"))
    yield _whole(client.get("/api/v1/publishers/links"))
    yield _whole(client.get("/api/v1/lanes?topic=ip&limit=3"))
    tried = {"entries": [one.value for one in VALUES], "days": 3660}
    yield _whole(client.post("/api/v1/watches/dry-run", json=tried))
    yield _whole(client.get("/api/v1/watches"))
    yield _whole(client.get("/api/v1/hits"))
    yield _whole(client.get("/api/v1/alerts"))
    yield _whole(client.get("/api/v1/publishers/cowrie/latest"))
    yield _whole(client.get("/api/v1/reliability"))
    yield _whole(client.get("/api/v1/ratings?about=cowrie"))
    for pattern in (*PATTERNS, *MALFORMED):
        yield _whole(client.get("/api/v1/search", params={"pattern": pattern, "limit": 2}))
    for text in MALFORMED:
        yield _whole(client.get("/api/v1/observables", params={"value": text}))
        yield _whole(client.get("/api/v1/campaign", params={"value": text}))
    lines = "\n".join([*MALFORMED, *(one.value for one in values)])
    yield _whole(client.post("/api/v1/match", content=lines))
    for one in values:
        yield from _about(client, one)


def _about(client: TestClient[Litestar], one: Observable) -> Iterator[bytes]:
    path = f"/api/v1/observables/{one.topic}/{quote(one.value, safe='')}"
    about = {"value": one.value}
    yield _whole(client.get(path))
    yield _whole(client.get("/api/v1/observables", params=about))
    yield _whole(client.get("/api/v1/score", params=about))
    yield _whole(client.get("/api/v1/ratings", params={"about": one.value}))
    yield _whole(client.get("/api/v1/pivot", params={**about, "limit": 4}))
    yield _whole(client.get("/api/v1/campaign", params={**about, "limit": 4}))
    yield _whole(client.get("/api/v1/timeline", params=about))
    # Ids come from the installation's secret, and a version is as old as its record is there.
    yield _OWN.sub(b"", _whole(client.get("/api/v1/stix", params=about)))
    if one.topic is Topic.IP:
        behaves = {"ip": one.value, "min_score": 0}
        yield _whole(client.get("/api/v1/similar", params=behaves))
        yield _whole(client.get("/api/v1/compare", params={**behaves, "other": "192.0.2.1"}))
    yield _whole(client.get(f"{path}/records", params={"source": "cowrie", "limit": 3}))
    yield _whole(client.get(f"{path}/records", params={"cursor": "AAAA"}))
    asked: dict[str, str | int] = {"limit": 1}
    while asked:
        page = client.get(f"{path}/records", params=asked)
        yield _whole(page)
        following = page.json().get("next")
        asked = {"limit": 1, "cursor": following} if following else {}


_OWN = re.compile(rb"(?<=--)[0-9a-f-]{36}|(?<=\"modified\":\")[^\"]+")
_NAME = re.compile(rb"(?<=\"id\":\")[0-9a-f]{32}(?=\")")


def _whole(answer: httpx.Response) -> bytes:
    head = sorted((name, value) for name, value in answer.headers.items() if name != "date")
    said = _NAME.sub(b"", answer.content)  # names of records come from the installation's secret
    return msgspec.json.encode([str(answer.request.url), answer.status_code, head]) + said
