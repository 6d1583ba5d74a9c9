"""What a process that holds secrets does for itself, whoever started it."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

_OWNER_ONLY = 0o077


@contextmanager
def private_files() -> Iterator[None]:
    """Make files that nobody else may read meanwhile."""
    before = os.umask(_OWNER_ONLY)
    try:
        yield
    finally:
        os.umask(before)


def leave_no_dumps() -> None:
    """Write no memory to the disk when the process crashes: secrets are in it."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def is_root() -> bool:
    """Tell whether this process may do anything on this machine."""
    return os.geteuid() == 0
