"""Checks of the program: the interpreter, what it needs, and who runs it."""

import re
import sys
from collections.abc import Iterator
from importlib import metadata

from cure.app import publishers
from cure.cli.checks.check import Check
from cure.cli.hardening import is_root

_AFTER_NAME = re.compile(r"[^A-Za-z0-9._-]")


def program() -> Iterator[Check]:
    """Look at the program."""
    yield Check("python", "ok", f"{sys.version.split()[0]} at {sys.executable}")
    yield _packages()
    yield Check("publishers", "ok", f"{len(publishers())} can be loaded")
    if is_root():
        todo = "run cure as a user of its own: docs/install.md"
        yield Check("user", "warn", "root, who may do anything on this machine", todo)
    else:
        yield Check("user", "ok", "not root")


def _packages() -> Check:
    """Look for what cure needs; what is needed on some machines only may be absent."""
    try:
        needed = metadata.requires("cure") or []
    except metadata.PackageNotFoundError:
        return Check("packages", "warn", "cure is run from its sources", "pip install -e .")
    always = [_AFTER_NAME.split(one, maxsplit=1)[0] for one in needed if ";" not in one]
    if missing := [name for name in always if not _is_there(name)]:
        return Check("packages", "fail", f"without {', '.join(missing)}", "install cure again")
    return Check(
        "packages", "ok", f"cure {metadata.version('cure')}, and all {len(always)} it needs"
    )


def _is_there(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True
