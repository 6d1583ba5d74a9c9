"""Sysmon's events in ECS, the schema into which Winlogbeat and Elastic Agent move their data.

Source: https://github.com/elastic/beats/blob/main/x-pack/winlogbeat/module/sysmon/ingest/sysmon.yml
"""

from typing import Any

import msgspec


class _Parent(msgspec.Struct, frozen=True):
    executable: str = ""


class _Pe(msgspec.Struct, frozen=True):
    original_file_name: str = ""
    company: str = ""


class _Process(msgspec.Struct, frozen=True):
    entity_id: str = ""
    executable: str = ""
    command_line: str = ""
    parent: _Parent = _Parent()
    pe: _Pe = _Pe()
    hash: dict[str, str] = {}


class _File(msgspec.Struct, frozen=True):
    path: str = ""
    hash: dict[str, str] = {}


class _End(msgspec.Struct, frozen=True):
    ip: str = ""
    domain: str = ""
    port: int | None = None


class _Network(msgspec.Struct, frozen=True):
    transport: str = ""
    direction: str = ""


class _Question(msgspec.Struct, frozen=True):
    name: str = ""


class _Dns(msgspec.Struct, frozen=True):
    question: _Question = _Question()
    resolved_ip: list[str] = []


class _OfSysmon(msgspec.Struct, frozen=True):
    file: dict[str, bool] = {}


class _Document(msgspec.Struct, frozen=True):
    """The part that we use."""

    timestamp: str = msgspec.field(name="@timestamp")
    process: _Process = _Process()
    file: _File = _File()
    source: _End = _End()
    destination: _End = _End()
    network: _Network = _Network()
    dns: _Dns = _Dns()
    sysmon: _OfSysmon = _OfSysmon()


_decode = msgspec.json.Decoder(_Document, strict=False).decode
_INBOUND = frozenset({"inbound", "ingress"})


def sysmon_data(document: bytes) -> dict[str, Any]:
    """Return the data of an event under the names that Sysmon itself gives to them.

    Raises:
        msgspec.MsgspecError: If a field has another form than in ECS.
    """
    said = _decode(document)
    process, file = said.process, said.file
    hashes = ",".join(f"{name}={digest}" for name, digest in (file.hash or process.hash).items())
    return {
        "UtcTime": said.timestamp,
        "ProcessGuid": process.entity_id,
        "Image": process.executable,
        "CommandLine": process.command_line,
        "ParentImage": process.parent.executable,
        "OriginalFileName": process.pe.original_file_name,
        "Company": process.pe.company,
        "Hashes": hashes,
        "Hash": hashes,
        "ImageLoaded": file.path,
        "TargetFilename": file.path,
        "IsExecutable": said.sysmon.file.get("is_executable", False),
        "Initiated": said.network.direction not in _INBOUND,
        "Protocol": said.network.transport,
        "SourceIp": said.source.ip,
        "DestinationIp": said.destination.ip,
        "DestinationHostname": said.destination.domain,
        "DestinationPort": said.destination.port,
        "QueryName": said.dns.question.name,
        "QueryResults": ";".join(said.dns.resolved_ip),
    }
