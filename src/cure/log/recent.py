"""What was appended last, in memory: those who keep pace need not ask the engine for it.

The engine lets go of the interpreter at every row, and waits half a millisecond to get it back
from a busy thread; so a page of 500 rows takes long where everybody is busy.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from cure.interfaces import Logged

MAX_RECORDS = 20_000
MAX_BYTES = 16 << 20
"""Of their bodies; as objects they take about four times as much."""
_PART = 500


class Recent:
    """The last records of a log, as they were appended. One writer, any readers."""

    def __init__(self) -> None:
        self._parts: tuple[tuple[Sequence[Logged], int], ...] = ()
        self._records = self._bytes = 0

    def add(self, logged: Sequence[Logged], size_bytes: int) -> None:
        """Take what was appended; let go of what is too much. Cost: little, but for the first."""
        if not logged:
            return
        parts = [*self._parts, (logged, size_bytes)]
        while len(parts) > 1 and len(parts[-2][0]) < _PART:
            (one, its_bytes), (other, more_bytes) = parts[-2:]
            parts[-2:] = [([*one, *other], its_bytes + more_bytes)]
        self._records += len(logged)
        self._bytes += size_bytes
        while parts and (self._records > MAX_RECORDS or self._bytes > MAX_BYTES):
            (gone, its_bytes), *parts = parts
            self._records -= len(gone)
            self._bytes -= its_bytes
        self._parts = tuple(parts)

    def among(self, numbers: Iterable[int]) -> dict[int, Logged]:
        """Return those of the records with these numbers that are here. Cost: 0.3 µs each."""
        parts = [one for one, _ in self._parts]
        firsts = [one[0].seq for one in parts]
        found: dict[int, Logged] = {}
        for number in numbers:
            at = bisect_right(firsts, number) - 1
            if at >= 0 and number - firsts[at] < len(parts[at]):
                found[number] = parts[at][number - firsts[at]]
        return found

    def after(self, number: int) -> list[Logged]:
        """Return all that follow a number, oldest first; nothing, if the first of them is gone."""
        parts = [one for one, _ in self._parts]
        if not parts or number + 1 < parts[0][0].seq:
            return []
        return [one for part in parts if part[-1].seq > number for one in part if one.seq > number]
