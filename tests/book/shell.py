"""A shell in which the commands of a page are given, in order, in a directory of its own."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest

from program import Program, Ran

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_SERVES = re.compile(r"cure (demo(?!.*--no-serve)|run)\b")
_MACHINES = re.compile(r"(?<![\w./:])/(?=(?:backups|etc|opt|srv|var)\b)")
"""Where paths of a machine begin; they are looked for in the directory."""
_END = "\x1eended "


class Shell:
    """One page's shell: plain `cure` commands are called here, as a process takes half a second."""

    def __init__(self, directory: Path, call: Callable[..., Ran]) -> None:
        """Begin in a directory, with `cure` on the path and nothing set in the environment."""
        self._call = call
        self._directory = directory
        self._program = Program(directory)
        self._program.environment |= {"CURE_PORT": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        self._names: dict[str, str] = {}
        self._servers: list[subprocess.Popen[bytes]] = []
        self._address = ""
        commands = directory / ".commands"
        commands.mkdir()
        shim = commands / "cure"
        shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m cure "$@"\n')
        shim.chmod(0o755)
        self._program.environment["PATH"] = f"{commands}:{os.environ['PATH']}"
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=directory,
            env=self._program.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> Self:
        for name, text in self._program.environment.items():
            self._patch.setenv(name, text)
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()
        for server in self._servers:
            server.send_signal(signal.SIGINT)
            _, said = server.communicate(timeout=60)
            assert (server.returncode, said) == (0, b"")
        assert self._bash.stdin is not None
        self._bash.communicate(b"exit\n", timeout=60)

    def here(self, text: str) -> str:
        """Return a text of the page as it is here: its paths, its addresses and drawn names."""
        for name, drawn in self._names.items():
            text = text.replace(name, drawn)
        if self._address:
            text = text.replace("http://127.0.0.1:8080", self._address)
        return _MACHINES.sub(f"{self._directory}/", text)

    def knows(self, names: dict[str, str]) -> None:
        """Remember what stands for names of the page."""
        self._names |= names

    def run(self, command: str) -> tuple[int, list[str]]:
        """Run a command and return its exit code and what it said."""
        command = self.here(command)
        if _SERVES.match(command):
            return 0, self._serve(command)
        if set_ := re.fullmatch(r"export (CURE_\w+)=([\w./-]+)", command):
            self._patch.setenv(set_[1], set_[2])
            self._program.environment[set_[1]] = set_[2]
        if command.startswith("cure ") and not re.search(r"[$|><;&`]", command):
            ran = self._call(*shlex.split(command, comments=True)[1:])
            return ran.code, (ran.out + ran.err).splitlines()
        return self._typed(command)

    def _serve(self, command: str) -> list[str]:
        server = self._program.start(
            *shlex.split(command, comments=True)[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._servers.append(server)
        assert server.stdout is not None
        said = []
        for line in map(bytes.decode, server.stdout):
            said.append(line.rstrip("\n"))
            if found := _ADDRESS.search(line):
                self._address = found[0]
                break
        else:
            _, errors = server.communicate(timeout=20)
            pytest.fail(f"{command}: {errors.decode()}")
        return said

    def _typed(self, command: str) -> tuple[int, list[str]]:
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.write(f"{command}\necho '{_END}'$?\n".encode())
        self._bash.stdin.flush()
        said = []
        for line in map(bytes.decode, self._bash.stdout):
            before, ended, code = line.partition(_END)
            if before.rstrip("\n"):
                said.append(before.rstrip("\n"))
            if ended:
                return int(code), said
        pytest.fail(f"{command} ended the shell")
