"""Lives of a program: `cure`, as a process of its own that may be killed at any moment.

The processes are forks of one that has imported the program already, so that a life costs what it
does, and not a second of imports.
"""

import atexit
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from select import select
from tempfile import TemporaryFile
from typing import IO, TypeAlias

from faults import changes

_SECONDS = 180.0
_LOOK_S = 0.002
_TESTS = Path(__file__).parents[1]
Begin: TypeAlias = Callable[..., "Life"]


class _Parent:
    """The process that has the lives."""

    def __init__(self) -> None:
        """Start it."""
        places = [str(_TESTS), str(_TESTS.parent / "src")]
        clean = {name: text for name, text in os.environ.items() if not name.startswith("CURE_")}
        self.said: IO[bytes] = TemporaryFile()  # noqa: SIM115 - as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from faults.lives import be_parent; be_parent()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.said,
            bufsize=0,
            env=clean | {"PYTHONPATH": os.pathsep.join(places)},
        )
        atexit.register(self.end)

    def ask(self, asked: Mapping[str, object]) -> int:
        """Have a life begun; return the number of its process."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        return self.answer()

    def answer(self) -> int:
        """Return the next number that it tells, unless nothing ends."""
        assert self._process.stdout
        assert select([self._process.stdout], [], [], _SECONDS)[0], "it does not end"
        return int(self._process.stdout.readline())

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for one in (self._process.stdin, self._process.stdout, self.said):
            assert one
            one.close()


_parent = cache(_Parent)


class Life:
    """One life of the program.

    Attributes:
        pid: The number of its process.
        up_s: After how many seconds it said where it answers.
        up_cpu_s: How many seconds of a processor it took for that, however busy the machine was.
    """

    def __init__(self, asked: Mapping[str, object]) -> None:
        """Begin it."""
        self._parent = _parent()
        self._from = os.fstat(self._parent.said.fileno()).st_size
        self._code: int | None = None
        self._began = time.perf_counter()
        self.pid = self._parent.ask(asked)
        self.up_s = self.up_cpu_s = 0.0

    @property
    def url(self) -> str:
        """Where the server answers, once it says so."""
        while (found := re.search(r"http://[\d.:]+(?=/)", self.said)) is None:
            late = time.perf_counter() - self._began > _SECONDS
            assert not late, self.said[-3000:]
            assert Path(f"/proc/{self.pid}").exists(), self.said[-3000:]
            time.sleep(_LOOK_S)
        if not self.up_s:
            self.up_s, self.up_cpu_s = time.perf_counter() - self._began, _processor_s(self.pid)
        return found[0]

    @property
    def said(self) -> str:
        """What it has said until now, to people and to operators."""
        file = self._parent.said.fileno()
        return os.pread(file, os.fstat(file).st_size - self._from, self._from).decode()

    def ended(self) -> int:
        """Wait for the end; return its code, negative after a signal."""
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(self._parent.answer())
        return self._code

    def kill(self) -> None:
        """End it as a power button would."""
        self.tell(signal.SIGKILL)
        self.ended()

    def stop(self) -> int:
        """End it as an operator would; return its code."""
        self.tell(signal.SIGTERM)
        return self.ended()

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it is still there."""
        if self._code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def _processor_s(pid: int) -> float:
    """Return how much of a processor a process has taken, itself and for the system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def lives(**environment: str) -> Iterator[Begin]:
    """Give what begins lives, one at a time, with this set in the environment.

    It takes the arguments of the command line, and as `change` the name of a function of
    `faults.changes` that is called in the process first.
    """
    begun: list[Life] = []
    settings = {"CURE_LINK_RESERVED": "true"} | environment

    def begin(*arguments: object, change: str = "") -> Life:
        for before in begun:
            before.kill()
        words = [str(one) for one in arguments]
        begun[:] = [Life({"arguments": words, "change": change, "environment": settings})]
        return begun[0]

    try:
        yield begin
    finally:
        for last in begun:
            last.kill()


def be_parent() -> None:
    """Fork a life for each line of standard input, and say its number, then how it ended."""
    from cure.cli import ingest, run, serving  # noqa: F401, PLC0415 - imported once, here

    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)
            os.environ.update(asked["environment"])
            if asked["change"]:
                getattr(changes, asked["change"])()
            sys.argv = ["cure", *asked["arguments"]]
            sys.exit(run(asked["arguments"]))
        print(child, flush=True)  # noqa: T201 - to the other process
        print(os.waitpid(child, 0)[1], flush=True)  # noqa: T201 - as above
