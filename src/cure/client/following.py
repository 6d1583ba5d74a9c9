"""Following records over a server's stream: it goes on where it broke off, and loses nothing."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import msgspec

from cure.errors import SourceError
from cure.formats.server_events import server_events

TRIES = 8
"""So many failures in a row, some four minutes together, are too many."""
_LONGEST_WAIT_S = 60.0
_decode = msgspec.json.Decoder().decode

Connect = Callable[[dict[str, str]], AbstractContextManager[httpx.Response]]
"""Opens the stream with some headers; raises what the server refuses it with, as ours."""


def follow(
    connect: Connect, cursor: str = "", wait: Callable[[float], None] = time.sleep
) -> Iterator[tuple[str, Any]]:
    """Yield a cursor and a record for each that comes, without end.

    What was taken back comes as its `id`, `source` and `key`, with `retracted`.
    Each record comes at least once. The cursor is that of the record: kept once the record is
    taken care of, it is where another call goes on.

    Args:
        connect: Opens the stream.
        cursor: Where to begin; empty: where the server says.
        wait: Waits for so many seconds.

    Raises:
        SourceError: If the server cannot be reached, time and again.
        CureError: If it refuses.
    """
    failures = 0
    while True:
        try:
            with connect({"Last-Event-ID": cursor} if cursor else {}) as answer:
                for event in server_events(answer.iter_lines()):
                    cursor, failures = event.id, 0
                    if event.name in {"record", "retracted"}:
                        yield cursor, _decode(event.data)
        except (httpx.TransportError, SourceError) as error:
            failures += 1
            if failures == TRIES:
                raise SourceError(f"the stream broke off {TRIES} times: {error}") from error
        wait(min(2.0**failures, _LONGEST_WAIT_S))
