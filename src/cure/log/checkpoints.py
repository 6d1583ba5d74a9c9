"""Checkpoints beside the appends: what was committed goes into the file in small parts.

The engine's own come within a commit: one of 80 MB, as often as is cheap, takes a quarter of a
second, in which nothing is acknowledged. These hold nobody up (PASSIVE), and leave the rest to the
next one where somebody reads. https://www.sqlite.org/wal.html#ckpt
"""

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path

_AFTER_BYTES = 4 << 20
_PATIENCE_S = 1
_ROUNDS = 5
"""So often is brought in what was committed meanwhile. Once all is in, the file beside is written
from its beginning again. One that grows makes each sync wait for the file system's journal, and so
for what else is written: up to a second, where in place it takes a millisecond."""


class Checkpoints:
    """Of one file, in a thread of their own. Whoever appends tells how much it was."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._runner = ThreadPoolExecutor(1, "checkpoints")
        self._latest: Future[None] | None = None
        self._bytes = 0

    def committed(self, size_bytes: int) -> None:
        """Note what was committed; begin a checkpoint if that is much."""
        self._bytes += size_bytes
        is_idle = self._latest is None or self._latest.done()
        if self._bytes >= _AFTER_BYTES and is_idle:
            self._bytes = 0
            self._latest = self._runner.submit(self._bring_in)

    def _bring_in(self) -> None:
        # What cannot be brought in stays beside the file, and is durable there.
        with suppress(sqlite3.Error), closing(self._connection()) as beside:
            for _ in range(_ROUNDS):
                _, committed, brought_in = beside.execute(
                    "PRAGMA wal_checkpoint(PASSIVE)"
                ).fetchone()
                if committed == brought_in:
                    break

    def bring_in_all(self, writing: AbstractContextManager[object]) -> None:
        """Bring all into the file, and cut what is beside it off; most of it while others append.

        Args:
            writing: Keeps others from appending.

        Raises:
            sqlite3.Error: If the file cannot be written.
        """
        with closing(self._connection()) as beside:
            beside.execute("PRAGMA wal_checkpoint(PASSIVE)")
            with writing:  # a backup may read for minutes: then the next one does the rest
                beside.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _connection(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, isolation_level=None, timeout=_PATIENCE_S)

    def close(self) -> None:
        """End the one that goes on."""
        self._runner.shutdown()
