"""Sysmon in ECS: says the same as Sysmon's own data."""

from typing import Any

import msgspec

from cure.formats.sysmon import Sysmon
from cure.formats.windows_events import windows_event
from cure.model.networks import PRIVATE

TIME = "2026-01-02T03:04:05.678Z"
MD5 = "0123456789abcdef0123456789abcdef"
PROCESS = {"entity_id": "{1}", "executable": r"C:\Windows\mshta.exe"}


def said(number: int, /, event_data: dict[str, str] | None = None, **fields: object) -> list[str]:
    winlog: dict[str, Any] = {
        "channel": "Microsoft-Windows-Sysmon/Operational",
        "event_id": str(number),
        "computer_name": "PC-1",
    }
    if event_data:
        winlog["event_data"] = event_data
    line = msgspec.json.encode({"@timestamp": TIME, "winlog": winlog, **fields})
    (finding,) = Sysmon(PRIVATE).read(windows_event(line))
    assert finding.first_seen is not None
    assert finding.first_seen.isoformat() == "2026-01-02T03:04:05.678000+00:00"
    return [f"{one.role} {one.value}" for one in finding.observables]


def test_a_process_has_its_hashes_and_its_command():
    process = {
        **PROCESS,
        "command_line": "mshta http://example.com/a",
        "hash": {"md5": MD5},
        "pe": {"original_file_name": "MSHTA.EXE", "imphash": "f" * 32},
        "parent": {"executable": r"C:\Windows\explorer.exe"},
    }
    assert said(1, process=process) == [f"process {MD5}", "target http://example.com/a"]


def test_a_connection_has_its_direction():
    ends = {
        "process": PROCESS,
        "source": {"ip": "203.0.113.5", "port": 50000},
        "destination": {"ip": "198.51.100.7", "port": 443, "domain": "example.com"},
    }
    network = {"transport": "tcp", "direction": "egress"}
    assert said(3, network=network, **ends) == ["target 198.51.100.7", "target example.com"]
    network["direction"] = "ingress"
    assert said(3, network=network, **ends) == ["client 203.0.113.5"]


def test_a_query_has_its_answers():
    dns = {"question": {"name": "example.com"}, "resolved_ip": ["198.51.100.7"]}
    assert said(22, process=PROCESS, dns=dns) == ["queried example.com", "resolved 198.51.100.7"]


def test_what_stays_in_the_data_of_the_event_counts():
    file = {"path": r"C:\a.dll", "hash": {"md5": MD5}}
    assert said(7, {"Signed": "false"}, process=PROCESS, file=file) == [f"file {MD5}"]
