"""What the tests of the command line start from: the program, a world, a server, a log."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import worlds
from cure.cli import run
from program import Program, Ran

Call = Callable[..., Ran]


@pytest.fixture
def cure(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Call:
    """Return what does as `cure` does, without a process, which takes half a second to start."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Ran:
        code = run([str(argument) for argument in arguments])
        said = capsysbinary.readouterr()
        return Ran(code, said.out.decode(), said.err.decode())

    return call


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data directory with the generated world; only to be read."""
    directory = tmp_path_factory.mktemp("world") / "demo"
    return shutil.copytree(worlds.world(tmp_path_factory), directory)


@pytest.fixture(scope="session")
def server(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a server over a copy of the generated world."""
    directory = tmp_path_factory.mktemp("server")
    shutil.copytree(world, directory / "demo")
    with Program(directory).serving("--data", directory / "demo") as url:
        yield url


@pytest.fixture
def cowrie_log(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes a Cowrie log; a line is an attacker's address, or raw bytes."""

    def write(*lines: str | bytes, name: str = "cowrie.json") -> Path:
        file = tmp_path / name
        file.write_bytes(b"".join(_line(line) + b"\n" for line in lines))
        return file

    return write


def _line(line: str | bytes) -> bytes:
    if isinstance(line, bytes):
        return line
    event = {
        "eventid": "cowrie.session.connect",
        "src_ip": line,
        "timestamp": "2026-01-02T03:04:05.678901Z",
        "session": "0123456789ab",
    }
    return json.dumps(event).encode()
