"""Secrets that an installation makes for itself, once, in a file that nobody else may read."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cure.errors import ConfigError

_BYTES = 32


def kept_secret(path: Path) -> bytes:
    """Return the 32 random bytes in a file; they are made if it is not there.

    Raises:
        ConfigError: If others may read it, or it holds something else.
    """
    if not path.exists():
        beside = path.with_suffix(f".{os.getpid()}")
        beside.touch(0o600)
        beside.write_bytes(secrets.token_bytes(_BYTES))
        with suppress(FileExistsError):  # another process was faster: its secret holds
            os.link(beside, path)
        beside.unlink()
    if path.stat().st_mode & 0o077:
        raise ConfigError(f"others may read {path}: chmod 600 {path}")
    found = path.read_bytes()
    if len(found) != _BYTES:
        raise ConfigError(f"{path} holds {len(found)} bytes, and not {_BYTES}: it was damaged")
    return found
