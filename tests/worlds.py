"""Worlds that take seconds to make: made once a run, whichever worker comes first."""

import fcntl
import os
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


def make_demo(folder: Path) -> None:
    """Fill `folder`/d with the demo's world, and with the groups that a server would publish."""
    program = Program(folder, is_node=False)  # whoever has a copy may make it one
    for arguments in (("demo", "--no-serve"), ("groups", "--publish")):
        made = program(*arguments, "--data", "d")
        assert made.code == 0, made.err
