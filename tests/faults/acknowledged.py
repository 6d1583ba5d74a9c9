"""What was acknowledged, written down where no fault of the server reaches, and looked for after.

Whatever breaks: what was acknowledged is stored, and no key has two visible versions.
"""

import json
import os
import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

import httpx

from beside import working
from cure.hub.view import Followed
from cure.installation import Installation
from cure.model import Audience, Tlp
from servers import finding, ndjson

BATCH = 40
_OPERATOR = Audience("local", Tlp.RED)
_PAGE = 10_000
SILENCE_S = 20.0
_TWICE = 0.1
_AGAIN = 0.2
Key = tuple[str, str]
"""A source, and its own id of a record."""


class Acknowledged:
    """A file of the keys that were acknowledged, on the disk before the next thing is done."""

    def __init__(self, path: Path) -> None:
        """Go on with a file, or make it."""
        self._file = path.open("ab")
        self._path = path
        self._lock = threading.Lock()
        self._noted = threading.Event()

    def note(self, keys: Iterable[Key]) -> None:
        """Write down that these were acknowledged."""
        with self._lock:
            self._file.write(b"".join(f"{source} {key}\n".encode() for source, key in keys))
            self._file.flush()
            os.fdatasync(self._file.fileno())
        self._noted.set()

    def wait(self) -> None:
        """Wait until something more is acknowledged."""
        self._noted.clear()
        assert self._noted.wait(SILENCE_S)

    def all(self) -> set[Key]:
        """Return all that were."""
        with self._lock:
            lines = self._path.read_text().splitlines()
        return {(source, key) for source, _, key in (line.partition(" ") for line in lines)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class Publisher:
    """One who publishes under keys; what was not acknowledged he sends again, at first or later.

    Now and then he sends a batch twice, and says something else under a key of his.
    """

    def __init__(
        self, source: str, acknowledged: Acknowledged, seed: int, *, batch: int = BATCH
    ) -> None:
        """Publish as a source, so many new keys at a time."""
        self.source = source
        self._batch = batch
        self.refused: Counter[int] = Counter()
        self.last_refusal: dict[str, Any] = {}
        self._acknowledged = acknowledged
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._count = 0
        self._doubtful: list[list[dict[str, Any]]] = []

    def publish(self, client: httpx.Client, url: str) -> bool:
        """Send one batch; tell whether it was acknowledged."""
        batch = self._doubtful.pop(0) if self._doubtful else self._next()
        if not self._sent(client, url, batch):
            self._doubtful.append(batch)
            return False
        if self._random.random() < _TWICE:
            self._sent(client, url, batch)
        return True

    def _next(self) -> list[dict[str, Any]]:
        changed = []
        if self._count and self._random.random() < _AGAIN:
            changed = [self._random.randrange(self._count) for _ in range(3)]
        new = range(self._count, self._count + self._batch)
        self._count += self._batch
        return [self._said(number) for number in (*changed, *new)]

    def _said(self, number: int) -> dict[str, Any]:
        value = f"198.51.100.{number % 256}" if number % 50 == 0 else _address(number)
        return finding(value, key=f"{number}", count=self._random.randint(1, 1000))

    def _sent(self, client: httpx.Client, url: str, batch: Sequence[Mapping[str, Any]]) -> bool:
        try:
            answer = client.post(
                f"{url}/api/v1/records", params={"source": self.source}, content=ndjson(*batch)
            )
        except httpx.TransportError:
            return False
        if answer.status_code != httpx.codes.OK:
            self.refused[answer.status_code] += 1
            self.last_refusal = {"headers": dict(answer.headers), **answer.json()}
            return False
        assert answer.json()["quarantined_count"] == 0
        self._acknowledged.note((self.source, one["key"]) for one in batch)
        return True


@contextmanager
def publishing(url: str, publishers: Sequence[Publisher]) -> Iterator[None]:
    """Let all of them publish at once, as fast as they are answered."""

    def publish(one: Publisher, stopping: threading.Event) -> None:
        with httpx.Client(timeout=SILENCE_S) as client:
            while not stopping.is_set():
                if not one.publish(client, url):
                    stopping.wait(0.02)

    with working(*(partial(publish, one) for one in publishers)):
        yield


class Stored(NamedTuple):
    """What a data directory holds.

    Attributes:
        lost: Keys that were acknowledged, and are not there.
        twice: Keys of which more than one version is visible.
        records: How many records are visible.
        same: Whether the state that a start loads is that of a replay.
    """

    lost: set[Key]
    twice: list[Key]
    records: int
    same: bool


def stored(directory: Path, acknowledged: Acknowledged) -> Stored:
    """Look through the gate at what a data directory holds."""
    with Installation(directory, write=False, link_reserved=True) as installation:
        found = Counter(_keys(installation))
        hashes = installation.state_hash(), installation.replayed_hash(lambda _done, _all: None)
    return Stored(
        acknowledged.all() - found.keys(),
        [key for key, count in found.items() if count > 1],
        found.total(),
        hashes[0] == hashes[1],
    )


def _keys(installation: Installation) -> Iterator[Key]:
    view = installation.gate.view(_OPERATOR)
    position, is_last = 0, False
    while not is_last:
        released, position, is_last = view.arrived(position, _PAGE, Followed())
        for record in installation.log.fetch(released):
            if record.finding.key is not None:
                yield record.source, record.finding.key


def assert_nothing_lost(directory: Path, acknowledged: Acknowledged) -> Stored:
    """Make sure that all that was acknowledged is there, once, and a replay finds the same."""
    found = stored(directory, acknowledged)
    assert (found.lost, found.twice, found.same) == (set(), [], True)
    return found


def _address(number: int) -> str:
    return f"203.0.{number >> 8 & 0xFF}.{number & 0xFF}"


def lines_of(count: int, *, begin: int = 0) -> bytes:
    """Return findings under keys, a line each."""
    return b"".join(
        json.dumps(finding(_address(number), key=f"{number}")).encode() + b"\n"
        for number in range(begin, begin + count)
    )
