"""One run of grouping, in a process of its own where one is wanted: it holds the interpreter."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
import numpy as np

from cure.enrichers.behaviour.events import Events
from cure.enrichers.groups.bursts import Burst
from cure.enrichers.groups.group import Groups
from cure.errors import EnricherError, ExhaustedError

MAX_BURSTS = 50
TIME_LIMIT_S = 1800.0
"""So long a run may take; the next one begins an hour after it."""
_NICE = 15
"""Nobody waits for groups, and the processors are the server's first."""
_PROGRAM = ("-m", __name__)
_FOLDER = "run-"
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


_decode_run = msgspec.json.Decoder(Run).decode


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


_decode_task = msgspec.json.Decoder(_TaskFile).decode


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


class Apart:
    """Groups in a process of its own, which is told and tells through files nobody else reads."""

    def __init__(self, directory: Path, time_limit_s: float = TIME_LIMIT_S) -> None:
        """Put the files into a directory; what a run that was cut off has left there goes."""
        self._directory = directory
        self._time_limit_s = time_limit_s
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def __call__(self, task: Task) -> Run:
        """Group; one run at a time.

        Raises:
            EnricherError: If it crashed, needs more memory than there is, takes too long or
                answers nonsense; or if it is closed.
            ExhaustedError: If it cannot be begun.
        """
        try:
            self._directory.mkdir(mode=0o700, exist_ok=True)
            for left in self._directory.glob(f"{_FOLDER}*"):
                rmtree(left, ignore_errors=True)
            with TemporaryDirectory(dir=self._directory, prefix=_FOLDER) as folder:
                _write(Path(folder), task)
                self._run(folder)
                return _believed((Path(folder) / _RUN).read_bytes(), task)
        except (msgspec.MsgspecError, FileNotFoundError) as error:
            raise EnricherError(f"grouping answers nonsense: {error}") from error
        except OSError as error:
            raise ExhaustedError("group", error) from error

    def _run(self, folder: str) -> None:
        with subprocess.Popen(  # noqa: S603 - it is this Python, and a directory
            [sys.executable, *_PROGRAM, folder],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as self._process:
            if self._is_closed:
                self._process.kill()
            try:
                _, said = self._process.communicate(timeout=self._time_limit_s)
            except subprocess.TimeoutExpired as error:
                self._process.kill()
                why = f"grouping takes more than {self._time_limit_s:.0f} s"
                raise EnricherError(why) from error
        if code := self._process.returncode:
            last = said.decode(errors="replace").strip().rpartition("\n")[2]
            raise EnricherError(f"grouping ended with code {code}: {last}")

    def close(self) -> None:
        """Cut the run off that goes on, and begin no other; from any thread."""
        self._is_closed = True
        if (process := self._process) is not None:
            process.kill()


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


def _believed(answer: bytes, task: Task) -> Run:
    """Read what a run found; it may speak of what it was told of, and of nothing else."""
    found = _decode_run(answer)
    members = {one for group in found.groups.groups for one in group.members}
    if not members.union(*(one.addresses for one in found.bursts)).issubset(task.events.ips):
        raise EnricherError("grouping answers nonsense: addresses of which it was told nothing")
    return found


def _read(place: Path) -> Task:
    rest = _decode_task((place / _TASK).read_bytes())
    with np.load(place / _EVENTS) as arrays:
        events = Events(rest.ips, rest.tokens, *(arrays[name] for name in _ARRAYS))
    return Task(events, rest.previous, rest.scanners, rest.networks)


if __name__ == "__main__":
    os.nice(_NICE)
    with suppress(OSError):  # where memory runs out, this goes before the server
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    _place = Path(sys.argv[1])
    (_place / _RUN).write_bytes(msgspec.json.encode(run(_read(_place))))
