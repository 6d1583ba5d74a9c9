"""NICTER: who sends packets to addresses that nobody uses.

Captures (pcap, pcapng); logs of p0f, of which the SYNs count; and the CSV files of NICT's Darknet
Dataset 2022, which give hashes in place of addresses, so that a source is a tag there. What says
the same within ten minutes is told once. Destinations are our sensors, and are not told.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from cure.errors import MalformedError
from cure.formats import darknet
from cure.formats.capture import is_capture
from cure.formats.exports import as_written
from cure.formats.intervals import Said, counted_lines
from cure.formats.outside import outside
from cure.formats.p0f import seen_in
from cure.interfaces import Input, Publisher, Reading, Setting
from cure.model import Layer, Tlp, Topic, mention, tag

_HIGHEST_PORT = 65_535
_UNTOLD = frozenset({None, "???", "?"})
"""What p0f writes where it cannot tell."""


def read(source: Input) -> Iterator[Reading]:
    """Count who came to which port."""
    if is_capture(source.head):
        return darknet.readings(source)
    lines = as_written(source, "p0f").lines
    return counted_lines(lines, partial(_parse, setting=source.setting))


def _parse(line: bytes, setting: Setting) -> tuple[datetime, Said] | None:
    if not line or line.isspace():
        return None
    if not line.startswith((b"{", b"[")):
        return _row(line.decode())
    seen = seen_in(line)
    if seen.mod != "syn":
        return None  # what the same packet tells of its link and uptime, and other packets
    source = outside(seen.client_ip, setting.own)
    if source is None:
        return None
    told = {"os": seen.os, "app": seen.app, "distance": seen.dist}
    fingerprint = ((name, value) for name, value in told.items() if value not in _UNTOLD)
    attributes = (*_syn_to(seen.server_port), *fingerprint)
    return seen.moment(setting.zone), Said((mention(source, "attacker"),), attributes)


def _row(text: str) -> tuple[datetime, Said] | None:
    """Read a row of the dataset: time, hash of the source's /16, hash of the source, …, port."""
    match text.split(","):
        case ["timestamp", *_]:
            return None
        case [seconds, network, source, _, port] if _is_port(port):
            about = mention(tag(f"darknet-source:{source}"), "attacker")
            said = Said((about,), (*_syn_to(int(port)), ("network", network[:200])))
            return _moment(seconds), said
        case _:
            raise MalformedError("line", text, "no p0f line, and no row of the Darknet Dataset")


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedError("time", seconds, "want seconds since 1970") from error


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) <= _HIGHEST_PORT


def _syn_to(port: int) -> tuple[tuple[str, str | int], ...]:
    return ("protocol", "tcp"), ("port", port), ("flags", "syn")


PUBLISHER = Publisher(
    name="nicter",
    title="NICTER: darknet of unused addresses",
    title_ja="NICTER: ダークネット観測",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.TAG}),
    tlp=Tlp.GREEN,
    read=read,
    reference="https://csdataset.nict.go.jp/darknet-2022/",
)
