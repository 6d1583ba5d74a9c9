"""Worlds that take seconds to make: made once a run, whichever worker comes first."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from program import Program


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that `make` has filled; nobody may write to it: copy it."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            (folder / "made").touch()
    return folder


def demo(factory: pytest.TempPathFactory) -> Path:
    """Return a data directory that `cure demo` has filled; copy it, too."""

    def make(folder: Path) -> None:
        _call(folder, "demo", "--no-serve")

    return made_once(factory, "demo", make) / "d"


def world(factory: pytest.TempPathFactory) -> Path:
    """Return one that also holds the groups that a server would publish; copy it, too."""

    def make(folder: Path) -> None:
        shutil.copytree(demo(factory), folder / "d")
        _call(folder, "groups", "--publish")

    return made_once(factory, "world", make) / "d"


def _call(folder: Path, *arguments: str) -> None:
    ran = Program(folder, is_node=False)(*arguments, "--data", "d")  # a copy may be a node's
    assert ran.code == 0, ran.err
