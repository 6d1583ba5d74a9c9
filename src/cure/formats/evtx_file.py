"""Event logs of Windows in their own binary format, EVTX.

Source: https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
"""

from collections.abc import Iterator
from io import BytesIO

from evtx import PyEvtxParser

from cure.errors import MalformedError

MAGIC = b"ElfFile\0"
"""How every such file begins."""
_HEADER_BYTES = 4096
_CHUNK_BYTES = 65_536
_CHUNK_COUNT = slice(42, 44)
_CHUNK_MAGIC = b"ElfChnk\0"


def records(data: bytes) -> Iterator[bytes | MalformedError]:
    """Yield the records of a file as JSON, and an error for each place that is damaged.

    Raises:
        MalformedError: If it is no such file.
    """
    try:
        parser = PyEvtxParser(BytesIO(data[: _end(data)]), 1)
    except (OSError, RuntimeError) as error:
        raise MalformedError("EVTX file", data[:16].decode("latin-1"), str(error)) from error
    found = iter(parser.records_json())
    while True:
        try:
            record = next(found, None)
        except RuntimeError as error:
            yield MalformedError("EVTX record", "", str(error))
            continue
        if record is None:
            break
        yield record["data"].encode()
    chunks = int.from_bytes(data[_CHUNK_COUNT], "little")
    if len(data) < _HEADER_BYTES + chunks * _CHUNK_BYTES:
        yield MalformedError("EVTX file", f"{len(data)} bytes", f"cut off: wants {chunks} chunks")


def _end(data: bytes) -> int:
    """Return where the last chunk ends; Windows enlarges files before it has anything to write.

    How many chunks there are, the header says, or, while the file is open, their beginnings.
    """
    used = int.from_bytes(data[_CHUNK_COUNT], "little")
    starts = range(_HEADER_BYTES + used * _CHUNK_BYTES, len(data), _CHUNK_BYTES)
    begun = [at for at in starts if data.startswith(_CHUNK_MAGIC, at)]
    return (begun[-1] if begun else starts.start - _CHUNK_BYTES) + _CHUNK_BYTES
