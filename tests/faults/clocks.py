"""Clocks that are wrong: a server whose clock is set back and forth, and publishers with others."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from faults.lives import Begin, Life, lives
from servers import finding, ndjson

YEARS_DAYS = 3650.0
_RESTARTED_EVERY = 20
_TAXII = "taxii2/local/collections/all"
_ACCEPT = {"Accept": "application/taxii+json;version=2.1"}


class Told(NamedTuple):
    """What was told while the clock went back and forth.

    Attributes:
        posted: The keys of what was kept, in the order in which it was.
        streamed: The keys that the stream told, from the first on.
        resumed: The same, each time asked for from the last cursor on.
        added: The time of each object of TAXII, asked for from the last time on.
        scores: How malicious a value was called.
        refused: How many findings were refused, as their publisher's clock is ahead of ours.
    """

    posted: list[str]
    streamed: list[str]
    resumed: list[str]
    added: list[str]
    scores: set[int]
    refused: int


class _Server:
    """A server whose clock can be set."""

    def __init__(self, directory: Path, begin: Begin) -> None:
        self._file = directory / "days"
        self._data = directory / "data"
        self._begin = begin
        self.days = 0.0
        self.set(0.0)
        self.life = self._started()

    def _started(self) -> Life:
        return self._begin("run", "--port", 0, "--data", self._data, change="shifted_clock")

    def set(self, days: float) -> None:
        beside = self._file.with_suffix(".new")
        beside.write_text(f"{days}")
        beside.replace(self._file)
        self.days = days

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.days)

    def restart(self) -> None:
        assert self.life.stop() == 0, self.life.said
        self.life = self._started()


def shifted(directory: Path, times: int, seed: int) -> Told:
    """Set the clock so many times, publish each time, and gather what is told."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    told = Told([], [], [], [], set(), 0)
    with lives(SHIFTED_CLOCK=str(directory / "days")) as begin:
        server = _Server(directory, begin)
        added_last, cursor, refused = "1990-01-01T00:00:00Z", "", 0
        for number in range(times):
            server.set(_step(chance, server.days))
            if number % _RESTARTED_EVERY == _RESTARTED_EVERY - 1:
                server.restart()
            with httpx.Client(base_url=server.life.url, timeout=20) as client:
                skews = [chance.uniform(-YEARS_DAYS, YEARS_DAYS), -1.0, 0.5]
                keys = [f"{number} {one}" for one in range(len(skews))]
                kept = _post(client, server, keys, skews)
                told.posted.extend(kept)
                refused += len(keys) - len(kept)
                added, added_last = _added(client, added_last)
                told.added.extend(added)
                score = client.get("/api/v1/score?value=192.0.2.1").json()
                told.scores.add(round(score["maliciousness"]))
                resumed, cursor = _streamed(client, cursor, len(kept))
                told.resumed.extend(resumed)
        with httpx.Client(base_url=server.life.url, timeout=20) as client:
            told.streamed.extend(_streamed(client, "", len(told.posted))[0])
        assert server.life.stop() == 0, server.life.said
    return told._replace(refused=refused)


def _step(chance: random.Random, days: float) -> float:
    """Draw how wrong the clock is next: at all, or by a little more or less."""
    if chance.random() < 0.5:
        return chance.uniform(-YEARS_DAYS, YEARS_DAYS)
    return days + chance.choice((-1.0, -0.01, -0.00001, 0.00001, 1.0))


def _post(client: httpx.Client, server: _Server, keys: list[str], skews: list[float]) -> list[str]:
    """Post a finding by each of several clocks; return the keys of those that were kept."""
    now = server.now()
    times = [(now + timedelta(days=skew)).isoformat() for skew in skews]
    said = [
        finding("192.0.2.1", key=key, first_seen=time, last_seen=time)
        for key, time in zip(keys, times, strict=True)
    ]
    asked = {"source": "findings"}
    answer = client.post("/api/v1/records", params=asked, content=ndjson(*said)).json()
    assert answer["accepted"] + answer["quarantined_count"] == len(keys), answer
    assert all("future" in one["why"] for one in answer["quarantined"]), answer
    bad = {one["line"] - 1 for one in answer["quarantined"]}
    return [key for at, key in enumerate(keys) if at not in bad]


def _added(client: httpx.Client, after: str) -> tuple[list[str], str]:
    """Return the times of all objects that were added after a moment, and the last one."""
    found: list[str] = []
    asked: dict[str, Any] = {"added_after": after}
    while True:
        answer = client.get(f"{_TAXII}/manifest/", params=asked, headers=_ACCEPT)
        page = answer.raise_for_status().json()
        found += [one["date_added"] for one in page.get("objects", ())]
        after = answer.headers.get("X-TAXII-Date-Added-Last", after)
        if not page.get("more"):
            return found, after
        asked["next"] = page["next"]


def _streamed(client: httpx.Client, cursor: str, count: int) -> tuple[list[str], str]:
    """Return the keys of so many records behind a cursor, and the last cursor."""
    asked = {"cursor": cursor} if cursor else {"since": "1990-01-01T00:00:00Z"}
    keys: list[str] = []
    with _events(client, asked) as lines:
        for line in lines:
            if len(keys) == count:
                break
            if line.startswith("id: "):
                cursor = line[4:]
            elif line.startswith("data: {"):
                keys.append(json.loads(line[6:])["key"])
    return keys, cursor


@contextmanager
def _events(client: httpx.Client, asked: dict[str, str]) -> Iterator[Iterator[str]]:
    with client.stream("GET", "/api/v1/stream/records", params=asked) as answer:
        answer.raise_for_status()
        yield answer.iter_lines()
