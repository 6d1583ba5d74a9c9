"""SQLite's way to the disk, recorded: each write, cut, sync and deletion, in order.

A VFS of our own stands before the one that SQLite has (https://www.sqlite.org/vfs.html): it notes
what is asked for, may refuse it, and passes it on. It is made in the very library that Python's
`sqlite3` uses.
"""

import _sqlite3
import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any, NamedTuple

import pytest

OK, FULL, CANTOPEN, IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE = 0, 13, 14, 778, 1034, 1546
_CREATE, _JOURNAL, _WAL = 0x4, 0x800, 0x80000


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", c_void_p),
        ("xDelete", c_void_p),
        ("others", c_void_p * 13),
    ]


class _Methods(ctypes.Structure):
    _fields_ = [
        ("iVersion", c_int),
        ("xClose", c_void_p),
        ("xRead", c_void_p),
        ("xWrite", c_void_p),
        ("xTruncate", c_void_p),
        ("xSync", c_void_p),
        ("others", c_void_p * 13),
    ]


class _File(ctypes.Structure):
    _fields_ = [("methods", POINTER(_Methods))]


_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_Close = CFUNCTYPE(c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class Write(NamedTuple):
    """Bytes of a file."""

    inode: int
    offset: int
    content: bytes


class Truncate(NamedTuple):
    """The new size of a file."""

    inode: int
    size: int


class Sync(NamedTuple):
    """All that was done to a file is on the disk."""

    inode: int


class FailedSync(NamedTuple):
    """Nobody knows what of all that was done to a file is on the disk; it is not tried again."""

    inode: int


class Link(NamedTuple):
    """A name for a file in the directory; None: there is none any more."""

    name: str
    inode: int | None


class SyncDirectory(NamedTuple):
    """All names are on the disk."""


class Acknowledged(NamedTuple):
    """So many actions of a history were said to be durable."""

    actions: int


Step = Write | Truncate | Sync | FailedSync | Link | SyncDirectory | Acknowledged
Refuses = Callable[[str, str], int]
"""Given what is asked for and the file's name: the error to answer with, or `OK`."""


class RecordedDisk:
    """What was asked of the disk, while it is the default one.

    Attributes:
        steps: It, in order.
        refuses: Asked before each step.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.refuses: Refuses = lambda _what, _name: OK
        self._inodes: dict[str, int] = {}
        self._made = 0
        self._open: dict[int, tuple[str, int]] = {}
        self._unsynced_names: set[int] = set()
        self._tables: dict[int, _Methods] = {}
        self._engine = _engine()
        self._engine.sqlite3_vfs_find.restype = POINTER(_Vfs)
        self._real: Any = self._engine.sqlite3_vfs_find(None)
        self._methods: dict[int, _Methods] = {}
        self._kept = (
            _Open(self._on_open),
            _Delete(self._on_delete),
            _Close(self._on_close),
            _Write(self._on_write),
            _Truncate(self._on_truncate),
            _Sync(self._on_sync),
        )
        self._vfs = _Vfs.from_buffer_copy(self._real.contents)
        self._vfs.pNext = None
        self._vfs.zName = b"recorded"
        self._vfs.xOpen = ctypes.cast(self._kept[0], c_void_p)
        self._vfs.xDelete = ctypes.cast(self._kept[1], c_void_p)

    @contextmanager
    def in_use(self) -> Iterator["RecordedDisk"]:
        """Let all files that SQLite opens meanwhile be of this disk."""
        self._engine.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)
        try:
            yield self
        finally:
            self._engine.sqlite3_vfs_unregister(ctypes.byref(self._vfs))
            self._engine.sqlite3_vfs_register(self._real, 1)

    def acknowledge(self, actions: int) -> None:
        """Note that so many actions were said to be durable."""
        self.steps.append(Acknowledged(actions))

    def place(self, path: Path) -> None:
        """Take in a file that was written otherwise, synced and put in place of another."""
        self._made += 1
        self._inodes[path.name] = self._made
        self.steps += [
            Write(self._made, 0, path.read_bytes()),
            Sync(self._made),
            Link(path.name, self._made),
            SyncDirectory(),
        ]

    def _on_open(self, vfs: int, name: int, file: Any, flags: int, out: int) -> int:  # noqa: ANN401 - a pointer of ctypes
        path = Path(ctypes.string_at(name).decode()) if name else None
        if path is not None and (refused := self.refuses("open", path.name)):
            file.contents.methods = None
            return refused
        is_new = path is not None and bool(flags & _CREATE) and not path.exists()
        done = _Open(self._real.contents.xOpen)(vfs, name, file, flags, out)
        if done != OK or path is None:
            return done
        if is_new or path.name not in self._inodes:
            self._made += 1
            self._inodes[path.name] = self._made
            self.steps.append(Link(path.name, self._made))
            if flags & (_JOURNAL | _WAL):
                self._unsynced_names.add(self._made)
        address = ctypes.addressof(file.contents)
        self._open[address] = (path.name, self._inodes[path.name])
        real = file.contents.methods
        real_address = ctypes.addressof(real.contents)
        if real_address not in self._tables:
            table = _Methods.from_buffer_copy(real.contents)
            for at, name_of in enumerate(("xClose", "xWrite", "xTruncate", "xSync"), 2):
                setattr(table, name_of, ctypes.cast(self._kept[at], c_void_p))
            self._tables[real_address] = table
        self._methods[address] = real.contents
        file.contents.methods = ctypes.pointer(self._tables[real_address])
        return OK

    def _on_delete(self, vfs: int, name: bytes, syncs: int) -> int:
        path = Path(name.decode())
        done = _Delete(self._real.contents.xDelete)(vfs, name, syncs)
        if done == OK and path.name in self._inodes:
            del self._inodes[path.name]
            self.steps.append(Link(path.name, None))
            if syncs:
                self.steps.append(SyncDirectory())
        return done

    def _on_close(self, file: int) -> int:
        self._open.pop(file)
        return _Close(self._methods.pop(file).xClose)(file)

    def _on_write(self, file: int, content: int, size: int, offset: int) -> int:
        name, inode = self._open[file]
        if refused := self.refuses("write", name):
            return refused
        self.steps.append(Write(inode, offset, ctypes.string_at(content, size)))
        return _Write(self._methods[file].xWrite)(file, content, size, offset)

    def _on_truncate(self, file: int, size: int) -> int:
        name, inode = self._open[file]
        if refused := self.refuses("truncate", name):
            return refused
        self.steps.append(Truncate(inode, size))
        return _Truncate(self._methods[file].xTruncate)(file, size)

    def _on_sync(self, file: int, flags: int) -> int:
        name, inode = self._open[file]
        if refused := self.refuses("sync", name):
            self.steps.append(FailedSync(inode))
            return refused
        self.steps.append(Sync(inode))
        if inode in self._unsynced_names:  # so does SQLite with journals
            self._unsynced_names.discard(inode)
            self.steps.append(SyncDirectory())
        return _Sync(self._methods[file].xSync)(file, flags)


def _engine() -> ctypes.CDLL:
    """Return the library that Python's `sqlite3` is linked with."""
    engine = ctypes.CDLL(_sqlite3.__file__)
    if not hasattr(engine, "sqlite3_vfs_register"):
        pytest.skip("Python's sqlite3 hides its library: its way to the disk cannot be recorded")
    return engine
