"""Readiness: whether this server can do its work now, and if not, why in a few words.

Whoever asks needs no credentials; so the words are the same whatever the data is.
"""

import asyncio
import errno
import os
import shutil
import time
from pathlib import Path
from tempfile import TemporaryFile

from cure.installation import Installation
from cure.writer import Writer

FAILED = "the writer has failed: restart the server"
REFUSED = "the log could not be written"
FULL = "the disk is full"
UNWRITABLE = "the data directory cannot be written"
STUCK = "the disk does not answer"
ALONE = "the servers of the log do not answer"
UNHELD = "some partitions are held by no node"
BEHIND = "the hub lacks what the log has: restart the server"
LOOK_EVERY_S = 5.0
"""The disk is tried so often at most, however often somebody asks."""
_LONGEST_S = 5.0
_SHUT_OUT_S = 10.0
_NO_DISK_BYTES = 64 << 20
_TRIED_BYTES = 4096


class Readiness:
    """Looks whether records can be kept and questions answered.

    Attributes:
        found: What `trouble` has last found.
    """

    def __init__(self, installation: Installation, writer: Writer) -> None:
        """Look at an installation and its writer."""
        self._installation = installation
        self._writer = writer
        self._looking: asyncio.Task[str] | None = None
        self.found = ""
        self._disk = ""
        self._logged = 0
        self._looked_at_s = -LOOK_EVERY_S

    async def trouble(self) -> str:
        """Return why the server is not ready; empty: it is."""
        self.found = self._of_writer() or self._of_cluster() or await self._of_disk()
        return self.found

    def _of_writer(self) -> str:
        if not self._writer.is_alive:
            return FAILED
        refused_at_s = self._writer.refused_at_s
        # After a while it is let in again: only what is submitted shows whether the log has mended.
        if refused_at_s is not None and time.monotonic() - refused_at_s < _SHUT_OUT_S:
            return REFUSED
        return ""

    def _of_cluster(self) -> str:
        if self._installation.trouble:
            return ALONE
        return "" if self._installation.is_answered else UNHELD

    async def _of_disk(self) -> str:
        if time.monotonic() - self._looked_at_s >= LOOK_EVERY_S:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(asyncio.to_thread(self._look))
            try:
                async with asyncio.timeout(_LONGEST_S):
                    self._disk = await asyncio.shield(self._looking)
            except TimeoutError:
                self._disk = STUCK
            self._looked_at_s = time.monotonic()
        return self._disk

    def _look(self) -> str:
        directory = self._installation.directory
        try:
            if shutil.disk_usage(directory).free < _NO_DISK_BYTES:
                return FULL
            _try_disk(directory)
        except OSError as error:
            return FULL if error.errno == errno.ENOSPC else UNWRITABLE
        # What the log had when it was last looked at, the hub has by now.
        is_behind = len(self._installation) < self._logged
        self._logged = self._installation.log.last()
        return BEHIND if is_behind else ""


def _try_disk(directory: Path) -> None:
    """Write a little, and have it synced.

    Raises:
        OSError: If that fails.
    """
    with TemporaryFile(dir=directory, buffering=0) as file:
        file.write(bytes(_TRIED_BYTES))
        os.fsync(file.fileno())
