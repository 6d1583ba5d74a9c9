"""Linux audit log: which programs connected to which addresses.

The records of one event stand near each other and share their time and serial number; a program
has no hash here, so a start speaks only if its command is suspicious and names a URL.
Source: https://github.com/linux-audit/audit-documentation/wiki
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address

import msgspec

from cure.errors import MalformedError
from cure.formats.lines import UNREADABLE, reason
from cure.formats.processes import Deed, Said, connected, started
from cure.formats.suspicion import MAX_COMMAND, Process
from cure.interfaces import Input, Reading, Unreadable
from cure.model.networks import Networks

# Before it there may be a header of syslog; of UNKNOWN[1420] the number says what it is.
_RECORD = re.compile(
    rb"(?:[^=]{1,160}: )?(?:node=(?P<node>\S+) )?type=(?P<type>[A-Z_0-9]+(?:\[\d+\])?) "
    rb"msg=audit\((?P<time>\d{1,11}\.\d{3}):(?P<serial>\d+)\):? ?(?P<fields>.*)"
)
# What the kernel says ends at 0x1D; then auditd says the same in names (`log_format = ENRICHED`).
_FIELD = re.compile(rb"(\w+)=(\"[^\"]*\"|'[^']*'|[^\s\x1d]*)")
_BETWEEN = (b"----", b"time->")
"""How lines begin that ausearch puts between events."""
_HEX = re.compile(rb"(?:[0-9A-F]{2})+")
# Numbers of system calls by architecture, from the kernel's tables: connect, and accept(4).
_CONNECTING = frozenset({("c000003e", "42"), ("c00000b7", "203"), ("40000003", "362")})
_ACCEPTING = frozenset(
    {
        *(("c000003e", "43"), ("c000003e", "288"), ("c00000b7", "202"), ("c00000b7", "242")),
        ("40000003", "364"),
    }
)
_IN_PROGRESS = "-115"  # EINPROGRESS: how a connection that does not wait begins
_IP4, _IP6 = 2, 10  # address families
_OPEN_EVENTS = 32
"""So many events may be unfinished; the kernel mixes those of different processors only."""


class _Event(msgspec.Struct):
    """The records of one event that were met so far.

    Attributes:
        number: Number of the line of the first.
        raw: That line.
        node: Name of the machine.
        seconds: When it was, since 1970.
        records: How many they are.
        fields: What they hold, by the type of the record.
    """

    number: int
    raw: bytes
    node: str
    seconds: float
    records: int = 0
    fields: dict[str, dict[str, bytes]] = {}


def is_audit_log(head: bytes) -> bool:
    """Tell whether a file begins with a record of the audit log."""
    return any(_RECORD.match(line) for line in head.split(b"\n"))


def audit_events(source: Input) -> Iterator[Reading]:
    """Yield a reading for each event, of all its records, and for each line that is none."""
    own = source.setting.own
    unfinished: dict[tuple[bytes, ...], _Event] = {}
    for number, line in enumerate(source.lines, 1):
        if isinstance(line, Unreadable):
            yield Reading(number, line.head, why=line.why)
            continue
        found = _RECORD.fullmatch(line)
        if found is None:
            is_silent = not line.strip() or line.startswith(_BETWEEN)
            why = "" if is_silent else "want type=… msg=audit(time:serial):"
            yield Reading(number, line, why=why)
            continue
        key = (found["node"] or b"", found["time"], found["serial"])
        event = unfinished.get(key)
        if event is None:
            event = _Event(number, line, _text(key[0]), float(found["time"]))
            unfinished[key] = event
        event.records += 1
        kind = _text(found["type"])
        if kind in {"SYSCALL", "EXECVE", "SOCKADDR", "PROCTITLE"}:
            event.fields[kind] = {_text(k): v for k, v in _FIELD.findall(found["fields"])}
        if kind == "EOE":
            yield _reading(unfinished.pop(key), own)
        elif len(unfinished) > _OPEN_EVENTS:
            yield _reading(unfinished.pop(next(iter(unfinished))), own)
    for event in unfinished.values():
        yield _reading(event, own)


def _reading(event: _Event, own: Networks) -> Reading:
    try:
        return Reading(event.number, event.raw, _said(event, own), lines=event.records)
    except UNREADABLE as error:
        return Reading(event.number, event.raw, why=reason(error), lines=event.records)


def _said(event: _Event, own: Networks) -> Said:
    call = event.fields.get("SYSCALL")
    if call is None:
        return ()
    process = Process(_value(call, "exe"), _command(event.fields)[:MAX_COMMAND], machine=event.node)
    deed = Deed(process, datetime.fromtimestamp(event.seconds, UTC), own)
    if "EXECVE" in event.fields:
        return started(deed, ())
    number = (_value(call, "arch"), _value(call, "syscall"))
    is_done = _value(call, "success") == "yes" or _value(call, "exit") == _IN_PROGRESS
    address = _address(event.fields.get("SOCKADDR", {}))
    if address is None or not is_done or number not in _CONNECTING | _ACCEPTING:
        return ()
    if number in _ACCEPTING:  # the port of a client means nothing
        return connected(deed, address[0], {}, is_inbound=True)
    return connected(deed, address[0], {"port": address[1]})


def _command(fields: dict[str, dict[str, bytes]]) -> str:
    words = fields.get("EXECVE")
    if words is None:
        return _value(fields.get("PROCTITLE", {}), "proctitle").replace("\0", " ")
    return " ".join(_value(words, name) for name in words if re.fullmatch(r"a\d+", name))


def _address(record: dict[str, bytes]) -> tuple[str, int] | None:
    """Read a socket address, as hexadecimal digits of the kernel's structure."""
    found = _HEX.match(record.get("saddr", b""))  # 0x1D behind it may have been lost on the way
    if found is None:
        return None
    text = found[0]
    raw = bytes.fromhex(text.decode())
    family = int.from_bytes(raw[:2], "little")
    if family not in {_IP4, _IP6}:
        return None
    packed = raw[4:8] if family == _IP4 else raw[8:24]
    if len(packed) not in {4, 16}:
        raise MalformedError("socket address", text.decode(), "cut off")
    return str(ip_address(packed)), int.from_bytes(raw[2:4], "big")


def _value(record: dict[str, bytes], name: str) -> str:
    """Read a field: quoted, or in hexadecimal digits where it holds blanks or the like."""
    raw = record.get(name, b"")
    if raw[:1] in {b'"', b"'"}:
        return _text(raw[1:-1])
    if name in {"exe", "proctitle"} or (name[:1] == "a" and name[1:].isdecimal()):
        return _text(bytes.fromhex(raw.decode())) if _HEX.fullmatch(raw) else _text(raw)
    return _text(raw)


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")
