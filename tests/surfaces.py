"""Every surface from which answers leave, as bytes: what the laws of non-interference compare."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from urllib.parse import quote

import httpx
import msgspec
from litestar import Litestar
from litestar.testing import TestClient

from cure.hub.view import Changes, View
from cure.interfaces import Logged
from cure.model import Observable, Topic
from strategies import T0, VALUES

PATTERNS = ["192.0.0.0/8", "2001:db8::/32", "*.example.com", "*@example.com", "d41d", "a*:*"]
MALFORMED = ["192.0.2.999", "", "no value", "Emotet", "*.com*"]
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
        view.timeline(3600),
        view.timeline(3600, observable=VALUES[0]),
    ]
    for one in VALUES:
        numbers, more = view.records(one, limit=2)
        answers.append(([say[number] for number in numbers], more))
    return msgspec.json.encode(answers)


def news(view: View, changes: Sequence[Changes]) -> bytes:
    """What a listener would be told of changes."""
    return msgspec.json.encode([view.new_links(changes), view.record_counts(changes)])


def answers(client: TestClient[Litestar], values: Sequence[Observable]) -> Iterator[bytes]:
    """Yield the answers of a server to every question about some values, headers and all."""
    for path in (*_FIXED, *_DESCRIPTION, "/api/v1/timeline?bucket=60&since=2025-01-01T00:00Z"):
        yield _whole(client.get(path))
    yield _whole(client.get("/api/v1/links?topic=ip&since=2025-01-01T20:00Z"))
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
    yield _whole(client.get("/api/v1/pivot", params={**about, "limit": 4}))
    yield _whole(client.get("/api/v1/campaign", params={**about, "limit": 4}))
    yield _whole(client.get("/api/v1/timeline", params=about))
    yield _whole(client.get(f"{path}/records", params={"source": "cowrie", "limit": 3}))
    yield _whole(client.get(f"{path}/records", params={"cursor": "AAAA"}))
    asked: dict[str, str | int] = {"limit": 1}
    while asked:
        page = client.get(f"{path}/records", params=asked)
        yield _whole(page)
        following = page.json().get("next")
        asked = {"limit": 1, "cursor": following} if following else {}


def _whole(answer: httpx.Response) -> bytes:
    head = sorted((name, value) for name, value in answer.headers.items() if name != "date")
    return msgspec.json.encode([str(answer.request.url), answer.status_code, head]) + answer.content
