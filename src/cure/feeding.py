"""Feeds: the way of each configured source into the log, and how it fares there."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from queue import Full
from typing import Self, TypeAlias, TypeVar

import msgspec

from cure.extract.apart import apart
from cure.hub.intake import Account, Intake
from cure.installation import Installation
from cure.interfaces import Input, Publisher, Reading, Setting
from cure.model import Label, Record
from cure.ways import SourceSetting
from cure.writer import Fates, Writer

T = TypeVar("T")
IntakeOf: TypeAlias = Callable[[Publisher, str, Label, datetime, Setting], Intake]
"""Makes the intake of a source."""
_PARTS_UNDER_WAY = 3
_LINES_A_TURN = 1000
_FULL_S = 0.05
_LET_GO_S = 0.0002


class SourceHealth(msgspec.Struct):
    """How a source fares, since the server started.

    Attributes:
        source: Its name.
        origin: How its lines come.
        lines: How many lines, or elements of documents, came.
        spoke: How many of them said something.
        silent: How many had nothing of interest.
        quarantined: How many could not be read.
        records: How many records they made.
        new_records: How many of these were not known before.
        last_record_at: When the last record was kept; null: none was.
        lag_s: How old its content was then, in seconds.
        error: What is wrong now; empty: nothing is.
    """

    source: str
    origin: str
    lines: int = 0
    spoke: int = 0
    silent: int = 0
    quarantined: int = 0
    records: int = 0
    new_records: int = 0
    last_record_at: datetime | None = None
    lag_s: float | None = None
    error: str = ""


@dataclass
class Fed:
    """What became of an input that is now durable."""

    account: Account = field(default_factory=Account)
    new_records: int = 0


class StoppedError(Exception):
    """The server is stopping; what was not remembered is read again at the next start."""


class Feed:
    """The way of one source's lines into the log. Any thread may use it."""

    def __init__(
        self,
        source: SourceSetting,
        writer: Writer,
        installation: Installation,
        clock: Callable[[], datetime],
        intake: IntakeOf = Intake,
    ) -> None:
        """Keep through the writer what `intake` makes; `clock` says what time it is, UTC."""
        self.source = source
        self.health = SourceHealth(source.name, source.kind)
        self._counting = threading.Lock()
        self._writer = writer
        self._installation = installation
        self._clock = clock
        self._intake = intake

    def take(  # noqa: PLR0913 - each is one thing of its own
        self,
        data: Input,
        *,
        before: int = 0,
        repeated: int = 0,
        wait: bool = True,
        stopping: threading.Event | None = None,
        owner: str | None = None,
    ) -> Fed:
        """Read an input and keep what it says; all of it is durable on return.

        Args:
            data: The input.
            before: As in `cure.origins.delivering.Deliver`.
            repeated: As there.
            wait: Whether to wait where too much is to be kept already.
            stopping: Leave off when this is set.
            owner: The organisation that it belongs to; None: as the source is configured.

        Raises:
            Full: If there is too much, and nobody wants to wait.
            LogError: If something could not be kept.
            StoppedError: If it left off.
        """
        now = self._clock()
        turn = _Turn(self._writer, stopping)
        publisher = apart(self.source.publisher, turn.let_go)
        if before or repeated:
            read = partial(_continued, publisher.read, before, repeated)
            publisher = replace(publisher, read=read)
        label = self.source.label
        if owner is not None:
            label = msgspec.structs.replace(label, owner=owner)
        intake = self._intake(publisher, self.source.name, label, now, self.source.setting)
        shared = replace(
            data,
            lines=turn.shared(data.lines, every=_LINES_A_TURN),
            blocks=turn.shared(data.blocks, every=1),
        )
        parts = intake.take_in(shared)
        fed = Fed()
        under_way: deque[tuple[list[Record], Future[Fates]]] = deque()
        is_over = False
        while not is_over:
            with turn:
                part = next(parts, None)
            is_over = part is None
            if part is not None:
                fed.account.add(part.account)
                self._installation.quarantine(part.quarantined, now)
                if part.records:
                    under_way.append(
                        (part.records, self._submit(part.records, stopping, wait=wait))
                    )
            while under_way and (is_over or len(under_way) > _PARTS_UNDER_WAY):
                fed.new_records += self._kept(*under_way.popleft())
        self._count(fed)
        return fed

    def _submit(
        self, records: list[Record], stopping: threading.Event | None, *, wait: bool
    ) -> Future[Fates]:
        while True:
            try:
                return self._writer.submit(records)
            except Full:
                if not wait:
                    raise
                if stopping is not None and stopping.is_set():
                    raise StoppedError from None
                time.sleep(_FULL_S)

    def _kept(self, records: list[Record], kept: Future[Fates]) -> int:
        """Wait until records are durable; return how many of them were new."""
        fates = kept.result()
        newest = max(one.finding.last_seen for one in records if one.finding.last_seen)
        self.health.last_record_at = self._clock()
        self.health.lag_s = (self.health.last_record_at - newest).total_seconds()
        return sum(is_new for _, is_new in fates)

    def _count(self, fed: Fed) -> None:
        with self._counting:
            health, account = self.health, fed.account
            health.lines += account.lines
            health.spoke += account.spoke
            health.silent += account.silent
            health.quarantined += account.quarantined
            health.records += account.records
            health.new_records += fed.new_records


class _Turn:
    """Whose turn it is to compute: the reader of an input, or the writer of the log.

    The engine of the log lets go of the interpreter at every row, and would wait for it each time
    if somebody read meanwhile.
    """

    def __init__(self, writer: Writer, stopping: threading.Event | None) -> None:
        self._writer = writer
        self._stopping = stopping

    def __enter__(self) -> Self:
        self._held = self._writer.between_appends()
        self._held.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.__exit__(None, None, None)

    @contextmanager
    def let_go(self) -> Iterator[None]:
        """Let the writer in for as long as something else is waited for."""
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()

    def shared(self, parts: Iterable[T], *, every: int) -> Iterator[T]:
        """Yield the parts, and let the writer in between."""
        for number, part in enumerate(parts, 1):
            yield part
            if number % every == 0:
                if self._stopping is not None and self._stopping.is_set():
                    raise StoppedError
                with self.let_go():
                    time.sleep(_LET_GO_S)


def _continued(
    read: Callable[[Input], Iterator[Reading]], before: int, repeated: int, source: Input
) -> Iterator[Reading]:
    """Read a further part of an input: count on, and leave out what was only repeated."""
    for reading in read(source):
        if reading.number > repeated:
            number = reading.number - repeated + before
            yield msgspec.structs.replace(reading, number=number)
