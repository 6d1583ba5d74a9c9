"""Microsoft Defender's advanced hunting, as CSV: processes, their connections and their files.

Known are the tables DeviceProcessEvents, DeviceNetworkEvents and DeviceFileEvents, and the raw
process events that Defender exported before, with columns such as `CreatedProcessName`.
Source: https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables
"""

from collections.abc import Iterator, Mapping, Sequence

from cure.errors import MalformedError
from cure.formats.csv_rows import csv_rows
from cure.formats.lines import UNREADABLE, reason
from cure.formats.processes import Deed, Said, connected, left, started
from cure.formats.stamps import stamp
from cure.formats.suspicion import MAX_COMMAND, Process
from cure.interfaces import Input, Reading
from cure.model import Observable, filehash
from cure.model.networks import Networks

Row = Mapping[str, str]

_HASHES = ("SHA256", "SHA1", "MD5")
_FILES = frozenset({"FileCreated", "FileModified", "FileRenamed", "FileDeleted"})


def is_defender(head: bytes) -> bool:
    """Tell whether a file begins with the names of Defender's columns."""
    names = head.partition(b"\n")[0].replace(b'"', b"")
    return b",InitiatingProcess" in names and not names.startswith(b"{")


def defender_rows(source: Input) -> Iterator[Reading]:
    """Yield a reading for each row of a table, and one for its heading."""
    names: Sequence[str] = ()
    own = source.setting.own
    for row in csv_rows(source.lines):
        findings: Said = ()
        why = row.why
        try:
            if row.cells and names and not why:
                if len(row.cells) != len(names):
                    raise MalformedError("row", row.raw.decode(errors="replace"), "other columns")
                findings = _row(dict(zip(names, row.cells, strict=True)), own)
        except UNREADABLE as error:
            why = reason(error)
        names = names or row.cells
        yield Reading(row.number, row.raw, findings, why, row.lines)


def _row(row: Row, own: Networks) -> Said:
    if "CreatedProcessName" in row:
        return _created(row, own)
    action = row.get("ActionType", "")
    seen = stamp(row.get("Timestamp") or row.get("TimeGenerated") or "")
    by = Process(
        _path(row.get("InitiatingProcessFolderPath", ""), row.get("InitiatingProcessFileName", "")),
        row.get("InitiatingProcessCommandLine", "")[:MAX_COMMAND],
        row.get("InitiatingProcessParentFileName", ""),
        row.get("InitiatingProcessVersionInfoOriginalFileName", ""),
        machine=row.get("DeviceName", ""),
    )
    if action == "ProcessCreated":
        process = Process(
            row.get("FolderPath", ""),
            row.get("ProcessCommandLine", "")[:MAX_COMMAND],
            by.image,
            row.get("ProcessVersionInfoOriginalFileName", ""),
            machine=by.machine,
        )
        return started(Deed(process, seen, own), _hashes(row))
    if row.get("RemoteIP") and not action.startswith("Listening"):
        return connected(
            Deed(by, seen, own),
            row["RemoteIP"],
            {
                "port": _number(row.get("RemotePort", "")),
                "protocol": row.get("Protocol", "").lower(),
                "action": action,
            },
            name=row.get("RemoteUrl", ""),
            is_inbound=action.startswith("Inbound"),
        )
    if action in _FILES:
        return left(
            Deed(by, seen, own),
            _hashes(row),
            {"file": row.get("FolderPath", ""), "action": action},
            came_from=row.get("FileOriginUrl", ""),
        )
    return ()


def _created(row: Row, own: Networks) -> Said:
    process = Process(
        row.get("CreatedProcessFilePath", ""),
        row.get("CreatedProcessCommandLine", "")[:MAX_COMMAND],
        row.get("InitiatingProcessName", ""),
        row.get("CreatedProcessVersionInfoOriginalFileName", ""),
        row.get("CreatedProcessVersionInfoCompanyName", "") or "-",
        row.get("ComputerDnsName", ""),
    )
    seen = stamp(row.get("CreatedProcessCreationTime", ""))
    return started(Deed(process, seen, own), _hashes(row, "CreatedProcessFile"))


def _hashes(row: Row, prefix: str = "") -> list[Observable]:
    names = _HASHES if not prefix else [f"{prefix}{name.title()}" for name in _HASHES]
    return [filehash(row[name]) for name in names if row.get(name)]


def _path(folder: str, file: str) -> str:
    """Put folder and file together; some columns called a folder are the whole path."""
    if not folder or folder.lower().endswith(file.lower()):
        return folder or file
    return f"{folder}\\{file}"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None
