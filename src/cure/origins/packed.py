"""Compressed streams, which may be broken, or bombs."""

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

try:
    from compression import zstd  # pyright: ignore[reportMissingImports]
except ImportError:  # before Python 3.14
    from backports import zstd

MAX_EXPANSION = 250
"""What becomes more times as large is taken for a bomb; logs hardly ever become 100 times."""
_FREELY_BYTES = 4 << 20
_MEMBER_BYTES = 16 << 10
"""To begin a file of an archive takes as long as to read so much."""

if TYPE_CHECKING:
    Buffered: TypeAlias = io.BufferedReader[Any]
else:
    Buffered = io.BufferedReader


Progress = Callable[[int], None]
"""Told how many bytes of the file, as it lies on the disk, have just been read."""

BROKEN_STREAM = (
    EOFError,
    OSError,
    zlib.error,
    zstd.ZstdError,
    tarfile.TarError,
    zipfile.BadZipFile,
)


class Partial(Protocol):
    """What can be read as far as it is there."""

    def read1(self, size: int, /) -> bytes:
        """Return up to so many bytes; none: it has ended."""
        ...


class Bounds:
    """How much was read of a file, and how much that became once it was unpacked."""

    def __init__(self) -> None:
        """Begin a file."""
        self._packed = self._unpacked = 0

    def reach(self, place: int) -> None:
        """Count the bytes of the file up to a place in it, however often they are read."""
        self._packed = max(self._packed, place)

    def unpack(self, size: int) -> None:
        """Count bytes that came of it; of a layer within another, too."""
        self._unpacked += size

    def begin_member(self) -> None:
        """Count a file that came of it."""
        self._unpacked += _MEMBER_BYTES

    @property
    def is_broken(self) -> bool:
        """Whether it becomes larger than any honest file."""
        return self._unpacked > max(_FREELY_BYTES, MAX_EXPANSION * self._packed)


class Counted(io.RawIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, file: IO[bytes], progress: Progress, bounds: Bounds) -> None:
        """Tell of a file."""
        self._file = file
        self._progress = progress
        self._bounds = bounds
        self._at = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell whether one can go back in it."""
        return self._file.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go elsewhere in it."""
        self._at = self._file.seek(offset, whence)
        return self._at

    def tell(self) -> int:
        """Tell where one is in it."""
        return self._file.tell()

    def readinto(self, buffer: memoryview, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Read some, and tell."""
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._progress(len(data))
        self._at += len(data)
        self._bounds.reach(self._at)
        return len(data)


class Lenient(io.RawIOBase):
    """A decompressed stream that ends where the compressed one breaks, and remembers why."""

    def __init__(self, stream: Partial, bounds: Bounds) -> None:
        """Read a stream within bounds."""
        self._stream = stream
        self._bounds = bounds
        self.broken = ""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Read some; nothing more behind a break."""
        if not self.broken:
            try:
                return self._read(buffer)
            except BROKEN_STREAM as error:
                self.broken = f"the compressed file is broken here: {error}"
        return 0

    def _read(self, buffer: memoryview) -> int:
        data = b""
        if not self._bounds.is_broken:
            data = self._stream.read1(len(buffer))  # what came before a break is kept
            self._bounds.unpack(len(data))
        if self._bounds.is_broken:
            self.broken = f"from here on it becomes more than {MAX_EXPANSION} times as large"
            return 0
        buffer[: len(data)] = data
        return len(data)


class Packed(NamedTuple):
    """A form of compression: how it begins, how its names end, and what opens it."""

    magic: bytes
    suffix: str
    opened: Callable[[Buffered], Partial]


PACKED = (
    Packed(b"\x1f\x8b", ".gz", lambda stream: gzip.GzipFile(fileobj=stream)),
    Packed(b"\x28\xb5\x2f\xfd", ".zst", zstd.ZstdFile),
)
