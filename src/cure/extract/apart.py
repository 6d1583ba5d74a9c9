"""What strangers write is read in the worker process, by publishers and by origins."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TypeVar

import msgspec

from cure.errors import MalformedError
from cure.extract.worker import SHARED, Task, Waiting
from cure.formats.lines import UNREADABLE, reason, whole_file
from cure.interfaces import Input, Publisher, Reading, Unreadable
from cure.model.finding import read_finding

T = TypeVar("T")
MAX_BYTES = 128 << 20
_MAX_NUMBER = 1 << 40
_encode = msgspec.json.Encoder().encode
Read = Callable[[Input], Iterator[Reading]]


def apart(publisher: Publisher, waiting: Waiting = nullcontext) -> Publisher:
    """Return a publisher that reads in the worker process, if it is to be isolated.

    A document that crashes its parser, or needs too much time or memory, is quarantined, and the
    next one is read.

    Args:
        waiting: What is done around each wait for the process.
    """
    if not publisher.isolated:
        return publisher
    return replace(publisher, read=partial(_read, publisher.read, waiting))


def read_apart(
    function: Callable[[Input], Iterator[T]],
    form: type[T],
    source: Input,
    waiting: Waiting = nullcontext,
) -> Iterator[T]:
    """Yield what a function of a module yields for an input, called in the worker process.

    Args:
        function: The function.
        form: The type of what it yields.
        source: The input; what it lists is not told there.
        waiting: What is done around each wait for the process.

    Raises:
        MalformedError: If the input is too large, of no known form or broken, or reading it takes
            too much time or memory, or crashes.
    """
    # Whoever delivers lines only has no blocks; else there is no line left after these.
    data = whole_file(chain(source.blocks, map(_with_end, source.lines)), MAX_BYTES)
    if data:
        yield from SHARED.each(Task.of(function, source), data, form, waiting)


def _read(read: Read, waiting: Waiting, source: Input) -> Iterator[Reading]:
    number = 1
    try:
        for one in read_apart(read, Reading, source, waiting):
            yield _checked(one)
            number = one.number + one.lines
    except MalformedError as error:
        deque(source.blocks, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(number, source.head, why=reason(error))


def _with_end(line: bytes | Unreadable) -> bytes | Unreadable:
    return line + b"\n" if isinstance(line, bytes) else line


def _checked(reading: Reading) -> Reading:
    """Believe nothing of a process that may have been taken over."""
    try:
        for finding in reading.findings:
            if read_finding(_encode(finding), most_attribute_bytes=MAX_BYTES) != finding:
                value = finding.observables[0].value
                raise MalformedError("finding", value, "not in its canonical form")
        if not 0 < reading.number <= reading.number + reading.lines <= _MAX_NUMBER:
            raise MalformedError("line", str(reading.number), "no document has so many")
    except UNREADABLE as error:
        number = min(max(reading.number, 1), _MAX_NUMBER)
        return Reading(number, reading.raw, why=reason(error))
    return reading
