"""Endpoint: processes on own machines, suspicious or not, and whom they spoke to.

Read are the events of Sysmon (JSON of NXLog, Winlogbeat and EVTX readers, XML, EVTX files), the
advanced hunting tables of Microsoft Defender as CSV, and the Linux audit log. What speaks, and in
which roles, `cure.formats.processes` says; what makes a process suspicious,
`cure.formats.suspicion`.
"""

from collections import deque
from collections.abc import Iterator

from cure.errors import MalformedError
from cure.formats import evtx_file
from cure.formats.auditd import audit_events, is_audit_log
from cure.formats.defender import defender_rows, is_defender
from cure.formats.event_documents import event_lines
from cure.formats.exports import as_written
from cure.formats.lines import read_one, whole_file
from cure.formats.processes import Said
from cure.formats.sysmon import Sysmon
from cure.formats.windows_events import json_event, windows_event
from cure.interfaces import Input, Publisher, Reading
from cure.model import Layer, Tlp, Topic


def read(source: Input) -> Iterator[Reading]:
    """Tell the carrier by the first bytes, and read it."""
    if source.head.startswith(evtx_file.MAGIC):
        yield from _evtx(source)
        return
    source = as_written(source)
    if is_defender(source.head):
        yield from defender_rows(source)
    elif is_audit_log(source.head):
        yield from audit_events(source)
    else:
        yield from _lines(source)


def _lines(source: Input) -> Iterator[Reading]:
    sysmon = Sysmon(source.setting.own)

    def parse(line: bytes) -> Said:
        if not line.strip():
            return ()
        return sysmon.read(windows_event(line))

    for number, line in enumerate(event_lines(source), 1):
        yield read_one(parse, number, line)


def _evtx(source: Input) -> Iterator[Reading]:
    sysmon = Sysmon(source.setting.own)
    try:
        records = list(evtx_file.records(whole_file(source.blocks)))
    except MalformedError as error:
        deque(source.blocks, maxlen=0)  # what follows a gap cannot be read alone
        yield Reading(1, source.head, why=str(error))
        return
    for number, record in enumerate(records, 1):
        if isinstance(record, MalformedError):
            yield Reading(number, b"", why=str(record))
        else:
            yield read_one(lambda line: sysmon.read(json_event(line)), number, record)
    if not records:
        yield Reading(1, source.head)


PUBLISHER = Publisher(
    name="endpoint",
    title="Endpoints: suspicious processes and their connections",
    title_ja="エンドポイント: 不審プロセスとその通信",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH}),
    tlp=Tlp.AMBER,
    read=read,
    reference="https://learn.microsoft.com/sysinternals/downloads/sysmon",
)
