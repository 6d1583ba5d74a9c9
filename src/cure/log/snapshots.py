"""Snapshots: the hub's arrays in one file, so that a start need not replay the whole log.

Layout: magic, length of the header, header (JSON), then the arrays, each on a 64-byte boundary
with a checksum in the header (XXH3-128). Written beside the old file, synced and renamed, so
that there is always one whole snapshot or none.
"""

import os
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import xxhash
from numpy.typing import NDArray

from cure.errors import LogError

_MAGIC = b"cure snapshot 1\n"
_ALIGN = 64
State = dict[str, NDArray[Any]]


class _Array(msgspec.Struct):
    name: str
    dtype: str
    length: int
    offset: int
    checksum: str


class _Header(msgspec.Struct):
    log_id: str
    seq: int
    arrays: list[_Array]


_decode = msgspec.json.Decoder(_Header).decode


class Snapshot(NamedTuple):
    """A hub's state as of a record number."""

    seq: int
    state: State


def save(path: Path, log_id: str, snapshot: Snapshot) -> None:
    """Write a snapshot in place of the one that is there. Cost: about 1 s a GB, and a sync.

    Raises:
        LogError: If it could not be written; the old one is untouched.
    """
    arrays: list[_Array] = []
    offset = 0
    for name, column in snapshot.state.items():
        checksum = _checksum(column)
        arrays.append(_Array(name, column.dtype.str, len(column), offset, checksum))
        offset += -(-column.nbytes // _ALIGN) * _ALIGN
    header = msgspec.json.encode(_Header(log_id, snapshot.seq, arrays))
    header = xxhash.xxh3_128_hexdigest(header).encode() + header
    beside = path.with_suffix(".new")
    try:
        with beside.open("wb") as file:
            file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
            start = _data_start(len(header))
            for array in arrays:
                file.seek(start + array.offset)
                np.ascontiguousarray(snapshot.state[array.name]).tofile(file)
            file.truncate(start + offset)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        raise LogError(f"cannot write {path}: {error}") from error


def load(path: Path, log_id: str) -> Snapshot | None:
    """Read the snapshot, if there is one of this log. Cost: about 0.6 s a GB.

    Raises:
        LogError: If it cannot be read, or is damaged: what, and at which offset.
    """
    try:
        return _load(path, log_id)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LogError(f"cannot read {path}: {error}") from error


def _load(path: Path, log_id: str) -> Snapshot | None:
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise LogError(f"{path}: damaged at offset 0: not a snapshot of this format")
        length = int.from_bytes(file.read(8), "little")
        if length > path.stat().st_size:
            raise LogError(f"{path}: damaged at offset {len(_MAGIC)}: impossible header length")
        header = file.read(length)
        if xxhash.xxh3_128_hexdigest(header[32:]).encode() != header[:32]:
            raise LogError(f"{path}: damaged at offset {len(_MAGIC) + 8}: header checksum")
        told = _decode(header[32:])
        if told.log_id != log_id:
            return None
        state: State = {}
        start = _data_start(length)
        for array in told.arrays:
            file.seek(start + array.offset)
            column = np.fromfile(file, np.dtype(array.dtype), array.length)
            if _checksum(column) != array.checksum:
                offset = start + array.offset
                raise LogError(f"{path}: damaged at offset {offset}: checksum of {array.name}")
            state[array.name] = column
        return Snapshot(told.seq, state)


def _checksum(column: NDArray[Any]) -> str:
    return xxhash.xxh3_128_hexdigest(np.ascontiguousarray(column).view(np.uint8).data)


def _data_start(header_length: int) -> int:
    end = len(_MAGIC) + 8 + header_length
    return -(-end // _ALIGN) * _ALIGN
