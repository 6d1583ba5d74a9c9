"""Snapshots of partitions in the object store of the servers: who takes a partition begins there.

A snapshot only spares time: each node has the whole log, and can compute any partition from it.
"""

import logging
from pathlib import Path

from nats.js.errors import ObjectNotFoundError

from cure.cluster.stream import Stream
from cure.errors import LogError
from cure.log import snapshots
from cure.log.snapshots import Snapshot

BUCKET = "CURE-snapshots"
_MOST_S = 600.0
_log = logging.getLogger(__name__)


class SharedSnapshots:
    """The snapshots of so many partitions, as all nodes see them."""

    def __init__(self, stream: Stream, replicas: int, directory: Path, log_id: str) -> None:
        """Use the servers.

        Args:
            stream: The way to them.
            replicas: How many of them keep each snapshot.
            directory: Where a file may be written meanwhile.
            log_id: Of which log they are.
        """
        self._stream = stream
        self._replicas = replicas
        self._path = directory / "partition.snapshot"
        self._log_id = log_id

    def give(self, part: int, count: int, snapshot: Snapshot) -> None:
        """Put one there, in place of the one before.

        Raises:
            LogError: If it could not be written, or not be kept; the one before may be gone.
        """
        snapshots.save(self._path, self._log_id, snapshot)

        async def put() -> None:
            bucket = await self._stream.objects(BUCKET, self._replicas)
            with self._path.open("rb") as file:
                await bucket.put(_name(part, count), file)

        try:
            self._stream.ask(put, _MOST_S)
        finally:
            self._path.unlink()

    def take(self, part: int, count: int) -> Snapshot | None:
        """Return the latest one; None: there is none that is whole."""

        async def get() -> bool:
            bucket = await self._stream.objects(BUCKET, self._replicas)
            try:
                with self._path.open("wb") as file:
                    await bucket.get(_name(part, count), writeinto=file)
            except ObjectNotFoundError:
                return False
            return True

        try:
            if self._stream.ask(get, _MOST_S):
                return snapshots.load(self._path, self._log_id)
        except LogError as error:
            _log.warning("the snapshot of partition %s: %s", part, error)
        finally:
            self._path.unlink(missing_ok=True)
        return None


def _name(part: int, count: int) -> str:
    return f"{part}-of-{count}"
