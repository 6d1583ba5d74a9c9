"""What a data directory holds beside its log: the lock of who writes, and its secret."""

import fcntl
import os
import secrets
from hashlib import blake2b
from pathlib import Path

from cure.errors import ConfigError
from cure.hub.hashing import HashKey


def take_lock(directory: Path) -> int:
    """Make sure that there is the directory, and that one process writes.

    The lock goes when the process does.

    Raises:
        ConfigError: If it cannot be written, or another process does.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(f"cannot write into {directory}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        who = os.read(lock, 200).decode()
        os.close(lock)
        raise ConfigError(
            f"{directory} is in use by {who or 'another process'}; "
            "send to a running server with --url, or stop it first"
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"process {os.getpid()}".encode(), 0)
    return lock


def is_in_use(directory: Path) -> bool:
    """Tell whether the process that last wrote there still runs, without touching its lock."""
    try:
        os.kill(int((directory / "lock").read_text("ascii").removeprefix("process ")), 0)
    except PermissionError:  # it runs, as somebody else
        return True
    except (OSError, ValueError):
        return False
    return True


def hash_key(directory: Path) -> HashKey:
    """Return the installation's secret for the hash of values; made once."""
    path = directory / "hash.key"
    if not path.exists():
        beside = path.with_suffix(f".{os.getpid()}")
        beside.touch(mode=0o600)
        beside.write_bytes(secrets.token_bytes(24))
        beside.rename(path)
    return HashKey.of(path.read_bytes())


def naming_key(directory: Path) -> bytes:
    """Return the installation's secret for the names of records."""
    return blake2b((directory / "hash.key").read_bytes(), person=b"record names").digest()
