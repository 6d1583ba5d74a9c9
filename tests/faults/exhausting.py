"""What runs out or fails under a running server, and comes back: the disk, its room, files."""

import os
import random
import resource
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx

from faults.acknowledged import Acknowledged, Publisher, Stored, stored
from faults.lives import Life, lives

DISK_BYTES = 16 << 20
_LEFT_BYTES = 1 << 16
_BATCH = 5
_BATCHES = 3
_SILENCE_S = 5.0
_TRIES = 20
_CONNECTIONS = 4
REFUSALS = {"write", "sync"}
"""What a disk may refuse although there is room (EIO)."""
GiveBack = Callable[[], None]


@contextmanager
def small_disk(path: Path) -> Iterator[Path]:
    """Mount a disk of 16 MB; for root only."""
    path.mkdir()
    size = f"size={DISK_BYTES}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", path], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


class Exhausted(NamedTuple):
    """What came of running out.

    Attributes:
        tried: How many times of what.
        refused: What was answered meanwhile, and how many times.
        sentences: What was said with it, and when to come again.
        stored: What the data directory holds.
    """

    tried: Counter[str]
    refused: Counter[str]
    sentences: set[tuple[str, str]]
    stored: Stored


class _Trial:
    """A server on a disk, and what is taken from it."""

    def __init__(self, disk: Path, failing: Path, server: Life, seed: int) -> None:
        self.data = disk / "data"
        self._disk = disk
        self._failing = failing
        self._server = server
        self._chance = random.Random(seed)  # noqa: S311 - no secret

    @contextmanager
    def without(self, what: str) -> Iterator[None]:
        """Take something away, and give it back."""
        with ExitStack() as back:
            match what:
                case "room":
                    back.callback(self._fill())
                case "length":
                    back.callback(self._limit(resource.RLIMIT_FSIZE, self._journal_bytes()))
                case _ if what in REFUSALS:
                    self._failing.write_text(what)
                    back.callback(self._failing.unlink)
                case _:
                    back.callback(self._limit(resource.RLIMIT_NOFILE, self._open_files()))
                    url = httpx.URL(self._server.url)
                    for _ in range(_CONNECTIONS):  # which ask nothing
                        one = socket.create_connection((url.host, url.port or 0), _SILENCE_S)
                        back.enter_context(one)
            yield

    def _fill(self) -> GiveBack:
        """Fill the disk, but for a little (ENOSPC)."""
        ballast = self._disk / "ballast"
        found = os.statvfs(self._disk)
        left = self._chance.randrange(_LEFT_BYTES)
        with suppress(OSError), ballast.open("wb") as file:  # the server may be quicker
            size = found.f_bavail * found.f_frsize - left
            os.posix_fallocate(file.fileno(), 0, max(1, size))
        return ballast.unlink

    def _journal_bytes(self) -> int:
        """Return about how long the log's journal is: no file may be longer then (EFBIG)."""
        journal = self.data / "log.sqlite-wal"
        return journal.stat().st_size + self._chance.randrange(_LEFT_BYTES)

    def _open_files(self) -> int:
        """Return about how many files are open: no more may be then (EMFILE)."""
        numbers = (int(one.name) for one in Path(f"/proc/{self._server.pid}/fd").iterdir())
        return max(numbers) + 1 + self._chance.randrange(3)

    def _limit(self, what: int, most: int) -> GiveBack:
        before = resource.prlimit(self._server.pid, what)
        resource.prlimit(self._server.pid, what, (most, before[1]))

        def give_back() -> None:
            resource.prlimit(self._server.pid, what, before)

        return give_back


def exhausted(
    directory: Path, disk: Path, kinds: Sequence[str], times: int, seed: int
) -> Exhausted:
    """Let things run out so many times while somebody publishes, and come back."""
    change = "failing_disk" if REFUSALS.intersection(kinds) else "snapshots_often"
    tried: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    sentences: set[tuple[str, str]] = set()
    with (
        Acknowledged(directory / "acknowledged") as acknowledged,
        lives(
            CURE_SNAPSHOT_EVERY="1000",
            TMPDIR=str(disk),
            FAILING_DISK=str(directory / "failing"),
        ) as begin,
    ):
        server = begin("run", "--port", 0, "--data", disk / "data", change=change)
        url, trial = server.url, _Trial(disk, directory / "failing", server, seed)
        publisher = Publisher("findings", acknowledged, seed, batch=_BATCH)
        for number in range(times):
            what = kinds[number % len(kinds)]
            with trial.without(what):
                for _ in range(_BATCHES):
                    _publish(publisher, url)
            tries = 0
            while not _publish(publisher, url):  # what was not acknowledged is sent again, and kept
                tries += 1
                assert tries < _TRIES, server.said
            tried[what] += 1
            refused.update({f"{what}: {one}": n for one, n in publisher.refused.items()})
            if publisher.refused:
                told = publisher.last_refusal
                sentences.add((told["error"]["message"], told["headers"].get("retry-after", "")))
            publisher.refused.clear()
        assert server.stop() == 0, server.said
        return Exhausted(tried, refused, sentences, stored(disk / "data", acknowledged))


def _publish(publisher: Publisher, url: str) -> bool:
    with httpx.Client(timeout=_SILENCE_S) as client:
        return publisher.publish(client, url)
