"""Subscribers of the stream of records: quick ones, slow ones, and one that never reads."""

import asyncio
import re
import socket
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faults.load.wire import request
from faults.load.world import BATCH, SOURCES, TAG, Numbers, Organisation, is_of, source_of

_KEYS = re.compile(rb'"key":"(\d+)"').findall
_SLOW_BYTES = 1024
_SMALL_BUFFER = 4096


class Want(NamedTuple):
    """What a subscriber follows: a kind, of one source or of all."""

    kind: str = "all"
    source: int | None = None

    @property
    def query(self) -> str:
        """The filters of the request."""
        parts = [f"source={SOURCES[self.source]}"] if self.source is not None else []
        if self.kind == "tag":
            parts.append(f"tag={TAG}")
        elif self.kind != "all":
            parts.append(f"topic={self.kind}")
        return "&".join(parts)


def mixed(numbers: Numbers) -> NDArray[np.uint64]:
    """Return numbers whose sum, with the count, stands for the set (the mix of SplitMix64)."""
    with np.errstate(over="ignore"):
        x = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ x >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ x >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return x ^ x >> np.uint64(31)


class Got(NamedTuple):
    """What came, as a set: how many records, and the sum of their mixed numbers."""

    records: int
    sum: int

    @classmethod
    def of(cls, numbers: Numbers) -> "Got":
        """Return the one of these records."""
        return cls(len(numbers), int(mixed(numbers).sum(dtype=np.uint64)))


_NOTHING = Got(0, 0)


@dataclass
class Subscriber:
    """One subscriber.

    Attributes:
        organisation: Who it is.
        want: What it follows.
        pace: ``quick``, ``slow``: 1 kB a second, or ``frozen``.
        got: What it has been told of.
        cursor: The id of the last record that it took.
        delays: Of each piece that came, the longest time since a record in it was due, and how
            many records it held.
        is_over: Whether the stream has ended.
    """

    organisation: Organisation
    want: Want
    pace: str = "quick"
    got: Got = _NOTHING
    cursor: str = ""
    delays: list[tuple[float, float, int]] = field(default_factory=list)
    is_over: bool = False
    _rest: bytes = b""
    _socket: socket.socket | None = None

    def take(self, data: bytes, due: NDArray[np.float64] | None = None, now: float = 0) -> None:
        """Take in what came."""
        text = self._rest + data
        end = text.rfind(b"\n\n") + 2
        self._rest = text[end:]
        keys = _KEYS(text, 0, end)
        if not keys:
            return
        numbers = np.fromiter(map(int, keys), np.int64, len(keys))
        more = Got.of(numbers)
        self.got = Got(self.got.records + more.records, (self.got.sum + more.sum) % (1 << 64))
        at = text.rfind(b"\nid: ", 0, end) + 5
        self.cursor = text[at : text.find(b"\n", at)].decode()
        if due is not None:
            late = now - due[numbers // BATCH]
            self.delays.append((now, float(late.max()), len(numbers)))

    def expected(self, stored: Numbers) -> Got:
        """Return what it is to be told of all that is kept."""
        keep = np.isin(source_of(stored), self.organisation.sees)
        keep &= is_of(self.want.kind, stored)
        if self.want.source is not None:
            keep &= source_of(stored) == self.want.source
        return Got.of(stored[keep])

    async def connect(self, port: int) -> None:
        """Open the stream behind the cursor, or from now on, and wait for its beginning."""
        loop = asyncio.get_running_loop()
        opened = socket.socket()
        if self.pace != "quick":
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
        opened.setblocking(False)  # noqa: FBT003 - as it has it
        self._socket, self._rest, self.is_over = opened, b"", False
        await loop.sock_connect(opened, ("127.0.0.1", port))
        behind = f"cursor={self.cursor}&" if self.cursor else ""
        path = f"/api/v1/stream/records?{behind}{self.want.query}"
        await loop.sock_sendall(opened, request("GET", path, self.organisation.key))
        head = b""
        while not head.endswith(b"data: null\n\n\r\n"):
            some = await loop.sock_recv(opened, _SLOW_BYTES)
            assert some, head
            head += some
        assert head.startswith(b"HTTP/1.1 200"), head
        self.cursor = self.cursor or head.rpartition(b"\nid: ")[2].split(b"\n")[0].decode()

    async def listen(self, due: NDArray[np.float64], *, always: bool = False) -> None:
        """Read at its pace until the stream ends; who is frozen does not.

        Args:
            due: When each batch was due.
            always: Read as fast as anybody from now on.
        """
        loop, opened = asyncio.get_running_loop(), self._socket
        assert opened
        pace = "quick" if always else self.pace
        if pace == "frozen":
            await asyncio.Event().wait()
        size = 1 << 18 if pace == "quick" else _SLOW_BYTES
        while data := await loop.sock_recv(opened, size):
            self.take(data, due if self.pace == "quick" else None, loop.time())
            if pace == "slow":
                await asyncio.sleep(1)
        self.is_over = True

    def close(self) -> None:
        """Let go."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
