"""STARDUST: whom the hosts of an attacked decoy network called, and who called them.

Captures (pcap, pcapng), logs of Zeek, and logs of the hosts themselves: Sysmon for Linux in
Azure's table Syslog, and connections in its table VMConnection. Roles are those of
`cure.formats.traffic` and, for Sysmon, `cure.formats.processes`; of files that Zeek saw a page is
a `file`, all others are a `sample`, and a `sender` sent them. What own hosts do to each other is
not told, but for what lies outside, such as the name that one asked the other for.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from cure.errors import MalformedError
from cure.formats import captured_traffic, zeek
from cure.formats.capture import is_capture
from cure.formats.exports import as_written
from cure.formats.lines import read_one
from cure.formats.moments import in_utc
from cure.formats.outside import outside
from cure.formats.sysmon import Sysmon
from cure.formats.traffic import peer
from cure.formats.windows_events import windows_event
from cure.formats.zeek_traffic import traffic
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Tlp, Topic
from cure.model.networks import Networks


class HostLine(msgspec.Struct, frozen=True, rename="pascal"):
    """The part that we use of a line of the tables Syslog and VMConnection."""

    type: str
    time_generated: datetime
    syslog_message: str = ""
    process_name: str = ""
    source_ip: str = ""
    destination_ip: str = ""
    destination_port: int | None = None
    protocol: str = ""


_decode = msgspec.json.Decoder(HostLine).decode
# On the way into the table the entities of Sysmon's XML lose their semicolons.
_UNENDED = re.compile(r"&(amp|lt|gt|quot|apos)(?!;) ?")


def read(source: Input) -> Iterator[Reading]:
    """Tell the forms from each other."""
    own = source.setting.own
    if is_capture(source.head):
        yield from captured_traffic.readings(source)
        return
    source = as_written(source)
    if zeek.is_zeek(source.head):
        yield from zeek.readings(source, lambda path, row: traffic(path, row, own))
    else:
        sysmon = Sysmon(own)
        for number, line in enumerate(source.lines, 1):
            yield read_one(lambda line: _host_line(line, own, sysmon), number, line)


def _host_line(line: bytes, own: Networks, sysmon: Sysmon) -> Iterable[Finding]:
    if not line or line.isspace():
        return ()
    said = _decode(line)
    if said.type == "Syslog":
        if said.process_name != "sysmon":
            return ()
        message = _UNENDED.sub(r"&\1;", said.syslog_message)
        return sysmon.read(windows_event(message.encode()))
    if said.type == "VMConnection":
        return _connection(said, own)
    raise MalformedError("table", said.type, "want Syslog or VMConnection")


def _connection(said: HostLine, own: Networks) -> Iterable[Finding]:
    them = peer(outside(said.source_ip, own), outside(said.destination_ip, own))
    if them is None:
        return ()
    seen = in_utc(said.time_generated)
    attributes = {"protocol": said.protocol, "port": said.destination_port}
    return (Finding(Kind.SIGHTING, (them,), seen, seen, attributes=attributes),)


PUBLISHER = Publisher(
    name="stardust",
    title="STARDUST: decoy network under attack",
    title_ja="STARDUST: サイバー攻撃誘引基盤",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH}),
    tlp=Tlp.AMBER,
    read=read,
    reference="https://www.nict.go.jp/press/2017/05/31-1.html",
)
