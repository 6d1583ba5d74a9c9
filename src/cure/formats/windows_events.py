"""Events of Windows, and of Sysmon for Linux, in the forms in which collectors send them.

Known are the JSON of NXLog (flat), Winlogbeat (below `winlog`, before version 7 not; the data of
Sysmon in ECS or not) and EVTX readers (`Event`), and the XML that Windows itself and Sysmon for
Linux write, with or without a syslog header.
Source: https://learn.microsoft.com/windows/win32/wes/eventschema-schema
"""

from typing import NamedTuple
from xml.etree.ElementTree import ParseError

import msgspec
from defusedxml.ElementTree import fromstring

from cure.errors import MalformedError
from cure.formats.ecs_sysmon import sysmon_data

SYSMON = frozenset({"Microsoft-Windows-Sysmon/Operational", "Linux-Sysmon/Operational"})
"""The channels of Sysmon."""
_BOM = b"\xef\xbb\xbf"
_MOVED = b'"UtcTime"'
"""What is there of Sysmon's data unless it was moved into ECS."""


class WindowsEvent(NamedTuple):
    """An event.

    Attributes:
        channel: The log that it belongs to; empty: none.
        number: What kind of event of its channel it is (EventID).
        machine: Name of the machine.
        data: Its own data, as a JSON object.
    """

    channel: str
    number: int
    machine: str
    data: bytes | msgspec.Raw


class _Qualified(msgspec.Struct, frozen=True):
    number: int = msgspec.field(name="#text")


class _System(msgspec.Struct, frozen=True, rename="pascal"):
    channel: str | None = None
    event_id: int | _Qualified = msgspec.field(name="EventID", default=0)
    computer: str | None = None


class _Event(msgspec.Struct, frozen=True, rename="pascal"):
    system: _System
    event_data: msgspec.Raw = msgspec.Raw(b"{}")


class _Winlog(msgspec.Struct, frozen=True):
    channel: str = ""
    event_id: int = 0
    computer_name: str = ""
    event_data: msgspec.Raw = msgspec.Raw(b"{}")


class _Line(msgspec.Struct, frozen=True):
    """A line: one of the four forms, which begin differently."""

    channel: str = msgspec.field(name="Channel", default="")
    event_id: int = msgspec.field(name="EventID", default=0)
    hostname: str = msgspec.field(name="Hostname", default="")
    log_name: str = ""
    number: int = msgspec.field(name="event_id", default=0)
    computer_name: str = ""
    event_data: msgspec.Raw = msgspec.Raw(b"{}")
    winlog: _Winlog | None = None
    event: _Event | None = msgspec.field(name="Event", default=None)


_decode = msgspec.json.Decoder(_Line, strict=False).decode


def windows_event(line: bytes) -> WindowsEvent:
    """Read an event in JSON, or in XML with or without something before it.

    Raises:
        MalformedError: If it is neither, or names no channel.
        msgspec.MsgspecError: If its JSON has another form.
    """
    clean = line.removeprefix(_BOM).strip()
    return json_event(clean) if clean.startswith(b"{") else xml_event(clean)


def json_event(line: bytes) -> WindowsEvent:
    """Read an event in JSON.

    Raises:
        MalformedError: If it names no channel.
        msgspec.MsgspecError: If it is no JSON or has another form.
    """
    said = _decode(line)
    if said.winlog:
        of = said.winlog
        return WindowsEvent(of.channel, of.event_id, of.computer_name, _data(of, line))
    if said.event:
        of = said.event.system
        number = of.event_id.number if isinstance(of.event_id, _Qualified) else of.event_id
        return WindowsEvent(of.channel or "", number, of.computer or "", said.event.event_data)
    if said.log_name:
        return WindowsEvent(said.log_name, said.number, said.computer_name, said.event_data)
    if not said.channel:
        raise MalformedError("event", line[:200].decode("utf-8", "replace"), "names no channel")
    return WindowsEvent(said.channel, said.event_id, said.hostname, line)


def _data(of: _Winlog, line: bytes) -> bytes | msgspec.Raw:
    if of.channel not in SYSMON or _MOVED in bytes(of.event_data):
        return of.event_data
    return msgspec.json.encode(sysmon_data(line) | msgspec.json.decode(of.event_data))


def xml_event(line: bytes) -> WindowsEvent:
    """Read an event in XML; what stands before it, as syslog's header, is passed over.

    Raises:
        MalformedError: If there is none.
    """
    start = line.find(b"<Event")
    if start < 0:
        raise MalformedError("event", line[:200].decode(errors="replace"), "neither JSON nor XML")
    text = line[start:]
    try:
        root = fromstring(text)
    except (ParseError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise MalformedError("event", text[:200].decode("utf-8", "replace"), str(error)) from error
    said = {
        element.get("Name") or element.tag.rpartition("}")[2]: (element.text or "").strip()
        for element in root.iter()
    }
    number = said.get("EventID", "")
    if not number.isdecimal() or not said.get("Channel"):
        raise MalformedError("event", number, "want a number and a channel")
    data = msgspec.json.encode(said)
    return WindowsEvent(said["Channel"], int(number), said.get("Computer", ""), data)
