"""What origins deliver, kept as a list, or refused as a log does that has no room."""

import asyncio

from cure.errors import LogError
from cure.interfaces import Input, Line
from waiting import PATIENCE_S


class Delivered:
    def __init__(self) -> None:
        self.names: list[str] = []
        self.lines: list[Line] = []
        self.numbers: list[int] = []
        self.heads: list[bytes] = []
        self.is_full = False

    def __call__(self, data: Input, *, before: int = 0, repeated: int = 0) -> None:
        found = list(data.lines)[repeated:]
        if self.is_full:
            raise LogError("no space left")
        self.names.append(data.name)
        self.heads.append(data.head)
        self.lines += found
        self.numbers += range(before + 1, before + 1 + len(found))

    def new(self) -> list[Line]:
        """Return the lines since the last time that they were asked for."""
        found, self.lines = self.lines, []
        return found

    async def until(self, count: int) -> None:
        """Wait until so many lines have come."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.lines) < count:  # noqa: ASYNC110 - it is filled in a thread
                await asyncio.sleep(0.01)
