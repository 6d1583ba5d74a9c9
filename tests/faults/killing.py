"""Kills: a server, or a command, ended as by a power button at a moment that chance chooses."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from signal import SIGTERM
from typing import NamedTuple

import httpx

from faults.acknowledged import (
    SILENCE_S,
    Acknowledged,
    Publisher,
    Stored,
    lines_of,
    publishing,
    stored,
)
from faults.lives import Begin, Life, lives
from subscribers.deliveries.receiving import receiver

_PUBLISHERS = 4
_FILE_LINES = 300
_DELIVERED_S = 60.0
_LOOK_S = 0.0005


class Killed(NamedTuple):
    """What came of some kills.

    Attributes:
        stored: What the data directory holds afterwards.
        acknowledged: How many keys were acknowledged.
        up_cpu_s: The most seconds of a processor that a life took until it answered.
        moments: At which moments was killed, and how many times.
        half_written: How many times a snapshot lay there half written then.
        undelivered: Hits of a watch that its webhook was not told of.
        left: Files that lie about.
    """

    stored: Stored
    acknowledged: int
    up_cpu_s: float
    moments: Counter[str]
    half_written: int
    undelivered: set[str]
    left: list[str]


class _Trial:
    """A data directory, its publishers, and what is done to the lives of its server."""

    def __init__(
        self, directory: Path, begin: Begin, acknowledged: Acknowledged, seed: int
    ) -> None:
        self.data = directory / "data"
        self._directory = directory
        self._begin = begin
        self._acknowledged = acknowledged
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._files = 0
        self.up_cpu_s = 0.0
        self.half_written = 0
        numbers = range(_PUBLISHERS)
        self.publishers = [Publisher(f"findings@{n}", acknowledged, seed + n) for n in numbers]

    def server(self) -> Life:
        return self._begin("run", "--port", 0, "--data", self.data, change="snapshots_often")

    def answering(self) -> tuple[Life, str]:
        one = self.server()
        url = one.url
        self.up_cpu_s = max(self.up_cpu_s, one.up_cpu_s)
        return one, url

    def _wait(self, most_s: float) -> None:
        time.sleep(self._chance.uniform(0, most_s))

    def starting(self) -> None:
        """Kill while it loads a snapshot and replays the log."""
        one = self.server()
        self._wait(0.5)
        one.kill()

    def ingesting(self) -> None:
        """Kill while several publish, snapshots are written and hits are delivered."""
        one, url = self.answering()
        with publishing(url, self.publishers):
            self._acknowledged.wait()
            self._wait(0.6)
            one.kill()

    def snapshotting(self) -> None:
        """Kill while a snapshot is written."""
        beside = self.data / "hub.new"
        beside.unlink(missing_ok=True)
        one, url = self.answering()
        with publishing(url, self.publishers):
            until = time.monotonic() + SILENCE_S
            while not beside.exists() and time.monotonic() < until:
                time.sleep(_LOOK_S)
            one.kill()
        self.half_written += beside.exists()

    def stopping(self) -> None:
        """Kill while it keeps what waits, and writes the last snapshot."""
        one, url = self.answering()
        with publishing(url, self.publishers):
            self._wait(0.2)
            one.tell(SIGTERM)
            self._wait(0.5)
            one.kill()

    def grouping(self) -> None:
        """Kill while the enricher computes groups and publishes them."""
        one, url = self.answering()

        def publish_groups() -> None:
            with suppress(httpx.TransportError):
                httpx.post(f"{url}/api/v1/groups/publish", timeout=20)

        asking = threading.Thread(target=publish_groups)
        with publishing(url, self.publishers[:1]):
            asking.start()
            self._wait(2.5)
            one.kill()
        asking.join()

    def reading_a_file(self) -> None:
        """Kill a command that reads a file; what it read is acknowledged once it ends."""
        begin = self._files * _FILE_LINES
        self._files += 1
        file = self._directory / "findings.jsonl"
        file.write_bytes(lines_of(_FILE_LINES, begin=begin))
        one = self._begin("ingest", "findings", file, "--instance", "file", "--data", self.data)
        self._wait(0.8)
        one.kill()
        if one.ended() == 0:
            keys = (f"{number}" for number in range(begin, begin + _FILE_LINES))
            self._acknowledged.note(("findings@file", key) for key in keys)


MOMENTS: Sequence[Callable[[_Trial], None]] = (
    _Trial.ingesting,
    _Trial.snapshotting,
    _Trial.stopping,
    _Trial.starting,
    _Trial.ingesting,
    _Trial.grouping,
    _Trial.ingesting,
    _Trial.reading_a_file,
)


def killed(directory: Path, times: int, seed: int) -> Killed:
    """Kill so many times, each time at another moment, and look for what is left."""
    moments: Counter[str] = Counter()
    with (
        Acknowledged(directory / "acknowledged") as acknowledged,
        lives(CURE_SNAPSHOT_EVERY="1000", CURE_PUSH_ALLOW_PRIVATE="true") as begin,
        receiver() as hook,
    ):
        trial = _Trial(directory, begin, acknowledged, seed)
        one, url = trial.answering()
        _watch(url, hook.url)
        one.kill()
        for number in range(times):
            moment = MOMENTS[number % len(MOMENTS)]
            moments[moment.__name__] += 1
            moment(trial)
        one, url = trial.answering()
        until = time.monotonic() + _DELIVERED_S
        while (missing := _hits(url) - set(hook.values())) and time.monotonic() < until:
            time.sleep(0.1)
        if _Trial.grouping.__name__ in moments:
            httpx.post(f"{url}/api/v1/groups/publish", timeout=60).raise_for_status()
        assert one.stop() == 0, one.said
        left = [one.name for one in (trial.data / "groups").glob("*/")]
        found = stored(trial.data, acknowledged)
        return Killed(
            found,
            len(acknowledged.all()),
            trial.up_cpu_s,
            moments,
            trial.half_written,
            missing,
            left,
        )


def _watch(url: str, hook: str) -> None:
    form = {"name": "office", "own": True, "entries": ["198.51.100.0/24"]}
    httpx.post(f"{url}/api/v1/watches", json=form, timeout=SILENCE_S).raise_for_status()
    form = {"way": "webhook", "address": hook, "batch": False}
    httpx.post(f"{url}/api/v1/deliveries", json=form, timeout=SILENCE_S).raise_for_status()


def _hits(url: str) -> set[str]:
    answer = httpx.get(f"{url}/api/v1/hits", params={"limit": 1000}, timeout=SILENCE_S)
    return {one["value"] for one in answer.raise_for_status().json()["hits"]}
