"""Files, folders and archives, read once: plain, gzip, zstd, tar and zip.

What a file is, its first bytes tell, not its name. An archive is a folder in one file.
"""

import io
import os
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, cast

from cure.errors import SourceError
from cure.interfaces import Input, Line, Unreadable
from cure.model.finding import EARLIEST
from cure.origins.packed import (
    BROKEN_STREAM,
    PACKED,
    Bounds,
    Buffered,
    Counted,
    Lenient,
    Partial,
    Progress,
)

CHUNK_BYTES = 1 << 20
_AHEAD_BYTES = 1 << 16
MAX_LINE_BYTES = 64 << 20
"""A longer line is passed over and quarantined; whole documents may well be one line."""
MAX_LAYERS = 4
"""So often a file may be packed."""
_HEAD_BYTES = 4096
_OFFICE = b"[Content_Types].xml"
"""Office documents are zip files that begin with it, and are documents, not folders."""


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
        bounds = Bounds()
        counted = io.BufferedReader(Counted(file, progress, bounds), _AHEAD_BYTES)
        name = os.fsencode(path).decode(errors="replace")
        yield from _unpacked(name, _plausible(written, now), counted, bounds)


def _plausible(written: datetime, otherwise: datetime) -> datetime:
    """Return when a file was written, unless its time was never set or lies ahead of `otherwise`.

    Archives that are made the same every time have all files written in 1970.
    """
    return written if EARLIEST <= written <= otherwise else otherwise


def _unpacked(
    name: str, as_of: datetime, stream: Buffered, bounds: Bounds, layers: int = 0
) -> Iterator[Input]:
    """Look at the first bytes and open what they announce."""
    magic = stream.peek(4)[:4]
    packed = next((one for one in PACKED if magic.startswith(one.magic)), None)
    if packed is not None and layers == MAX_LAYERS:
        yield _broken(name, as_of, f"packed more than {MAX_LAYERS} times")
    elif packed is not None:
        inner = io.BufferedReader(Lenient(packed.opened(stream), bounds), CHUNK_BYTES)
        yield from _unpacked(name.removesuffix(packed.suffix), as_of, inner, bounds, layers + 1)
    elif magic == b"PK\x03\x04" and stream.seekable() and _OFFICE not in stream.peek(64)[:64]:
        yield from _zip_members(name, as_of, stream, bounds)
    elif stream.peek(512)[257:262] == b"ustar":
        yield from _tar_members(name, as_of, stream, bounds)
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


def _tar_members(name: str, as_of: datetime, stream: Buffered, bounds: Bounds) -> Iterator[Input]:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is not None:
                    inner = f"{name}/{member.name}"
                    yield _member(inner, _written(member, as_of), content, bounds)
    except (*BROKEN_STREAM, ValueError, OverflowError) as error:  # of numbers that are none
        yield _broken(name, as_of, f"the archive is broken: {error}")


def _written(member: tarfile.TarInfo, otherwise: datetime) -> datetime:
    try:
        return _plausible(datetime.fromtimestamp(member.mtime, UTC), otherwise)
    except (ValueError, OverflowError, OSError):  # outside the calendar
        return otherwise


def _member(name: str, as_of: datetime, content: object, bounds: Bounds) -> Input:
    bounds.begin_member()
    stream = Lenient(cast("Partial", content), bounds)  # of which type, neither module says
    return _input(name, as_of, io.BufferedReader(stream, CHUNK_BYTES))


def _zip_members(name: str, as_of: datetime, stream: Buffered, bounds: Bounds) -> Iterator[Input]:
    try:
        with zipfile.ZipFile(stream) as archive:
            for member in archive.infolist():
                if member.filename.endswith("/") or member.filename.startswith("__MACOSX/"):
                    continue
                inner = f"{name}/{member.filename}"
                if member.flag_bits & 1:
                    yield _broken(inner, as_of, "the file is encrypted")
                    continue
                with archive.open(member) as content:
                    yield _member(inner, as_of, content, bounds)
    except (*BROKEN_STREAM, NotImplementedError, ValueError, OverflowError) as error:
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
    broken = broken or (raw.broken if isinstance(raw, Lenient) else "")
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
