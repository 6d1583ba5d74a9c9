"""Foreign documents are parsed in a process of its own, with limits, that may die alone."""

import atexit
import os
import socket
import subprocess
import sys
import threading
from functools import cache
from multiprocessing.connection import Connection

import msgspec

from cure.errors import MalformedError
from cure.extract.text import Document

MEMORY_BYTES = 1024 * 1024 * 1024
TIME_LIMIT_S = 30.0


class Task(msgspec.Struct, array_like=True):
    """A document to be parsed."""

    data: bytes
    name: str


class Answer(msgspec.Struct, array_like=True):
    """The document, or why there is none."""

    document: Document | None = None
    what: str = ""
    why: str = ""


class Worker:
    """A process that parses one document after the other; where it died, a new one is started.

    Cost: a start takes some 0.3 s; a document takes the time of its parser and 1 ms/MB.
    """

    def __init__(
        self, memory_bytes: int = MEMORY_BYTES, time_limit_s: float = TIME_LIMIT_S
    ) -> None:
        """Start nothing yet.

        Args:
            memory_bytes: Address space of the process, its libraries too.
            time_limit_s: How long one document may take.
        """
        self._memory_bytes = memory_bytes
        self._time_limit_s = time_limit_s
        self._running: tuple[subprocess.Popen[bytes], Connection] | None = None
        self._lock = threading.Lock()
        self._decode = msgspec.msgpack.Decoder(Answer).decode

    def read(self, data: bytes, name: str) -> Document:
        """Parse a document.

        Raises:
            MalformedError: If it is of no known form or broken, takes too much time or memory,
                or crashes its parser.
        """
        with self._lock:
            answer = self._ask(Task(data, name))
        if answer.document is None:
            raise MalformedError(answer.what, name, answer.why)
        return answer.document

    def close(self) -> None:
        """End the process; the next document starts another."""
        if self._running:
            process, connection = self._running
            self._running = None
            process.kill()
            process.wait()
            connection.close()

    def _ask(self, task: Task) -> Answer:
        _, connection = self._running = self._running or self._started()
        try:
            connection.send_bytes(msgspec.msgpack.encode(task))
            if connection.poll(self._time_limit_s):
                return self._decode(connection.recv_bytes())
            why = f"it takes more than {self._time_limit_s} s"
        except (EOFError, OSError):
            why = f"its parser crashed, or needs more than {self._memory_bytes >> 20} MiB"
        self.close()
        return Answer(what="document", why=why)

    def _started(self) -> tuple[subprocess.Popen[bytes], Connection]:
        ours, theirs = socket.socketpair()
        with theirs:
            descriptor = theirs.fileno()
            program = [sys.executable, "-m", "cure.extract.parsing"]
            process = subprocess.Popen(  # noqa: S603 - it is this Python, and two numbers
                [*program, str(descriptor), str(self._memory_bytes)],
                pass_fds=[descriptor],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        return process, Connection(ours.detach())


@cache
def _shared() -> Worker:
    worker = Worker()
    atexit.register(worker.close)
    return worker


def read(data: bytes, name: str) -> Document:
    """Parse a document in the one worker of this process; see `Worker.read`."""
    return _shared().read(data, name)
