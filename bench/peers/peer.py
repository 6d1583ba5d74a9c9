"""What a peer has to be able to do, and what several of them need for it."""

import os
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Protocol

from peers.world import SOURCES, TAG


class Peer(Protocol):
    """One way to keep sightings and to ask about them.

    Attributes:
        version: What was measured.
        how: How it is used, in one sentence.
    """

    version: str
    how: str

    def __init__(self, directory: Path) -> None:
        """Start in an empty directory."""

    def load(self, files: Sequence[Path]) -> None:
        """Take in all sightings; when it returns, everything below can be asked."""

    def card(self, topic: int, value: str) -> dict[int, tuple[int, int, int]]:
        """Return of each source how often, and when first and last."""

    def matches(self, asked: Sequence[tuple[int, str]]) -> Iterable[str]:
        """Return those of the values that it knows, in any order, some perhaps repeated."""

    def matrix(self) -> list[list[int]]:
        """Return how many values each pair of sources shares; in the diagonal, each has."""

    def pivot(self, start: str) -> dict[str, int]:
        """Return the values up to three steps away, and how many steps."""

    def network(self, network: tuple[str, int, int]) -> tuple[int, list[str]]:
        """Return how many addresses it knows in a network, and the first 100."""

    def campaign(self, tag: str) -> dict[str, int]:
        """Return what stands beside a tag (1), and what beside that (2), but for tags."""

    def disk(self) -> int:
        """Return what it takes on the disk, in bytes, once all is there."""

    def restart(self) -> None:
        """Stop, and start again until it can be asked."""

    def close(self) -> None:
        """Stop."""


Step = Callable[[list[str]], Iterable[tuple[str, int]]]
"""From values to the values and topics that stand in the same records."""


def walk(start: str, hops: int, step: Step) -> dict[str, int]:
    """Walk from value to value."""
    hop_of, frontier = {start: 0}, [start]
    for hop in range(1, hops + 1):
        reached = {value for value, _ in step(frontier)} - hop_of.keys()
        hop_of.update(dict.fromkeys(reached, hop))
        frontier = sorted(reached)
        if not frontier:
            break
    return hop_of


def around(tag: str, step: Step) -> dict[str, int]:
    """Gather a campaign: other tags are not followed."""
    hop_of, frontier = {}, [tag]
    for hop in (1, 2):
        reached = {value for value, topic in step(frontier) if topic != TAG} - hop_of.keys()
        hop_of.update(dict.fromkeys(reached, hop))
        frontier = sorted(reached)
        if not frontier:
            break
    return hop_of


def counted(rows: Sequence[tuple[str]]) -> tuple[int, list[str]]:
    """Return how many rows of one value there are, and the first 100 values."""
    return len(rows), [value for (value,) in rows[:100]]


class Stepping:
    """What is the same for all peers that walk a step at a time, and are opened by `_open`."""

    _directory: Path
    _step: Step
    _open: Callable[[], None]
    close: Callable[[], None]

    def pivot(self, start: str) -> dict[str, int]:
        """Walk three steps."""
        return walk(start, 3, self._step)

    def campaign(self, tag: str) -> dict[str, int]:
        """Take two steps from a tag."""
        return around(tag, self._step)

    def disk(self) -> int:
        """Count the files."""
        return size_of(self._directory)

    def restart(self) -> None:
        """Close and open."""
        self.close()
        self._open()


def matrix_of(masks: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Turn sets of sources, a bit for each, with how many values have that set, into pairs."""
    counts = [[0] * SOURCES for _ in range(SOURCES)]
    for mask, values in masks:
        members = [source for source in range(SOURCES) if mask >> source & 1]
        for one in members:
            counts[one][one] += values
        for a, b in combinations(members, 2):
            counts[a][b] += values
            counts[b][a] += values
    return counts


def size_of(directory: Path) -> int:
    """Return what the files of a directory take."""
    return sum(file.stat().st_blocks * 512 for file in directory.rglob("*") if file.is_file())


def processes() -> list[int]:
    """Return this process and those that it started, with theirs."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:  # it ended meanwhile
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [os.getpid()]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def memory() -> int:
    """Return the memory of these processes in bytes, what they share counted once."""
    total = 0
    for pid in processes():
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(row.split()[1]) for row in rollup.splitlines() if row.startswith("Pss:"))
    return total * 1024


def processor_time() -> float:
    """Return the processor time of these processes, and of those of theirs that ended, in s."""
    ticks = 0
    for pid in processes():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            continue
        ticks += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
