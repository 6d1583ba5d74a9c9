"""Follow files as they grow, through every kind of rotation; read documents once they rest.

A file is known by its inode and by what was read of it, not by its name: a renamed log goes on
where it was, and of a copy, or a `.gz` made of it, only the rest is read.
"""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple

from cure.errors import SourceError
from cure.interfaces import Input
from cure.origins.bookmarks import Bookmarks
from cure.origins.delivering import Deliver
from cure.origins.documents import PACKED, comments_of, is_document
from cure.origins.files import blocks, inputs, lines
from cure.origins.listing import Listed
from cure.origins.marks import PRINT_BYTES, Followed, Marks, ReadWhole, marked

WINDOW_BYTES = 4 << 20
"""So much of a file is read and kept at a time."""
SETTLED_S = 5.0
"""A document, or the last line of a rotated file, is read when so long nothing was written."""
QUIET_S = 300.0
"""The last line of any other file is taken for whole, without its line end, after so long."""


class _Seen(NamedTuple):
    """A file, as it was found."""

    path: Path
    place: str
    size: int
    mtime_ns: int
    is_copy: bool

    @property
    def unchanged_s(self) -> float:
        return time.time() - self.mtime_ns / 1e9


class Follow:
    """An origin that reads what is added to files."""

    def __init__(  # noqa: PLR0913 - each is one thing of its own
        self,
        bookmarks: Bookmarks,
        *,
        listed: Callable[[], list[Listed]],
        whole: bool | None = None,
        every_s: float = 1.0,
        settled_s: float = SETTLED_S,
        quiet_s: float = QUIET_S,
    ) -> None:
        """Follow files.

        Args:
            bookmarks: How far they were read.
            listed: Lists them; see `cure.origins.listing`.
            whole: Whether they are documents, read whole whenever they changed; None: their
                first bytes tell.
            every_s: How often to look, in seconds.
            settled_s: See `SETTLED_S`.
            quiet_s: See `QUIET_S`.
        """
        self._marks = Marks(bookmarks)
        self._listed = listed
        self._whole = whole
        self._every_s = every_s
        self._settled_s = settled_s
        self._quiet_s = quiet_s
        self._all_read: dict[str, _Seen] = {}

    def look(self, deliver: Deliver) -> float:
        """Deliver what was added since the last look; an unreadable file stops no other."""
        failed = ""
        for path, is_copy in self._listed():
            try:
                status = path.stat()
                place = f"{status.st_dev}:{status.st_ino}"
                seen = _Seen(path, place, status.st_size, status.st_mtime_ns, is_copy)
                if self._all_read.get(place) != seen and self._read(seen, deliver):
                    self._all_read[place] = seen
            except FileNotFoundError:  # rotated away in this moment, and found under its new name
                continue
            except OSError as error:
                failed = failed or f"cannot read {path}: {error.strerror}"
        if failed:
            raise SourceError(failed)
        return self._every_s

    def _read(self, seen: _Seen, deliver: Deliver) -> bool:
        """Read what is new in a file; return whether there is nothing more in it now."""
        with seen.path.open("rb") as file:
            head = file.read(PRINT_BYTES)
            whole = is_document(head) if self._whole is None else self._whole
            if not whole and not head.startswith(PACKED):
                return self._read_lines(seen, file, head, deliver)
        return self._read_whole(seen, deliver)

    def _read_lines(self, seen: _Seen, file: IO[bytes], head: bytes, deliver: Deliver) -> bool:
        mark = self._marks.of(seen.place, file, seen.size)
        if mark is None and seen.is_copy:
            return True
        mark = mark or Followed(str(seen.path))
        while mark.offset < seen.size:
            end = _end_of_lines(file, mark.offset, seen.size)
            if end == mark.offset:
                if not self._has_ended(seen, mark):
                    return False
                end = seen.size
            section = _Section(file, mark.offset, end)
            again = comments_of(head) if mark.offset else []
            data = Input(
                name=str(seen.path),
                as_of=datetime.fromtimestamp(seen.mtime_ns / 1e9, UTC),
                lines=chain(again, lines(section)),
                blocks=chain((line + b"\n" for line in again), blocks(section)),
                head=head,
            )
            deliver(data, before=mark.lines, repeated=len(again))
            mark = marked(mark.path, file, end, mark.lines + section.lines)
            self._marks.set(seen.place, mark)
        return True

    def _has_ended(self, seen: _Seen, mark: Followed) -> bool:
        """Tell whether nobody will end the last line any more."""
        is_rotated = mark.path != str(seen.path)
        return seen.unchanged_s > (self._settled_s if is_rotated else self._quiet_s)

    def _read_whole(self, seen: _Seen, deliver: Deliver) -> bool:
        if self._marks.is_read(seen.place, seen.size, seen.mtime_ns):
            return True
        if seen.unchanged_s < self._settled_s:
            return False
        now = datetime.now(UTC)
        begun = next(map(self._marks.of_packed, inputs(seen.path, now)), None)
        if begun is None and seen.is_copy:
            return True
        for data in inputs(seen.path, now):
            if begun is None:
                deliver(data)
            else:
                again = comments_of(data.head)
                rest = islice(data.lines, begun.lines, None)
                repeated = len(again)
                deliver(
                    replace(data, lines=chain(again, rest)), before=begun.lines, repeated=repeated
                )
        self._marks.set(seen.place, ReadWhole(seen.size, seen.mtime_ns, time.time()))
        return True


def _end_of_lines(file: IO[bytes], start: int, size: int) -> int:
    """Return where the last whole line of the next window ends; `start`: there is none."""
    at = start
    file.seek(at)
    while at < size:
        window = file.read(min(WINDOW_BYTES, size - at))
        if not window:
            break
        last = window.rfind(b"\n")
        if last >= 0:
            return at + last + 1
        at += len(window)
    return start


class _Section(io.RawIOBase):
    """A part of a file; counts the lines in it that were read."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self._file = file
        self._left = end - start
        self._last = b"\n"
        self._line_ends = 0
        file.seek(start)

    @property
    def lines(self) -> int:
        return self._line_ends + (self._last != b"\n")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        data = self._file.read(min(len(buffer), self._left))
        if data:
            buffer[: len(data)] = data
            self._left -= len(data)
            self._line_ends += data.count(b"\n")
            self._last = data[-1:]
        return len(data)
