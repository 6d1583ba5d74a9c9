"""The program of the worker process: read documents until the other side is gone."""

import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import msgspec

from cure.errors import MalformedError
from cure.extract.worker import Part, Task
from cure.formats.lines import UNREADABLE, reason
from cure.interfaces import Input, Setting
from cure.model.networks import Networks

_HEAD_BYTES = 4096
_PART_BYTES = 1 << 20
_BASE_BYTES = 320 << 20  # of these, libraries and vocabularies take 80
_TIMES_BYTES = 24  # a large document in JSON takes so many times its size
_PART_S = 1.0
_encode = msgspec.msgpack.Encoder().encode


def main() -> None:
    """Serve one connection, given by the number of its descriptor, within a memory limit."""
    connection = Connection(int(sys.argv[1]))
    memory_bytes = int(sys.argv[2])
    with suppress(OSError):  # where memory runs out, this goes before the server
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    decode = msgspec.msgpack.Decoder(Task).decode
    while True:
        try:
            task, data = decode(connection.recv_bytes()), connection.recv_bytes()
        except EOFError:
            return
        own = min(memory_bytes, _BASE_BYTES + _TIMES_BYTES * len(data))
        resource.setrlimit(resource.RLIMIT_AS, (own, memory_bytes))
        for part in _parts(task, data):
            connection.send_bytes(_encode(part))


def _parts(task: Task, data: bytes) -> Iterator[Part]:
    """Yield what the function yields, in parts that are not large and do not come late."""
    values: list[msgspec.Raw] = []
    size, began = 0, monotonic()
    what = why = ""
    try:
        for value in _values(task, data):
            values.append(msgspec.Raw(value))
            size += len(value)
            if size >= _PART_BYTES or monotonic() - began > _PART_S:
                yield Part(values)
                values, size, began = [], 0, monotonic()
    except MalformedError as error:
        what, why = error.what, error.why
    except UNREADABLE as error:
        what, why = "document", reason(error)
    except MemoryError:  # the limit is for this document alone: another one may be read
        what, why = "document", "it needs more memory than it may have"
    yield Part(values, is_last=True, what=what, why=why)


def _values(task: Task, data: bytes) -> Iterator[bytes]:
    module, _, name = task.function.partition(":")
    source = Input(
        name=task.name,
        as_of=task.as_of,
        lines=(line.removesuffix(b"\n").removesuffix(b"\r") for line in BytesIO(data)),
        blocks=(data,),
        head=data[:_HEAD_BYTES],
        setting=Setting(own=Networks(task.own), zone=ZoneInfo(task.zone)),
        about=task.about,
    )
    yield from map(_encode, getattr(import_module(module), name)(source))


if __name__ == "__main__":
    main()
