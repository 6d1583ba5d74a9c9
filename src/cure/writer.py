"""The one writer of a running server: appends from many sides share a sync of the disk."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from queue import Full
from time import monotonic, perf_counter
from typing import NamedTuple, TypeAlias

from cure.errors import LogError
from cure.hub.view import Changes
from cure.interfaces import Appended
from cure.model import Record

GROUP_RECORDS = 20_000
"""What waits is appended together, up to about so many records."""
MAX_WAITING_RECORDS = 200_000

Append: TypeAlias = Callable[[Sequence[Record]], tuple[Appended, Changes | None]]
Listener: TypeAlias = Callable[[Changes], None]
Fates: TypeAlias = Sequence[tuple[int, bool]]


class Written(NamedTuple):
    """An append, for who counts.

    Attributes:
        records: How many records were to be kept.
        new: How many of them were not known before.
        append_s: How long it took to keep them, with the sync of the disk.
        waited_s: How long each who submitted some waited for it.
    """

    records: int
    new: int
    append_s: float
    waited_s: Sequence[float]


class _Waiting(NamedTuple):
    """Records that wait to be kept, who is told of their fates, and since when."""

    records: Sequence[Record]
    kept: Future[Fates]
    since_s: float


class Writer:
    """A thread that appends what is submitted, in order, as much as waits at a time.

    Whoever submits learns of the fates of his own records, once these are durable.

    Attributes:
        refused_at_s: When the log could not keep something, as `time.monotonic` has it; None: what
            was appended last was kept.
    """

    def __init__(
        self,
        append: Append,
        *,
        max_waiting: int = MAX_WAITING_RECORDS,
        follows: bool = False,
        written: Callable[[Written], None] = lambda _: None,
    ) -> None:
        """Write through `append`; refuse what comes while `max_waiting` records wait.

        `written` is told of each append, in the writer's thread. If it `follows`, what an append
        changes comes by `announce`, in order with what other nodes append.
        """
        self._append = append
        self._follows = follows
        self._written = written
        self._max_waiting = max_waiting
        self._waiting: deque[_Waiting] = deque()
        self._waiting_records = 0
        self._listeners: list[Listener] = []
        self._changed = threading.Condition()
        self._appending = threading.Lock()
        self._stopping = False
        self._is_writing = False
        self.refused_at_s: float | None = None
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def __len__(self) -> int:
        """Return how many records wait."""
        return self._waiting_records

    def behind_s(self) -> float:
        """Return for how long what waits longest has waited."""
        with self._changed:
            return perf_counter() - self._waiting[0].since_s if self._waiting else 0.0

    @property
    def is_alive(self) -> bool:
        """Whether it takes what is submitted; once it has failed, only a restart helps."""
        return self._thread.is_alive() and not self._stopping

    @property
    def is_busy(self) -> bool:
        """Whether anything is written, or waits for that."""
        return self._is_writing or self._waiting_records > 0

    def listen(self, listener: Listener) -> None:
        """Tell someone what each append changed, in order, in the writer's thread."""
        self._listeners.append(listener)

    @contextmanager
    def between_appends(self) -> Iterator[None]:
        """Hold the writer while all that the hub knows has been told to the listeners."""
        with self._appending:
            yield

    def announce(self, change: Callable[[], Changes | None]) -> None:
        """Change the hub, and tell the listeners what changed, between two appends."""
        with self._appending:
            changes = change()
            if changes is not None and not self._stopping:
                self._tell(changes)

    def submit(self, records: Sequence[Record]) -> Future[Fates]:
        """Have records kept.

        Returns:
            Their fates, as in `Appended`, once they are durable, but for what was cut from a record
            for others, which shares that record's fate; or the `LogError` for which
            none of them was kept.

        Raises:
            Full: If too many records wait already.
            LogError: If the writer has stopped.
        """
        kept: Future[Fates] = Future()
        with self._changed:
            if not self.is_alive:
                raise LogError("nothing is written any more: the server is stopping")
            if self._waiting and self._waiting_records + len(records) > self._max_waiting:
                raise Full
            self._waiting.append(_Waiting(records, kept, perf_counter()))
            self._waiting_records += len(records)
            self._changed.notify()
        return kept

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while group := self._next_group():
            self._is_writing = True
            try:
                self._write(group)
                self.refused_at_s = None
            except LogError as error:
                self.refused_at_s = monotonic()
                _refuse(group, error)
            except BaseException:
                # The hub may now lack what the log has: nothing more may be added to either.
                with self._changed:
                    self._stopping = True
                    group += self._waiting
                _refuse(group, LogError("the writer failed; restart the server"))
                raise
            finally:
                self._is_writing = False

    def _next_group(self) -> list[_Waiting]:
        """Wait for something to write; nothing: it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            group: list[_Waiting] = []
            size = 0
            while self._waiting and (
                not group or size + len(self._waiting[0].records) <= GROUP_RECORDS
            ):
                size += len(self._waiting[0].records)
                group.append(self._waiting.popleft())
            self._waiting_records -= size
            return group

    def _write(self, group: list[_Waiting]) -> None:
        records = group[0].records if len(group) == 1 else [r for one in group for r in one.records]
        with nullcontext() if self._follows else self._appending:
            began = perf_counter()
            appended, changes = self._append(records)
            append_s = perf_counter() - began
            if changes is not None:
                self._tell(changes)
        at = 0
        for one in group:
            fates = appended.fates[at : at + len(one.records)]
            if one.kept.set_running_or_notify_cancel():
                one.kept.set_result(
                    [
                        fate
                        for fate, record in zip(fates, one.records, strict=True)
                        if not record.label.but_owner
                    ]
                )
            at += len(one.records)
        now_s = perf_counter()
        waited_s = [now_s - one.since_s for one in group]
        self._written(Written(len(records), len(appended.logged), append_s, waited_s))

    def _tell(self, changes: Changes) -> None:
        for listener in self._listeners:
            listener(changes)


def _refuse(group: Sequence[_Waiting], error: LogError) -> None:
    for one in group:
        if one.kept.set_running_or_notify_cancel():
            one.kept.set_exception(error)
