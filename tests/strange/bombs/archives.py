"""Bombs that are packed: streams, archives and office documents."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile

from strange.bombs.bomb import DEEP, MEGA, Bomb, Bombs, laughs

try:
    from compression import zstd  # pyright: ignore[reportMissingImports]
except ImportError:  # before Python 3.14
    from backports import zstd


def packed() -> Bombs:
    zeros, lines = bytes(MEGA), (b"x" * 127 + b"\n") * (MEGA // 128)
    yield Bomb("zeros.gz", ("exist",), _gzip(zeros, 512))
    yield Bomb("lines.gz", ("cowrie",), _gzip(lines, 256))
    yield Bomb("long.gz", ("exist", "cowrie"), _gzip(zeros[:-1] + b"\n", 256))
    yield Bomb("blanks.json.gz", ("exist", "attack", "findings"), _gzip(b"[" + b" " * MEGA, 256))
    yield Bomb("zeros.zst", ("exist",), zstd.compress(zeros * 64) * 64)
    yield Bomb("zeros.bz2", ("exist",), bz2.compress(zeros * 128))
    yield Bomb("zeros.xz", ("exist",), lzma.compress(zeros * 128))
    yield Bomb("cut.gz", ("exist",), _gzip(zeros, 64)[:-20])
    nested = b"192.0.2.1\n"
    for _ in range(2000):
        nested = gzip.compress(nested, 1)
    yield Bomb("nested.gz", ("exist",), nested)
    yield Bomb("twice.gz", ("exist",), gzip.compress(_gzip(zeros, 1024)))


def _gzip(part: bytes, times: int) -> bytes:
    """Compress so many parts, without having all in memory."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for _ in range(times):
            file.write(part)
    return packed.getvalue()


def archives() -> Bombs:
    zeros = bytes(MEGA)
    yield Bomb("zeros.zip", ("exist",), zip_of({"a.txt": zeros * 256}))
    yield Bomb("many.zip", ("exist",), zip_of({f"{n}.txt": zeros * 16 for n in range(64)}))
    inner = zip_of({"a.txt": zeros * 64})
    yield Bomb("nested.zip", ("exist",), zip_of({f"{n}.zip": inner for n in range(16)}))
    yield Bomb("names.zip", ("exist",), zip_of({f"{n}/{'x' * 60_000}": b"" for n in range(100)}))
    yield Bomb("overlapping.zip", ("exist",), _overlapping())
    yield Bomb(
        "lying.zip", ("exist",), zip_of({"a.txt": zeros}).replace(_size(MEGA), _size(1 << 31))
    )
    yield Bomb("sparse.tar", ("exist",), _sparse())
    yield Bomb("zeros.tar.gz", ("exist",), gzip.compress(tar_of({"a.txt": zeros * 256})))
    many = tar_of({f"{n}.txt": b"x" for n in range(20_000)})
    yield Bomb("many.tar", ("exist",), many[: 10 * MEGA])
    yield Bomb("many.tar.gz", ("exist",), gzip.compress(many))
    yield Bomb("year.tar", ("exist",), tar_of({"a.txt": b"192.0.2.1"}, mtime=1e300))
    yield Bomb("cut.tar", ("exist",), tar_of({"a.txt": zeros})[:700])
    document = "<w:document>" + "<w:p>" * DEEP + "</w:p>" * DEEP + "</w:document>"
    types = {"[Content_Types].xml": b"<Types/>"}
    yield Bomb("deep.docx", ("reports",), zip_of({**types, "word/document.xml": document.encode()}))
    yield Bomb("zeros.docx", ("reports",), zip_of({**types, "word/document.xml": zeros * 512}))
    laughing = {**types, "word/document.xml": laughs("w:document")}
    yield Bomb("laughing.docx", ("reports",), zip_of(laughing))


def zip_of(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _size(size: int) -> bytes:
    return struct.pack("<I", size)


def _overlapping() -> bytes:
    """A directory whose entries all name one member: a few bytes each for 16 MB of it."""
    once = zip_of({"a.txt": bytes(16 * MEGA)})
    at = once.rindex(b"PK\x01\x02")
    end = once.rindex(b"PK\x05\x06")
    entry = once[at:end]
    count = 2000
    last = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, at, 0)
    return once[:at] + entry * count + last


def tar_of(files: dict[str, bytes], mtime: float = 0) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            member.mtime = mtime  # pyright: ignore[reportAttributeAccessIssue] - as programs write it
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def _sparse() -> bytes:
    """A file of 8 TB that is one hole (GNU sparse format 1.0)."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("GNUSparseFile.0/a.txt")
        hole = b"1\n8796093022208\n0\n".ljust(512, b"\0")
        member.size = len(hole)
        member.pax_headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "a.txt",
            "GNU.sparse.realsize": "8796093022208",
        }
        archive.addfile(member, io.BytesIO(hole))
    return packed.getvalue()
