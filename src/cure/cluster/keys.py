"""What all nodes of a cluster have in common and no entry tells: its name and its secrets.

The first node puts them into a bucket of the servers; each other one takes them from there, or is
refused if its directory has others. The first one may bring data; then each node begins with a
copy of that. So a record has one name on every node, a cursor that one
handed out is good at each, and all continue one audit log.
"""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

from cure.cluster.stream import Stream
from cure.data_directory import CLUSTER, cluster_of
from cure.errors import ConfigError, LogError
from cure.log.sqlite import SqliteLog

BUCKET = "CURE-keys"
_AGAIN_S = 0.1
_LOOKS = 20
_OWN_CURSORS = "cursor.key"
"""No backup has it, so each directory that was restored comes with another one."""
KEYS = {
    "hash.key": 24,
    "alert.key": 32,
    "audit.key": 32,
    "cursor.key": 32,
    "taxii.key": 32,
}
"""The files of secrets, and how many bytes each has."""


class Cluster(NamedTuple):
    """What a cluster is.

    Attributes:
        name: What its log is called.
        stream: What its stream is called; another one if the servers have lost all.
        shared: Returns what all nodes have under a name: what the first of them gave.
    """

    name: str
    stream: str
    shared: Callable[[str, bytes], bytes]


def share_keys(directory: Path, stream: Stream, replicas: int) -> Cluster:
    """Make a directory a node's of the cluster, which it begins if it is the first.

    Raises:
        ConfigError: If it holds other data.
        LogError: If the servers do not answer.
    """
    bucket = stream.bucket(BUCKET, replicas)
    before = _log_in(directory / "log.sqlite")
    if (marked := cluster_of(directory)) is not None and not stream.ask(partial(_has, bucket)):
        raise ConfigError(
            f"the servers know nothing of the cluster {marked}: they are others, or have lost all; "
            "if so, begin anew with a backup of the node that has most: docs/operations/cluster.md"
        )

    def shared(key: str, own: bytes) -> bytes:
        return stream.ask(partial(_shared, bucket, key, own))

    name = shared("name", (before or uuid4().hex).encode()).decode()
    if not {before, marked} <= {None, name}:
        raise ConfigError(
            f"{directory} holds other data than the cluster {name}: give an empty directory, which "
            "fills itself from the others"
        )
    for key, size in KEYS.items():
        path = directory / key
        own = path.read_bytes() if path.exists() else None
        secret = shared(key, own or secrets.token_bytes(size))
        if key == _OWN_CURSORS or own is None:
            path.touch(0o600)
            path.write_bytes(secret)
        elif own != secret:
            raise ConfigError(f"{path} is not that of the cluster {name}: give an empty directory")
    (directory / CLUSTER).write_text(name, "ascii")
    return Cluster(name, shared("stream", uuid4().hex.encode()).decode(), shared)


def _log_in(path: Path) -> str | None:
    """Return what a log is called; None: there is none."""
    if not path.exists():
        return None
    try:
        with closing(SqliteLog(path, write=False)) as log:
            return log.log_id
    except LogError:  # it is looked at again, and set aside if it is damaged
        return None


async def _has(bucket: KeyValue) -> bool:
    """Tell whether a cluster has begun."""
    for _ in range(_LOOKS):
        try:
            await bucket.get("name")
        except KeyNotFoundError:  # or the server that was asked does not have it yet
            await asyncio.sleep(_AGAIN_S)
        else:
            return True
    return False


async def _shared(bucket: KeyValue, name: str, own: bytes) -> bytes:
    """Return what the cluster has under a name: ours, if it has nothing yet."""
    try:
        await bucket.create(name, own)
    except KeyWrongLastSequenceError:
        return await _kept(bucket, name)
    return own


async def _kept(bucket: KeyValue, name: str) -> bytes:
    while True:
        try:
            return (await bucket.get(name)).value or b""
        except KeyNotFoundError:  # the server that was asked does not have it yet
            await asyncio.sleep(_AGAIN_S)
