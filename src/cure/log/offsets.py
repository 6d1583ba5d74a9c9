"""Where a record stands in SQLite's files: so that damage is told with its place.

A page is where the write-ahead log has its newest version, or else in the file itself. A table
is a tree of pages, by number of the row. Both: https://www.sqlite.org/fileformat2.html
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

_PAGE = re.compile(r"\bpage (\d+)", re.IGNORECASE)
WAL_HEADER_BYTES = 32
FRAME_HEADER_BYTES = 24
_INNER, _LEAF = 5, 13
_HEADER_BYTES = {_INNER: 12, _LEAF: 8}
_DEEPEST = 20


class Frame(NamedTuple):
    """A page in the write-ahead log.

    Attributes:
        page: Its number.
        offset: Where its bytes begin.
        commits: Whether a transaction ends with it.
    """

    page: int
    offset: int
    commits: bool


def place_of_record(path: Path, seq: int) -> str:
    """Return a clause that tells where a record of a log is, or would be; empty: unknown."""
    try:
        page, pages = _root(path, "record"), _Pages(path)
        for _ in range(_DEEPEST):
            content = pages.content(page)
            if content[0] == _LEAF:
                return pages.clause(page, _cell_of(content, seq))
            page = _child_of(content, seq)
    except (sqlite3.Error, OSError, IndexError, TypeError, KeyError):
        return ""  # what leads there is damaged, too
    return ""


def place_of_table(path: Path, table: str) -> str:
    """Return a clause that tells where the first page of a table is; empty: unknown."""
    try:
        return _Pages(path).clause(_root(path, table), 0)
    except (sqlite3.Error, OSError, TypeError):
        return ""  # what leads there is damaged, too


def place_of_page(path: Path, said: str) -> str:
    """Return a clause that tells where the page is that SQLite speaks of; empty: of none."""
    found = _PAGE.search(said)
    if found is None:
        return ""
    try:
        return _Pages(path).clause(int(found[1]), 0)
    except OSError:
        return ""


def place_of_damage(path: Path, error: sqlite3.Error) -> str:
    """Return a clause that tells where that is damaged which SQLite cannot read; empty: unknown."""
    code = getattr(error, "sqlite_errorcode", None)
    if code not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return ""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only = ON")
            for (said,) in connection.execute("PRAGMA integrity_check(10)"):
                if place := place_of_page(path, said):
                    return place
    except sqlite3.Error:
        pass  # not even its first page can be read
    return f" at offset 0 of {path.name}"


def frames_of(wal: bytes) -> list[Frame]:
    """Return the pages of a write-ahead log since it was begun anew, their sums unchecked."""
    frames: list[Frame] = []
    page_bytes = int.from_bytes(wal[8:12], "big")
    size = FRAME_HEADER_BYTES + page_bytes
    for at in range(WAL_HEADER_BYTES, len(wal) - size + 1, size):
        if wal[at + 8 : at + 16] != wal[16:24]:
            break
        page, pages = (int.from_bytes(wal[at + i : at + i + 4], "big") for i in (0, 4))
        frames.append(Frame(page, at + FRAME_HEADER_BYTES, pages > 0))
    return frames


def _root(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA query_only = ON")
        asked = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return connection.execute(asked, (table,)).fetchone()[0]


class _Pages:
    """The pages of a file and of the write-ahead log beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wal = path.with_name(path.name + "-wal")
        with path.open("rb") as file:
            size = int.from_bytes(file.read(18)[16:], "big")
        self._bytes = 65536 if size == 1 else size
        wal = self._wal.read_bytes() if self._wal.exists() else b""
        frames = frames_of(wal)
        while frames and not frames[-1].commits:
            frames.pop()
        self._newest = {one.page: one.offset for one in frames}

    def _place(self, page: int) -> tuple[Path, int]:
        if page in self._newest:
            return self._wal, self._newest[page]
        return self._path, (page - 1) * self._bytes

    def content(self, page: int) -> bytes:
        path, offset = self._place(page)
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(self._bytes)

    def clause(self, page: int, within: int) -> str:
        path, offset = self._place(page)
        return f" at offset {offset + within} of {path.name}"


def _cells(content: bytes) -> list[int]:
    """Return where the cells of a page begin."""
    start, count = _HEADER_BYTES[content[0]], int.from_bytes(content[3:5], "big")
    return [
        int.from_bytes(content[at : at + 2], "big") for at in range(start, start + 2 * count, 2)
    ]


def _cell_of(content: bytes, seq: int) -> int:
    for at in _cells(content):
        _, after = _varint(content, at)
        if _varint(content, after)[0] == seq:
            return at
    return 0


def _child_of(content: bytes, seq: int) -> int:
    for at in _cells(content):
        if seq <= _varint(content, at + 4)[0]:
            return int.from_bytes(content[at : at + 4], "big")
    return int.from_bytes(content[8:12], "big")


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length, and where the next thing begins."""
    value = 0
    for _ in range(8):
        value = value << 7 | content[at] & 0x7F
        at += 1
        if content[at - 1] < 0x80:  # noqa: PLR2004 - the highest bit: more follows
            return value, at
    return value << 8 | content[at], at + 1
