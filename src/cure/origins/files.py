"""Files, folders and archives, read once: plain, gzip, zstd, tar and zip.

What a file is, its first bytes tell, not its name. An archive is a folder in one file.
"""

import gzip
import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeAlias, cast

from cure.errors import SourceError
from cure.interfaces import Input, Line, Unreadable
from cure.model.finding import EARLIEST

try:
    from compression import zstd  # pyright: ignore[reportMissingImports]
except ImportError:  # before Python 3.14
    from backports import zstd

CHUNK_BYTES = 1 << 20
MAX_LINE_BYTES = 64 << 20
"""A longer line is passed over and quarantined; whole documents may well be one line."""
_HEAD_BYTES = 4096
_OFFICE = b"[Content_Types].xml"
"""Office documents are zip files that begin with it, and are documents, not folders."""

if TYPE_CHECKING:
    Buffered: TypeAlias = io.BufferedReader[Any]
else:
    Buffered = io.BufferedReader


class Readable(Protocol):
    """What can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; none: it has ended."""
        ...


class Peekable(Readable, Protocol):
    """What can be looked into before it is read."""

    def peek(self, size: int, /) -> bytes:
        """Return about so many bytes without using them up."""
        ...


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


class _Counted(io.RawIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file = file
        self._progress = progress

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._file.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: memoryview, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._progress(len(data))
        return len(data)


def paths_of(given: list[Path]) -> list[Path]:
    """Return the files among and below the given paths, in order of name.

    Raises:
        SourceError: If one does not exist.
    """
    found: list[Path] = []
    for path in given:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.is_file())
        elif path.exists():
            found.append(path)
        else:
            raise SourceError(f"there is no file {path}")
    return found


def inputs(path: Path, now: datetime, progress: Progress = lambda _: None) -> Iterator[Input]:
    """Yield the inputs in a file: one, or each file of an archive.

    The lines of an input have to be read before the next one is asked for.

    Raises:
        SourceError: If the file cannot be opened.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from error
    with file:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        counted = io.BufferedReader(_Counted(file, progress), CHUNK_BYTES)
        name = os.fsencode(path).decode(errors="replace")
        yield from _unpacked(name, _plausible(written, now), counted)


def _plausible(written: datetime, otherwise: datetime) -> datetime:
    """Return when a file was written, unless its time was never set or lies ahead of `otherwise`.

    Archives that are made the same every time have all files written in 1970.
    """
    return written if EARLIEST <= written <= otherwise else otherwise


def _unpacked(name: str, as_of: datetime, stream: Buffered) -> Iterator[Input]:
    """Look at the first bytes and open what they announce."""
    magic = stream.peek(4)[:4]
    if magic[:2] == b"\x1f\x8b":
        inner = io.BufferedReader(_Lenient(gzip.GzipFile(fileobj=stream)), CHUNK_BYTES)
        yield from _unpacked(name.removesuffix(".gz"), as_of, inner)
    elif magic == b"\x28\xb5\x2f\xfd":
        inner = io.BufferedReader(_Lenient(zstd.ZstdFile(stream)), CHUNK_BYTES)
        yield from _unpacked(name.removesuffix(".zst"), as_of, inner)
    elif magic == b"PK\x03\x04" and stream.seekable() and _OFFICE not in stream.peek(64)[:64]:
        yield from _zip_members(name, as_of, stream)
    elif stream.peek(512)[257:262] == b"ustar":
        yield from _tar_members(name, as_of, stream)
    else:
        yield _input(name, as_of, stream)


def _input(name: str, as_of: datetime, stream: Peekable) -> Input:
    try:
        head = stream.peek(_HEAD_BYTES)[:_HEAD_BYTES]
    except BROKEN_STREAM:
        head = b""  # the lines will say so
    return Input(
        name=name, as_of=as_of, lines=lines(stream), blocks=blocks(stream), head=bytes(head)
    )


class _Lenient(io.RawIOBase):
    """A decompressed stream that ends where the compressed one breaks, and remembers why."""

    def __init__(self, stream: gzip.GzipFile | zstd.ZstdFile) -> None:
        self._stream = stream
        self.broken = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        if self.broken:
            return 0
        try:
            data = self._stream.read1(len(buffer))  # what came before a break is kept
        except BROKEN_STREAM as error:
            self.broken = f"the compressed file is broken here: {error}"
            return 0
        buffer[: len(data)] = data
        return len(data)


def _tar_members(name: str, as_of: datetime, stream: Buffered) -> Iterator[Input]:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is not None:
                    written = datetime.fromtimestamp(member.mtime, UTC)
                    inner = f"{name}/{member.name}"
                    yield _input(inner, _plausible(written, as_of), cast("Peekable", content))
    except tarfile.TarError as error:
        yield _broken(name, as_of, f"the archive is broken: {error}")


def _zip_members(name: str, as_of: datetime, stream: Buffered) -> Iterator[Input]:
    try:
        with zipfile.ZipFile(stream) as archive:
            for member in archive.infolist():
                if member.is_dir() or member.filename.startswith("__MACOSX/"):
                    continue
                inner = f"{name}/{member.filename}"
                if member.flag_bits & 1:
                    yield _broken(inner, as_of, "the file is encrypted")
                    continue
                with archive.open(member) as content:
                    yield _input(inner, as_of, cast("Peekable", content))
    except (zipfile.BadZipFile, NotImplementedError) as error:
        yield _broken(name, as_of, f"the archive is broken: {error}")


def _broken(name: str, as_of: datetime, why: str) -> Input:
    return Input(name=name, as_of=as_of, lines=iter((Unreadable(b"", why),)))


def blocks(stream: Readable) -> Iterator[bytes | Unreadable]:
    """Yield the bytes of a stream as they are; the place where it breaks off is `Unreadable`."""
    broken = ""
    while True:
        try:
            chunk = stream.read(CHUNK_BYTES)
        except BROKEN_STREAM as error:
            broken, chunk = f"the file cannot be read on here: {error}", b""
        if not chunk:
            break
        yield chunk
    raw = getattr(stream, "raw", None)
    broken = broken or (raw.broken if isinstance(raw, _Lenient) else "")
    if broken:
        yield Unreadable(b"", broken)


def lines(stream: Readable) -> Iterator[Line]:
    r"""Cut a stream into lines, without their ``\n`` or ``\r\n``, in bounded memory.

    A line longer than 64 MiB, and the place where a stream breaks off, are `Unreadable`. The
    last line needs no line end.
    """
    parts: list[bytes] = []
    size = 0
    for chunk in blocks(stream):
        if isinstance(chunk, Unreadable):
            yield Unreadable(b"".join(parts)[:_HEAD_BYTES], chunk.why)
            return
        first, *others = chunk.split(b"\n")
        size += len(first)
        parts = [*parts, first] if size <= MAX_LINE_BYTES else parts[:1]
        if others:
            yield _line(parts, size)
            *whole, rest = others
            for line in whole:
                yield line[:-1] if line.endswith(b"\r") else line
            parts, size = [rest], len(rest)
    if size:
        yield _line(parts, size)


def _line(parts: list[bytes], size: int) -> Line:
    if size > MAX_LINE_BYTES:
        return Unreadable(parts[0][:_HEAD_BYTES], f"longer than {MAX_LINE_BYTES} bytes")
    line = b"".join(parts)
    return line[:-1] if line.endswith(b"\r") else line
