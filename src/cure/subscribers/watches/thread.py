"""The thread that matches beside the writer, whenever something came."""

import threading
from collections.abc import Callable

from cure.errors import LogError

LOOK_EVERY_S = 1.0
"""So often it is looked whether watches, rights or labels have changed, if nothing comes."""
_REST_S = 0.2
"""What comes so soon after the last time is matched together: each time costs every organisation a
look."""


class WatchThread:
    """A thread that matches whenever something came, and looks around every second."""

    def __init__(self, match: Callable[[], object], failed: Callable[[LogError], None]) -> None:
        """Match in a thread of its own.

        Args:
            match: Compares all that has come since it last did.
            failed: Told when hits could not be kept; it is tried again.
        """
        self._match = match
        self._failed = failed
        self._something = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watches", daemon=True)

    def notice(self, _: object = None) -> None:
        """Match soon; returns at once, and may be called from any thread."""
        self._something.set()

    @property
    def is_alive(self) -> bool:
        """Whether it still matches; once it has failed, only a restart helps."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Match what came, then end."""
        self._ending.set()
        self._something.set()
        self._thread.join()

    def _run(self) -> None:
        is_last = False
        while not is_last:
            self._something.wait(LOOK_EVERY_S)
            self._something.clear()
            is_last = self._ending.is_set()
            try:
                self._match()
            except LogError as error:
                self._failed(error)
            self._ending.wait(_REST_S)
