"""The columns of behaviour kept up with the log, by a thread that never holds up the writer."""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path

from cure.enrichers.alike.behaviours import Behaviours, Held
from cure.errors import LogError
from cure.log import snapshots
from cure.log.snapshots import Snapshot
from cure.log.sqlite import SqliteLog

SAVE_AFTER = 100_000
"""So many records past those of the file, the next one is worth writing: a second at the start."""
_PAUSE_S = 0.5
"""So long records gather, so that reading them costs little beside a busy writer."""
_LONGEST_S = 3600.0
"""So often it is looked whether the log keeps less, if nothing comes."""
_PATIENCE_S = 5.0
_AGAIN_S = 10.0
_LITTLE = 2000
"""So many records take 30 ms."""
_AT_ONCE = 500
Turn = Callable[[], AbstractContextManager[None]]
_log = logging.getLogger(__name__)


class KeepingUp:
    """Behaviour as the log tells of it."""

    def __init__(
        self,
        log: SqliteLog,
        directory: Path,
        observes: Callable[[str], bool],
        keep: timedelta,
        turn: Turn = nullcontext,
    ) -> None:
        """Follow a log; nothing is read yet.

        Args:
            log: The log.
            directory: Where columns are kept for the next start.
            observes: As in `Behaviours`, like `keep`.
            keep: How long before the latest of its kind a row is kept.
            turn: In which to compute some milliseconds.
        """
        self._log = log
        self._turn = turn
        days = -(-keep // timedelta(days=1))
        self._file = directory / f"behaviour-{days}d.snapshot"
        self._behaviours = Behaviours(observes, keep)
        self._saved = 0
        self._gone: dict[str, int] = {}
        self._is_begun = False
        self._is_ready = threading.Event()
        self._reading = threading.Lock()
        self._told = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="behaviour", daemon=True)

    def held(self) -> Held:
        """Return the columns of this moment, with what little the log has beyond them.

        Soon after a start it waits for them a while.
        """
        if self._is_ready.wait(_PATIENCE_S):
            behind = self._log.last() - self._behaviours.now.upto
            if 0 < behind <= _LITTLE:
                self.catch_up()
        return self._behaviours.now

    def catch_up(self) -> None:
        """Read what the log has beyond the columns. Cost: about 15 µs a record.

        Raises:
            LogError: If the log is damaged.
        """
        with self._reading:
            if not self._is_begun:
                self._begin()
                self._is_begun = True
            # Until all was read once, somebody may wait for it.
            turn = self._turn if self._is_ready.is_set() else nullcontext
            for batch in self._log.read(after=self._behaviours.now.upto):
                for at in range(0, len(batch), _AT_ONCE):
                    with turn():
                        self._behaviours.add(batch[at : at + _AT_ONCE])
                    if self._stopping.is_set():
                        return
            self._let_go()
            self._is_ready.set()

    def _let_go(self) -> None:
        """Forget what the log no longer keeps, also in the file."""
        for one in self._log.retentions():
            if self._gone.get(one.source, 0) < one.upto:
                self._gone[one.source] = one.upto
                if self._behaviours.let_go(one.source, one.upto):
                    self._saved = -SAVE_AFTER

    def _begin(self) -> None:
        try:
            kept = snapshots.load(self._file, self._log.log_id)
        except LogError:  # it is all in the log
            kept = None
        if kept is not None and kept.seq <= self._log.last():
            self._behaviours.restore(kept.state, kept.seq)
            self._saved = self._behaviours.now.upto

    def save(self, *, at_least: int = SAVE_AFTER) -> None:
        """Keep the columns for the next start, if so many records came since the last time.

        Raises:
            LogError: If they cannot be written.
        """
        with self._reading:
            upto = self._behaviours.now.upto
            if upto - self._saved < at_least:
                return
            own = self._file.with_stem(f"{self._file.stem}-{os.getpid()}")
            snapshots.save(own, self._log.log_id, Snapshot(upto, self._behaviours.state()))
            own.replace(self._file)
            self._saved = upto

    def start(self) -> None:
        """Begin to follow."""
        self._told.set()
        self._thread.start()

    def tell(self, _: object = None) -> None:
        """Say that the log has more; costs the caller nothing."""
        self._told.set()

    def stop(self) -> None:
        """End, with the columns kept for the next start.

        Raises:
            LogError: If they cannot be written.
        """
        self._stopping.set()
        self._told.set()
        self._thread.join()
        self.save()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._told.wait(_LONGEST_S)
            self._told.clear()
            try:
                self.catch_up()
                if self._saved < 0:  # the file holds what is no longer kept
                    self.save()
            except LogError as error:  # meanwhile answers come from what was read so far
                _log.error("behaviour cannot be followed now: %s", error)
                self._told.set()
                self._stopping.wait(_AGAIN_S)
            self._stopping.wait(_PAUSE_S)
