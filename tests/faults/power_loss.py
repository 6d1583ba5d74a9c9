"""What may be on a disk after the power went: all that was synced, and of the rest anything."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from faults.recorded_disk import (
    Acknowledged,
    FailedSync,
    Link,
    Step,
    Sync,
    SyncDirectory,
    Truncate,
    Write,
)

_SECTOR = 512
_FATES = ("whole", "whole", "torn", "dropped")
_MOODS = ("all", "none", "some", "some", "some", "any order")


class Remains(NamedTuple):
    """A disk after the power went.

    Attributes:
        at: After so many steps.
        acknowledged: How many actions had been said to be durable.
        files: The files that are there, by name.
    """

    at: int
    acknowledged: int
    files: dict[str, bytes]

    def write(self, directory: Path) -> None:
        """Make the files, in an empty directory."""
        for name, content in self.files.items():
            (directory / name).write_bytes(content)


class _Disk:
    """What is surely there, and what is on its way."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._synced: dict[int, bytearray] = {}
        self._waiting: dict[int, list[Write | Truncate]] = {}
        self._names: dict[str, int] = {}
        self._waiting_names: list[Link] = []
        self.acknowledged = 0

    def take(self, step: Step) -> None:
        match step:
            case Acknowledged(actions):
                self.acknowledged = actions
            case Link():
                self._waiting_names.append(step)
            case SyncDirectory():
                _rename(self._names, self._waiting_names)
                self._waiting_names = []
            case FailedSync(inode):  # as Linux has it: what was not written counts as written
                self._synced[inode] = self._content(inode, self._rng.choice(_MOODS))
                self._waiting.pop(inode, None)
            case Sync(inode):
                content = self._synced.setdefault(inode, bytearray())
                for one in self._waiting.pop(inode, []):
                    _change(content, one)
            case Write(inode) | Truncate(inode):
                self._waiting.setdefault(inode, []).append(step)

    def remains(self) -> dict[str, bytes]:
        """Return the files if the power went now: what was on its way came through by chance."""
        names, rng = dict(self._names), self._rng
        # A journal of the file system keeps the order of names, and may end anywhere.
        _rename(names, self._waiting_names[: rng.randint(0, len(self._waiting_names))])
        mood = rng.choice(_MOODS)
        return {name: bytes(self._content(inode, mood)) for name, inode in sorted(names.items())}

    def _content(self, inode: int, mood: str) -> bytearray:
        rng = self._rng
        content = bytearray(self._synced.get(inode, b""))
        waiting = list(self._waiting.get(inode, [])) if mood != "none" else []
        if mood == "any order":
            rng.shuffle(waiting)
        for one in waiting:
            fate = "whole" if mood == "all" else rng.choice(_FATES)
            if fate == "torn" and isinstance(one, Write):
                _change(content, _torn(one, rng))
            elif fate != "dropped":
                _change(content, one)
        return content


def losses(steps: Sequence[Step], points: int, rng: Random) -> Iterator[Remains]:
    """Yield what may remain if the power goes at so many points of a history.

    It begins with the first acknowledgement.
    """
    begin = next(at for at, step in enumerate(steps, 1) if isinstance(step, Acknowledged))
    ends = sorted(rng.randint(begin, len(steps)) for _ in range(points))
    disk, done = _Disk(rng), 0
    for end in ends:
        for step in steps[done:end]:
            disk.take(step)
        done = end
        yield Remains(end, disk.acknowledged, disk.remains())


def _torn(one: Write, rng: Random) -> Write:
    """Return the first or the last part of a write, up to a sector or to any byte."""
    size = len(one.content)
    cut = rng.randint(0, size)
    if rng.random() < 0.7:
        cut = min(max(-one.offset % _SECTOR + cut // _SECTOR * _SECTOR, 0), size)
    if rng.random() < 0.5:
        return Write(one.inode, one.offset, one.content[:cut])
    return Write(one.inode, one.offset + cut, one.content[cut:])


def _change(content: bytearray, one: Write | Truncate) -> None:
    if isinstance(one, Truncate):
        del content[one.size :]
        return
    if one.offset > len(content):
        content.extend(bytes(one.offset - len(content)))
    content[one.offset : one.offset + len(one.content)] = one.content


def _rename(names: dict[str, int], links: Sequence[Link]) -> None:
    for link in links:
        if link.inode is None:
            names.pop(link.name, None)
        else:
            names[link.name] = link.inode
