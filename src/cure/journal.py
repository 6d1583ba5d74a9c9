"""The journal: what a running server says of itself, one line each, as text or as JSON.

Nothing that somebody sent can look like another line, or do anything to a terminal.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from queue import Full, Queue
from typing import Any, Literal, TypeAlias

import msgspec

from cure.printable import printable

Form: TypeAlias = Literal["text", "json"]
Level: TypeAlias = Literal["debug", "info", "warning", "error"]
REQUEST: ContextVar[str] = ContextVar("REQUEST", default="")
"""The id of the request that is being answered; all that is said meanwhile carries it."""
OURS = "cure"
_WAITING_LINES = 10_000
_log = logging.getLogger(__name__)


class _Lines(logging.Formatter):
    """What all lines have in common: when, how bad, who says it, what, and what else."""

    def fields(self, record: logging.LogRecord) -> Iterator[tuple[str, object]]:
        """Yield what a line says, in order; every text is printable."""
        at = datetime.fromtimestamp(record.created, UTC).replace(tzinfo=None)
        yield "at", at.isoformat(timespec="milliseconds") + "Z"
        yield "level", record.levelname.lower()
        yield "logger", record.name
        yield "message", printable(record.getMessage())
        if request_id := REQUEST.get():
            yield "request", request_id
        more: Mapping[str, object] = getattr(record, "fields", {})
        for name, value in more.items():
            yield name, printable(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[0] is not None:
            lines = "".join(traceback.format_exception(*record.exc_info)).splitlines()
            yield "traceback", [printable(line) for line in lines]


class JsonLines(_Lines):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return msgspec.json.encode(dict(self.fields(record))).decode()


class TextLines(_Lines):
    """One line for people; the lines of a traceback follow it, each behind a bar."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, Any] = dict(self.fields(record))
        head = f"{told.pop('at')} {told.pop('level')} {told.pop('logger')}: {told.pop('message')}"
        below = told.pop("traceback", ())
        beside = "".join(f" {name}={_quoted(value)}" for name, value in told.items())
        return "\n".join([head + beside, *(f"  | {line}" for line in below)])


def _quoted(value: object) -> str:
    text = str(value)
    return msgspec.json.encode(text).decode() if not text or set(text) & set(' ="') else text


class _Outbox(QueueHandler):
    """Hands lines over to the thread that writes them: nobody waits for who reads them.

    Lines that find no room are left out, and counted.
    """

    def __init__(self, lines: "Queue[Any]") -> None:
        super().__init__(lines)
        self._left_out = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except Full:
            self._left_out += 1
            return
        if self._left_out:
            count, self._left_out = self._left_out, 0
            _log.warning("%s lines were left out: who reads them is too slow", count)


@contextmanager
def kept_journal(form: Form, level: Level) -> Iterator[None]:
    """Write what is said to standard error meanwhile; of libraries, warnings only.

    What libraries say below that may hold addresses with keys in them.
    """
    outbox = _Outbox(Queue(_WAITING_LINES))
    outbox.setFormatter(JsonLines() if form == "json" else TextLines())
    listener = QueueListener(outbox.queue, logging.StreamHandler(sys.stderr))
    root, ours = logging.getLogger(), logging.getLogger(OURS)
    before = (root.level, ours.level, threading.excepthook)
    root.addHandler(outbox)
    root.setLevel(logging.WARNING)
    ours.setLevel(level.upper())
    threading.excepthook = _thread_failed
    listener.start()
    try:
        yield
    finally:
        root.removeHandler(outbox)
        root.setLevel(before[0])
        ours.setLevel(before[1])
        threading.excepthook = before[2]
        listener.stop()


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        name = "a thread" if failed.thread is None else failed.thread.name
        _log.critical("a bug of ours in %s", name, exc_info=failed.exc_value)
