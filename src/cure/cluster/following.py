"""The thread that applies entries of the stream as they come, each once and in order."""

import logging
import threading
from collections.abc import Callable

from cure.cluster.entries import Message
from cure.cluster.pulling import LOOK_S
from cure.cluster.stream import Stream
from cure.errors import LogError

_AGAIN_S = 0.2
_log = logging.getLogger(__name__)


class Follower:
    """Applies the entries of a subject.

    Attributes:
        subject: The subject.
        position: The number of the last entry that was applied.
        trouble: Why it stands still; empty: it does not.
    """

    def __init__(
        self,
        stream: Stream,
        subject: str,
        after: int,
        apply: Callable[[Message], None],
        failed: Callable[[LogError], None] = lambda _: None,
    ) -> None:
        """Apply what comes behind an entry, once started.

        Args:
            stream: The stream.
            subject: Of which subject.
            after: The entry.
            apply: Called with each; what it could not keep comes again.
            failed: Told if no more are applied for a bug of ours: only a restart helps.
        """
        self._pull = stream.pull(subject)
        self.subject = subject
        self._apply = apply
        self._failed = failed
        self.position = after
        self.trouble = ""
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"following {subject}", daemon=True)

    @property
    def is_alive(self) -> bool:
        """Whether it goes on."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait_for(self, upto: int, timeout_s: float) -> bool:
        """Wait until an entry was applied; tell whether it was in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self.position >= upto, timeout_s)

    def stop_soon(self) -> None:
        """End after what is at hand."""
        self._stopping.set()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._follow()
        except BaseException:
            self._failed(LogError("this node follows the stream no more: restart the server"))
            raise

    def _follow(self) -> None:
        try:
            while not self._stopping.is_set():
                for message in self._pull.take(self.position, LOOK_S):
                    self._apply(message)
                    with self._changed:
                        self.position = message.seq
                        self._changed.notify_all()
                self.trouble = ""
        except LogError as error:
            if not self.trouble:
                _log.warning("%s", error)
            self.trouble = str(error)
            self._stopping.wait(_AGAIN_S)
