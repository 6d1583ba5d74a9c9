"""One run of grouping, in a process of its own where one is wanted: it holds the interpreter."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
import numpy as np

from cure.enrichers.behaviour.events import Events
from cure.enrichers.groups.bursts import Burst
from cure.enrichers.groups.group import Groups
from cure.errors import CureError

MAX_BURSTS = 50
_EVENTS, _TASK, _RUN = "events.npz", "task.json", "run.json"
_ARRAYS = tuple(one.name for one in fields(Events) if one.name not in {"ips", "tokens"})


class Run(msgspec.Struct, frozen=True):
    """What a run found.

    Attributes:
        groups: The groups.
        bursts: The loudest bursts.
    """

    groups: Groups
    bursts: list[Burst]


class Task(NamedTuple):
    """What is to be grouped.

    Attributes:
        events: The behaviour.
        previous: The groups of the run before.
        scanners: The known scanners among the addresses.
        networks: The autonomous system of each address; None: there is no table of them.
    """

    events: Events
    previous: Groups | None
    scanners: Sequence[str]
    networks: Mapping[str, int] | None


class _TaskFile(msgspec.Struct):
    """The part of a task that is no array."""

    ips: list[str]
    tokens: list[str]
    previous: Groups | None
    scanners: list[str]
    networks: dict[str, int] | None


def run(task: Task) -> Run:
    """Group in this process. Cost: 2 s of imports, then as of `groups`."""
    from cure.enrichers.behaviour.vectors import build  # noqa: PLC0415 - SciPy takes its time
    from cure.enrichers.groups.bursts import bursts  # noqa: PLC0415 - as above
    from cure.enrichers.groups.grouping import groups  # noqa: PLC0415 - as above

    found = groups(
        build(task.events),
        task.events,
        task.previous,
        scanners=task.scanners,
        networks=task.networks,
    )
    return Run(found, bursts(task.events)[:MAX_BURSTS])


def run_apart(task: Task, directory: Path) -> Run:
    """Group in a process of its own, which is told and tells through files that nobody else reads.

    Raises:
        CureError: If it crashed, or needs more memory than there is.
    """
    directory.mkdir(mode=0o700, exist_ok=True)
    with TemporaryDirectory(dir=directory) as folder:
        place = Path(folder)
        _write(place, task)
        done = subprocess.run(  # noqa: S603 - it is this Python, and a directory
            [sys.executable, "-m", __name__, folder],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise CureError(f"grouping ended with code {done.returncode}: {said}")
        return msgspec.json.decode((place / _RUN).read_bytes(), type=Run)


def _write(place: Path, task: Task) -> None:
    events = task.events
    np.savez(place / _EVENTS, **{name: getattr(events, name) for name in _ARRAYS})
    rest = _TaskFile(
        list(events.ips),
        list(events.tokens),
        task.previous,
        list(task.scanners),
        None if task.networks is None else dict(task.networks),
    )
    (place / _TASK).write_bytes(msgspec.json.encode(rest))


def _read(place: Path) -> Task:
    rest = msgspec.json.decode((place / _TASK).read_bytes(), type=_TaskFile)
    with np.load(place / _EVENTS) as arrays:
        events = Events(rest.ips, rest.tokens, *(arrays[name] for name in _ARRAYS))
    return Task(events, rest.previous, rest.scanners, rest.networks)


if __name__ == "__main__":
    _place = Path(sys.argv[1])
    (_place / _RUN).write_bytes(msgspec.json.encode(run(_read(_place))))
