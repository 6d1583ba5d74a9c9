"""Sysmon: what processes on Windows and Linux do, from its events, however they came here.

An event counts only with its channel: other logs have the same numbers. Processes are joined with
what they do by their ProcessGuid, as far as their start is in the same input.
Source: https://learn.microsoft.com/sysinternals/downloads/sysmon#events
"""

import re
from collections.abc import Callable
from datetime import datetime

import msgspec

from cure.formats.moments import in_utc
from cure.formats.processes import Deed, Said, asked, connected, left, started
from cure.formats.suspicion import MAX_COMMAND, Process
from cure.formats.windows_events import SYSMON, WindowsEvent
from cure.model import Observable, filehash
from cure.model.networks import Networks

_MAX_PROCESSES = 50_000
_HASHES = frozenset({"MD5", "SHA1", "SHA256"})  # IMPHASH is a hash of names, not of the file
_ZEROS = re.compile(r"0+")
_HOST_URL = re.compile(r"^HostUrl=(\S+)", re.MULTILINE)  # of a Zone.Identifier
_NATIVE_IMAGE = ".ni.dll"
"""Made on each machine anew, and unsigned."""


class SysmonData(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    """The part of an event's data that we use, of all kinds of events."""

    utc_time: datetime
    process_guid: str = ""
    image: str = ""
    command_line: str = ""
    parent_image: str = ""
    original_file_name: str = ""
    company: str = ""
    hashes: str = ""
    hash: str = ""
    image_loaded: str = ""
    target_filename: str = ""
    contents: str = ""
    signed: bool | str = True
    is_executable: bool | str = False
    initiated: bool | str = True
    protocol: str = ""
    source_ip: str = ""
    destination_ip: str = ""
    destination_hostname: str = ""
    destination_port: int | None = None
    query_name: str = ""
    query_results: str = ""


_decode = msgspec.json.Decoder(SysmonData, strict=False).decode


class Sysmon:
    """Reads the events of one input, in order, and remembers which processes run."""

    def __init__(self, own: Networks) -> None:
        self._own = own
        self._running: dict[str, Process] = {}

    def read(self, event: WindowsEvent) -> Said:
        """Return what an event says; those of other logs say nothing.

        Raises:
            MalformedError: If a value in it is none.
            msgspec.MsgspecError: If it has another form.
        """
        if event.number not in _HEARD or event.channel not in SYSMON:
            return ()
        data = _decode(event.data)
        if event.number == _END:
            self._running.pop(data.process_guid, None)
            return ()
        if event.number == _START:
            process = self._started(data, event.machine)
        else:
            unknown = Process(data.image, machine=event.machine)
            process = self._running.get(data.process_guid, unknown)
        deed = Deed(process, in_utc(data.utc_time), self._own)
        return _KINDS[event.number](deed, data)

    def _started(self, data: SysmonData, machine: str) -> Process:
        process = Process(
            data.image,
            data.command_line[:MAX_COMMAND],
            data.parent_image,
            data.original_file_name,
            data.company,
            machine,
        )
        if data.process_guid:
            if len(self._running) >= _MAX_PROCESSES:
                del self._running[next(iter(self._running))]
            self._running[data.process_guid] = process
        return process


def _start(deed: Deed, data: SysmonData) -> Said:
    return started(deed, _hashes(data.hashes))


def _connection(deed: Deed, data: SysmonData) -> Said:
    attributes = {"port": data.destination_port, "protocol": data.protocol}
    if not _is_true(data.initiated):
        return connected(deed, data.source_ip, attributes, is_inbound=True)
    return connected(deed, data.destination_ip, attributes, name=data.destination_hostname)


def _query(deed: Deed, data: SysmonData) -> Said:
    """Read a query; of its answers the names on the way are left out."""
    parts = [part.strip() for part in data.query_results.split(";")]
    answers = [part for part in parts if part not in {"", "-"} and not part.startswith("type:")]
    return asked(deed, data.query_name, answers)


def _load(deed: Deed, data: SysmonData) -> Said:
    """Read that a program or driver was loaded; the signed ones would be too many."""
    if _is_true(data.signed) or data.image_loaded.lower().endswith(_NATIVE_IMAGE):
        return ()
    return left(deed, _hashes(data.hashes), {"file": data.image_loaded})


def _file(deed: Deed, data: SysmonData) -> Said:
    """Read that a file was deleted or written; only programs are of interest."""
    if not _is_true(data.is_executable):
        return ()
    return left(deed, _hashes(data.hashes), {"file": data.target_filename})


def _written(deed: Deed, data: SysmonData) -> Said:
    return left(deed, _hashes(data.hashes), {"file": data.target_filename})


def _stream(deed: Deed, data: SysmonData) -> Said:
    """Read a stream beside a file, such as the mark that it came from the web."""
    host_url = _HOST_URL.search(data.contents)
    return left(
        deed,
        _hashes(data.hash),
        {"file": data.target_filename},
        came_from=host_url[1] if host_url else "",
    )


_START, _END = 1, 5
_KINDS: dict[int, Callable[[Deed, SysmonData], Said]] = {
    _START: _start,
    3: _connection,
    6: _load,
    7: _load,
    15: _stream,
    22: _query,
    23: _file,
    26: _file,
    29: _written,
}
_HEARD = _KINDS.keys() | {_END}


def _is_true(said: bool | str) -> bool:  # noqa: FBT001 - as the event says it
    """Read what is a truth value in EVTX, and a word in what collectors send."""
    return said if isinstance(said, bool) else said.lower() == "true"


def _hashes(text: str) -> list[Observable]:
    """Read ``SHA1=…,MD5=…,IMPHASH=…``; zeros stand for what was not computed."""
    pairs = (pair.partition("=") for pair in text.split(",") if pair)
    return [
        filehash(digest)
        for name, _, digest in pairs
        if name.strip().upper() in _HASHES and not _ZEROS.fullmatch(digest)
    ]
