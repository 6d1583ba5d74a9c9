"""Foreign documents are read in a process of its own, with limits, that may die alone."""

import atexit
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from signal import SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP
from typing import NamedTuple, TypeVar

import msgspec

from cure.errors import ExhaustedError, LogError, MalformedError
from cure.extract.text import Document
from cure.interfaces import Input
from cure.model import Mention

T = TypeVar("T")
Waiting = Callable[[], AbstractContextManager[None]]
"""What is done around each wait for the process, such as letting others work."""

MEMORY_BYTES = 1024 * 1024 * 1024
TIME_LIMIT_S = 30.0
TRIES = 3
"""So many times a document is read whose reader is ended: the machine may have been at fault."""
MAX_PART_BYTES = 256 * 1024 * 1024
_NONSENSE = "its parser answers nonsense"
_CRASHED = "its parser crashed"
_ENDED = f"{_CRASHED}, or was ended"
_OWN_FAULTS = {-one for one in (SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP)}
"""How a parser ends that would end so again."""
_DOCUMENT = "cure.extract.documents.forms:one_document"


class Task(msgspec.Struct, array_like=True):
    """What is to be read, and by which function; the document itself follows.

    Attributes:
        function: A function that takes an `Input` and yields values, as ``module:name``.
        name: As in `Input`, like the others.
        as_of: Likewise.
        about: Likewise.
        own: The networks of the own side.
        zone: The time zone of times that name none.
    """

    function: str
    name: str
    as_of: datetime
    about: tuple[Mention, ...] = ()
    own: tuple[str, ...] = ()
    zone: str = "UTC"

    @classmethod
    def of(cls, function: Callable[[Input], Iterator[object]], source: Input) -> "Task":
        """Let a function of a module read an input."""
        path = f"{function.__module__}:{function.__qualname__}"
        own = tuple(map(str, source.setting.own.networks))
        return cls(path, source.name, source.as_of, source.about, own, str(source.setting.zone))


class Part(msgspec.Struct, array_like=True):
    """Some of the values that the function yields.

    Attributes:
        values: The values.
        is_last: Whether that is all.
        what: If it left off, what the document was meant to be.
        why: Why it left off; empty: it did not.
    """

    values: list[msgspec.Raw]
    is_last: bool = False
    what: str = ""
    why: str = ""


_decode = msgspec.msgpack.Decoder(Part).decode


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    connection: Connection


class Worker:
    """A process that reads one document after the other; where it died, a new one is started.

    Any thread may use it: one document is read at a time.

    Cost: a start takes some 0.3 s, the first extraction 1 s more; a document takes the time of
    its reader and 1 ms/MB.
    """

    def __init__(
        self, memory_bytes: int = MEMORY_BYTES, time_limit_s: float = TIME_LIMIT_S
    ) -> None:
        """Start nothing yet.

        Args:
            memory_bytes: Address space of the process, its libraries too.
            time_limit_s: How long one value may take.
        """
        self._memory_bytes = memory_bytes
        self._time_limit_s = time_limit_s
        self._running: _Running | None = None
        self._interrupted = 0
        self._interrupting = threading.Lock()
        self._lock = threading.Lock()

    def each(
        self, task: Task, data: bytes, form: type[T], waiting: Waiting = nullcontext
    ) -> Iterator[T]:
        """Yield each value that a function yields for a document.

        Args:
            task: The function, and what it is told of the document.
            data: The document.
            form: The type of the values.
            waiting: See `Waiting`.

        Raises:
            MalformedError: If the document is of no known form or broken, or its reader takes too
                much time or memory, or crashes.
            ExhaustedError: If no process can be started.
            LogError: If somebody interrupted it.
        """
        is_last = False
        with self._interrupting:
            interrupted = self._interrupted
        with waiting():
            self._lock.acquire()
        try:
            self._go_on(interrupted)
            with waiting():
                self._send(task, data)
            tries, seen, told = 1, 0, 0
            while not is_last:
                with waiting():
                    part = self._next_part()
                self._go_on(interrupted)
                if part.why == _ENDED and tries < TRIES:
                    tries, seen = tries + 1, 0
                    with waiting():
                        self._send(task, data)
                    continue
                new = part.values[max(0, told - seen) :]  # the others came before it crashed
                seen += len(part.values)
                told = max(told, seen)
                yield from self._believed(new, form, task)
                is_last = part.is_last
                if part.why:
                    raise MalformedError(part.what, task.name, part.why)
        finally:
            if not is_last:  # nobody wants the rest
                self.close()
            self._lock.release()

    def read(self, data: bytes, name: str) -> Document:
        """Parse a document.

        Raises:
            MalformedError: As of `each`.
        """
        task = Task(_DOCUMENT, name, datetime.now(UTC))
        [document] = self.each(task, data, Document)
        return document

    def interrupt(self) -> None:
        """Have all that are reading, or wait to, leave off; may be called from any thread."""
        with self._interrupting:
            self._interrupted += 1
            is_reading = self._lock.locked()  # if not, it is as good as new
            if is_reading and (running := self._running) is not None:
                running.process.kill()
                running.process.wait()

    def _go_on(self, interrupted: int) -> None:
        if self._interrupted != interrupted:
            raise LogError("the reading of documents was interrupted; nothing was acknowledged")

    def close(self) -> None:
        """End the process; the next document starts another."""
        if self._running:
            process, connection = self._running
            self._running = None
            process.kill()
            process.wait()
            connection.close()

    def _send(self, task: Task, data: bytes) -> None:
        if self._running and self._running.process.poll() is not None:
            self.close()  # it died between two documents: that is the fault of neither
        self._running = self._running or self._started()
        with suppress(OSError):  # if the process is gone, there will be no answer either
            self._running.connection.send_bytes(msgspec.msgpack.encode(task))
            self._running.connection.send_bytes(data)

    @staticmethod
    def _believed(values: list[msgspec.Raw], form: type[T], task: Task) -> Iterator[T]:
        try:
            yield from map(msgspec.msgpack.Decoder(form).decode, values)
        except msgspec.MsgspecError as error:
            raise MalformedError("document", task.name, _NONSENSE) from error

    def _next_part(self) -> Part:
        assert self._running is not None  # noqa: S101 - something was sent to it
        connection = self._running.connection
        try:
            if connection.poll(self._time_limit_s):
                return _decode(connection.recv_bytes(MAX_PART_BYTES))
            why = f"it takes more than {self._time_limit_s} s"
        except msgspec.MsgspecError:
            why = _NONSENSE
        except (EOFError, OSError):
            why = _CRASHED if self._running.process.wait() in _OWN_FAULTS else _ENDED
        self.close()
        return Part([], is_last=True, what="document", why=why)

    def _started(self) -> _Running:
        try:
            return _begun(self._memory_bytes)
        except OSError as error:  # not the document's fault
            raise ExhaustedError("read a document apart", error) from error


def _begun(memory_bytes: int) -> _Running:
    ours, theirs = socket.socketpair()
    with theirs, ours:
        descriptor = theirs.fileno()
        program = [sys.executable, "-m", "cure.extract.parsing"]
        process = subprocess.Popen(  # noqa: S603 - it is this Python, and two numbers
            [*program, str(descriptor), str(memory_bytes)],
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "PYTHONDONTWRITEBYTECODE": "1",  # it may write no file
            },
        )
        return _Running(process, Connection(ours.detach()))


SHARED = Worker()
"""The one worker of this process; it starts with its first document."""
atexit.register(SHARED.close)


def read(data: bytes, name: str) -> Document:
    """Parse a document in the one worker of this process; see `Worker.read`."""
    return SHARED.read(data, name)
