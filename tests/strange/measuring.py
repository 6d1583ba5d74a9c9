"""What a program costs: processor time, and the most memory that any of its processes took."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from program import Program

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_LAUNCHER = """
import json, os, sys
nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[nowhere])
_, status, used = os.wait4(child, 0)
ended = os.waitstatus_to_exitcode(status)
print(json.dumps([ended, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""
"""Starts a program from a small one: what a process takes includes what its parent had."""


class Cost(NamedTuple):
    """What something cost.

    Attributes:
        seconds: Of processor time, of all processes together.
        megabytes: The most memory that one of them took.
    """

    seconds: float
    megabytes: float


class Done(NamedTuple):
    """How a program ended.

    Attributes:
        code: Its exit code.
        said: What it said on standard error.
        cost: What it cost.
    """

    code: int
    said: str
    cost: Cost


def run(program: Program, *arguments: object) -> Done:
    """Run a program to its end."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, *program.command(*arguments)],
        cwd=program.directory,
        env=program.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=True,
    )
    code, seconds, kilobytes = json.loads(done.stdout)
    return Done(code, done.stderr.decode(), Cost(seconds, kilobytes / 1024))


class Meter:
    """Measures what a running program, with all that it started, costs from now on."""

    def __init__(self, process: int) -> None:
        """Begin to measure a process, by its number."""
        self._process = process
        self._seconds = self._used_s()
        self._idle = self._megabytes("VmRSS")
        self._reset()

    def _reset(self) -> None:
        for one in self._all():
            Path(f"/proc/{one}/clear_refs").write_text("5", "ascii")

    def read(self) -> Cost:
        """Return what it has cost since, above its memory of then."""
        seconds = self._used_s() - self._seconds
        return Cost(seconds, max(0.0, self._megabytes("VmHWM") - self._idle))

    def _all(self) -> list[int]:
        found = [self._process]
        for one in found:
            told = Path(f"/proc/{one}/task/{one}/children").read_text("ascii")
            found += map(int, told.split())
        return found

    def _used_s(self) -> float:
        times = (Path(f"/proc/{one}/stat").read_text().rpartition(")")[2] for one in self._all())
        return sum(sum(map(int, one.split()[11:15])) for one in times) / _TICKS_A_SECOND

    def _megabytes(self, field: str) -> float:
        total = 0.0
        for one in self._all():
            for line in Path(f"/proc/{one}/status").read_text().splitlines():
                if line.startswith(f"{field}:"):
                    total += int(line.split()[1]) / 1024
        return total
