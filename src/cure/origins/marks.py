"""Marks: what was read of each file, so that it is known again under any name."""

import time
from collections.abc import Iterator
from hashlib import blake2b
from typing import IO

import msgspec

from cure.interfaces import Input, Unreadable
from cure.origins.bookmarks import Bookmarks

PRINT_BYTES = 4096
_FORGET_AFTER_S = 60 * 86_400.0


class Followed(msgspec.Struct, frozen=True, tag="lines"):
    """How far a file of lines was read.

    Attributes:
        path: Where it was at first; anywhere else it was rotated to.
        offset: How many bytes were read.
        lines: How many lines that were.
        head: Digest of the first of these bytes, up to 4,096.
        tail: Digest of the last of them, up to 4,096.
        at: When it was read, in seconds since 1970.
    """

    path: str
    offset: int = 0
    lines: int = 0
    head: bytes = b""
    tail: bytes = b""
    at: float = 0.0


class ReadWhole(msgspec.Struct, frozen=True, tag="whole"):
    """The state in which a document was read.

    Attributes:
        size: Its size in bytes.
        mtime_ns: When it was written.
        at: When it was read, in seconds since 1970.
    """

    size: int
    mtime_ns: int
    at: float


_decoder: msgspec.json.Decoder[Followed | ReadWhole] = msgspec.json.Decoder(Followed | ReadWhole)


class Marks:
    """The marks of the files of one source, by device and inode."""

    def __init__(self, bookmarks: Bookmarks) -> None:
        """Go on with those that were kept; what was not touched for two months is forgotten."""
        self._bookmarks = bookmarks
        self._marks: dict[str, Followed | ReadWhole] = {}
        for place, mark in bookmarks.read(_decoder).items():
            if mark.at < time.time() - _FORGET_AFTER_S:
                bookmarks.forget(place)
            else:
                self._marks[place] = mark

    def set(self, place: str, mark: Followed | ReadWhole) -> None:
        """Remember what was read of the file with this inode."""
        self._marks[place] = mark
        self._bookmarks.write(place, mark)

    def is_read(self, place: str, size: int, mtime_ns: int) -> bool:
        """Tell whether a document was read in this state."""
        mark = self._marks.get(place)
        return isinstance(mark, ReadWhole) and (mark.size, mark.mtime_ns) == (size, mtime_ns)

    def of(self, place: str, file: IO[bytes], size: int) -> Followed | None:
        """Return how far a file was read: this one, or the one that it is a copy of.

        It is not the one with its inode if its content is another: then it was cut and written
        anew, or the inode was used again.
        """
        mark = self._marks.get(place)
        if isinstance(mark, Followed) and _fits(mark, file, size):
            return mark
        copied = (one for one in self._begun_with(_read_at(file, 0)) if _fits(one, file, size))
        return max(copied, key=lambda one: one.offset, default=None)

    def of_packed(self, data: Input) -> Followed | None:
        """Return how far the file was read that was packed; uses the blocks of `data` up."""
        candidates = list(self._begun_with(data.head))
        found: Followed | None = None
        at, last = 0, b""
        for block in data.blocks if candidates else ():
            if isinstance(block, Unreadable):
                break
            last += block
            at += len(block)
            for one in candidates:
                after = at - one.offset
                if 0 <= after < len(block):
                    tail = last[: len(last) - after][-PRINT_BYTES:]
                    if digest(tail) == one.tail and (found is None or found.offset < one.offset):
                        found = one
            last = last[-PRINT_BYTES:]
        return found

    def _begun_with(self, head: bytes) -> Iterator[Followed]:
        for one in self._marks.values():
            if isinstance(one, Followed) and digest(head[: one.offset]) == one.head:
                yield one


def marked(path: str, file: IO[bytes], offset: int, lines: int) -> Followed:
    """Return the mark of a file that was read up to an offset."""
    head = _read_at(file, 0)[:offset]
    return Followed(path, offset, lines, digest(head), _tail_digest(file, offset), time.time())


def _fits(mark: Followed, file: IO[bytes], size: int) -> bool:
    return (
        mark.offset <= size
        and digest(_read_at(file, 0)[: mark.offset]) == mark.head
        and _tail_digest(file, mark.offset) == mark.tail
    )


def _tail_digest(file: IO[bytes], offset: int) -> bytes:
    start = max(0, offset - PRINT_BYTES)
    return digest(_read_at(file, start)[: offset - start])


def _read_at(file: IO[bytes], offset: int) -> bytes:
    file.seek(offset)
    return file.read(PRINT_BYTES)


def digest(data: bytes) -> bytes:
    """Return 16 bytes that stand for the data."""
    return blake2b(data, digest_size=16).digest()
