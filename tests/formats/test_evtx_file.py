"""EVTX: whole files, broken ones, and any bytes."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.evtx_file import MAGIC, records
from cure.formats.windows_events import json_event
from cure.interfaces import Input, Unreadable
from cure.publishers.endpoint import read
from formats.evtx_writer import evtx

CHANNEL = "Microsoft-Windows-Sysmon/Operational"
DATA = {
    "UtcTime": "2026-01-02 03:04:05.678",
    "Image": r"C:\a.exe",
    "DestinationIp": "198.51.100.1",
    "DestinationPort": "443",
    "Initiated": "true",
}
FILE = evtx([(CHANNEL, 3, DATA), ("Security", 3, {}), (CHANNEL, 3, {**DATA, "UtcTime": "?"})])


def read_blocks(*blocks: bytes | Unreadable):
    head = next((block for block in blocks if isinstance(block, bytes)), b"")[:4096]
    as_of = datetime(2026, 1, 3, tzinfo=UTC)
    given = Input(name="a.evtx", as_of=as_of, lines=iter(()), blocks=iter(blocks), head=head)
    return list(read(given))


def test_the_events_of_a_file_are_read_in_order():
    said = [record for record in records(FILE) if isinstance(record, bytes)]
    assert [json_event(record)[:3] for record in said] == [
        (CHANNEL, 3, "HOST-1"),
        ("Security", 3, "HOST-1"),
        (CHANNEL, 3, "HOST-1"),
    ]
    assert json.loads(said[0])["Event"]["EventData"] == DATA


def test_each_record_of_a_file_has_its_reading():
    spoke, silent, bad = read_blocks(FILE[:5000], FILE[5000:])
    assert [one.value for one in spoke.findings[0].observables] == ["198.51.100.1"]
    assert not silent.findings
    assert not silent.why
    assert "UtcTime" in bad.why


def test_what_was_cut_off_is_told():
    (cut,) = records(FILE[:5000])
    assert "cut off" in str(cut)


def test_room_that_windows_keeps_behind_the_last_chunk_is_silent():
    for room in (bytes(65_536), b"\xff" * 65_536):
        assert list(records(FILE + room)) == list(records(FILE))


def test_a_chunk_that_the_header_does_not_know_yet_is_read():
    chunk = FILE[4096:]
    assert len(list(records(FILE + bytes(65_536) + chunk))) > len(list(records(FILE)))


def test_a_file_that_only_begins_like_one_is_malformed():
    with pytest.raises(MalformedError):
        list(records(MAGIC))


def test_a_gap_makes_a_file_unreadable():
    (reading,) = read_blocks(FILE[:5000], Unreadable(b"", "the file breaks off here"), FILE)
    assert "the file breaks off here" in reading.why


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(8, 6000), st.binary(min_size=1, max_size=8)), max_size=9))
def test_of_a_damaged_file_something_is_told_and_nothing_raised(spots):
    damaged = bytearray(FILE)
    for at, what in spots:
        damaged[at : at + len(what)] = what
    readings = read_blocks(bytes(damaged))
    assert readings
    assert len(readings) < 10
    assert len({reading.number for reading in readings}) == len(readings)
