"""The program itself, started as a user would start it."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import engines
from waiting import PATIENCE_S

SRC = Path(__file__).parents[1] / "src"


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


class Program:
    """Starts `cure` in a directory of its own, with nothing set in the environment."""

    def __init__(self, directory: Path, *, is_node: bool = engines.ENGINE != "embedded") -> None:
        self.directory = directory
        self._is_node = is_node
        self.environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("CURE_")},
            "PYTHONPATH": str(SRC),
            "CURE_LINK_RESERVED": "true",  # tests speak of documentation addresses
        }

    def __call__(self, *arguments: object, given: bytes = b"", **environment: str) -> Ran:
        done = subprocess.run(
            self.command(*arguments),
            input=given,
            capture_output=True,
            cwd=self.directory,
            env=self.environment | self._engine(*arguments, **environment) | environment,
            timeout=2 * PATIENCE_S,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def _engine(self, *arguments: object, **environment: str) -> dict[str, str]:
        """Return what makes the data directory a node's, where a run of tests wants that."""
        if not self._is_node or arguments[:1] == ("cluster",):
            return {}
        return engines.cluster_at(self._data(*arguments, **environment)).environment()

    def _data(self, *arguments: object, **environment: str) -> Path:
        words = [str(one) for one in arguments]
        named = words[words.index("--data") + 1] if "--data" in words else None
        return self.directory / (named or environment.get("CURE_DATA", "cure-data"))

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "cure", *map(str, arguments)]

    def start(self, *arguments: object, **pipes: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.directory,
            env=self.environment | self._engine(*arguments),
            stdin=pipes.get("stdin"),
            stdout=pipes.get("stdout"),
            stderr=pipes.get("stderr"),
        )

    @contextmanager
    def serving(
        self, *arguments: object, command: str = "run", says: str = r"http://\S+"
    ) -> Iterator[str]:
        """Run a server and give its URL, or what else it says; end it as an operator would."""
        with (
            engines.beside(self._data(*arguments)),
            self.start(
                command, "--port", "0", *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            ) as server,
        ):
            assert server.stdout is not None
            try:
                found = (re.search(says, line.decode()) for line in server.stdout)
                yield next(filter(None, found))[0]
            finally:
                server.send_signal(signal.SIGINT)
                _, said = server.communicate(timeout=PATIENCE_S)
        assert (server.returncode, said) == (0, b""), f"{server.returncode}: {said.decode()}"
