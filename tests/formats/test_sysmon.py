"""Sysmon: which events speak, and how they are joined."""

import msgspec
import pytest

from cure.errors import MalformedError
from cure.formats.sysmon import Sysmon
from cure.formats.windows_events import WindowsEvent, json_event, windows_event
from cure.model.networks import PRIVATE

CHANNEL = "Microsoft-Windows-Sysmon/Operational"
TIME = "2026-01-02 03:04:05.678"
MD5 = "0123456789ABCDEF0123456789ABCDEF"


def event(number: int, channel: str = CHANNEL, **data: object) -> WindowsEvent:
    said = msgspec.json.encode({"UtcTime": TIME, "ProcessGuid": "{1}", "Image": "a.exe", **data})
    return WindowsEvent(channel, number, "PC-1", said)


def read(*events: WindowsEvent):
    sysmon = Sysmon(PRIVATE)
    return [finding for one in events for finding in sysmon.read(one)]


CONNECTION = event(3, DestinationIp="198.51.100.1", DestinationPort="80", Initiated="true")


def test_a_connection_tells_of_the_process_that_was_started_before():
    start = event(1, Image=r"C:\Windows\mshta.exe", CommandLine="mshta http://example.com/a")
    _, said = read(start, CONNECTION)
    assert said.attributes["image"] == r"C:\Windows\mshta.exe"
    assert said.attributes["suspicious"] == "fetching-tool"


def test_a_process_that_ended_is_forgotten():
    start = event(1, Image=r"C:\b.exe")
    (said,) = read(start, event(5), CONNECTION)
    assert said.attributes["image"] == "a.exe"


def test_processes_without_an_id_are_not_joined():
    start = event(1, Image=r"C:\b.exe", ProcessGuid="")
    (said,) = read(start, event(3, DestinationIp="198.51.100.1", ProcessGuid=""))
    assert said.attributes["image"] == "a.exe"


def test_an_event_of_another_channel_is_silent_whatever_it_holds():
    assert read(WindowsEvent("Security", 3, "", b"no JSON")) == []


def test_the_time_is_the_hosts_own_utc():
    (said,) = read(CONNECTION)
    assert said.first_seen is not None
    assert said.first_seen.isoformat() == "2026-01-02T03:04:05.678000+00:00"


def test_an_event_without_its_time_is_malformed():
    with pytest.raises(msgspec.ValidationError):
        Sysmon(PRIVATE).read(WindowsEvent(CHANNEL, 3, "", b"{}"))


@pytest.mark.parametrize(
    ("number", "data", "speaks"),
    [
        (7, {"Signed": "false", "ImageLoaded": "a.dll"}, True),
        (7, {"Signed": False, "ImageLoaded": "a.dll"}, True),
        (7, {"Signed": "true", "ImageLoaded": "a.dll"}, False),
        (7, {"Signed": "false", "ImageLoaded": r"C:\assembly\a.NI.dll"}, False),
        (6, {"Signed": "false", "ImageLoaded": "a.sys"}, True),
        (23, {"IsExecutable": "true"}, True),
        (26, {"IsExecutable": "false"}, False),
        (29, {}, True),
        (24, {}, False),
    ],
)
def test_of_files_only_programs_speak_and_of_loaded_ones_only_the_unsigned(number, data, speaks):
    assert bool(read(event(number, Hashes=f"MD5={MD5}", **data))) is speaks


def test_neither_an_import_hash_nor_zeros_are_hashes_of_a_file():
    hashes = f"IMPHASH={MD5},MD5={'0' * 32},md5={MD5}"
    (said,) = read(event(1, Hashes=hashes))
    assert [one.value for one in said.observables] == [MD5.lower()]
    assert read(event(1, Hashes=f"IMPHASH={MD5}")) == []


def test_the_names_on_the_way_to_an_answer_are_left_out():
    results = "type:  5 a.example.net;type: 16 text;::ffff:198.51.100.1;"
    (said,) = read(event(22, QueryName="example.com", QueryResults=results))
    assert [one.value for one in said.observables] == ["example.com", "198.51.100.1"]


def test_an_event_is_read_from_any_collector():
    data = {"UtcTime": TIME}
    forms = [
        {"Channel": "c", "EventID": 1, "Hostname": "h", **data},
        {"winlog": {"channel": "c", "event_id": "1", "computer_name": "h", "event_data": data}},
        {"Event": {"System": {"Channel": "c", "EventID": 1, "Computer": "h"}, "EventData": data}},
        {"Event": {"System": {"Channel": "c", "EventID": {"#text": 1}}, "EventData": data}},
        {"log_name": "c", "event_id": 1, "computer_name": "h", "event_data": data},
    ]
    for form in forms:
        read = windows_event(b"\xef\xbb\xbf" + msgspec.json.encode(form))
        assert read[:2] == ("c", 1)
        assert msgspec.json.decode(read.data)["UtcTime"] == TIME


def test_an_event_without_a_channel_is_malformed():
    with pytest.raises(MalformedError, match="names no channel"):
        json_event(b'{"EventID": 1}')


def test_an_event_reader_may_say_that_there_is_no_channel():
    read = json_event(b'{"Event": {"System": {"Channel": null, "EventID": 1}, "EventData": null}}')
    assert read[:2] == ("", 1)


def test_an_event_in_xml_is_read_behind_a_syslog_header():
    read = windows_event(
        b'<13>Jan  2 03:04:05 h sysmon: <Event xmlns="http://schemas.example.com/event"><System>'
        b"<EventID>1</EventID><Channel>c</Channel><Computer>h</Computer></System><EventData>"
        b'<Data Name="UtcTime">x</Data></EventData></Event>'
    )
    assert read[:3] == ("c", 1, "h")
    assert msgspec.json.decode(read.data)["UtcTime"] == "x"


@pytest.mark.parametrize(
    "line",
    [
        b"<Event>",
        b"no event",
        b"<Event><EventID>x</EventID></Event>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><Event>&b;</Event>',
    ],
)
def test_xml_that_is_no_event_is_malformed(line):
    with pytest.raises(ValueError, match=r"."):
        windows_event(line)
