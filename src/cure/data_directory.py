"""What a data directory holds beside its log: the lock of who writes, and its secret."""

import fcntl
import os
import secrets
from hashlib import blake2b
from pathlib import Path

from cure.errors import ConfigError
from cure.hub.hashing import HashKey

CLUSTER = "cluster"
"""The file that says of which cluster a directory is a node's."""
NODE = "node"
"""The file that says what that node is called."""


def take_lock(directory: Path, *, as_node: bool = False) -> int:
    """Make sure that there is the directory, and that one process writes.

    The lock goes when the process does.

    Raises:
        ConfigError: If it cannot be written, or another process does, or it is a node's of a
            cluster and is not opened as one.
    """
    if not as_node and (cluster := cluster_of(directory)):
        raise ConfigError(
            f"{directory} is a node's of the cluster {cluster}: say where its servers are by "
            'log = "nats://…" in cure.toml, or ask a running node by --url'
        )
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


def cluster_of(directory: Path) -> str | None:
    """Return the cluster of which a directory is a node's; None: it stands alone."""
    try:
        return (directory / CLUSTER).read_text("ascii")
    except FileNotFoundError:
        return None


def node_name(directory: Path) -> str:
    """Return what a directory's node is called; made once."""
    path = directory / NODE
    if not path.exists():
        path.write_text(secrets.token_hex(8), "ascii")
    return path.read_text("ascii")


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
