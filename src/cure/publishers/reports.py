"""Reports: the observables that a report names, with the malware, groups and techniques it means.

Every form of document is read: text, Markdown, AsciiDoc, HTML, PDF, DOCX, STIX, MISP, lists. Each
observable is a finding with the keywords that belong to it surely enough. Label sets, made from
reports so that programs learn from them, are silent.
"""

from collections import deque
from collections.abc import Iterator

from cure.extract.documents import read as read_document
from cure.extract.findings import findings_of
from cure.formats.days import day_in
from cure.formats.label_sets import is_label_set
from cure.formats.lines import UNREADABLE, reason
from cure.formats.sqlite_file import whole_file
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Layer, Tlp, Topic


def read(source: Input) -> Iterator[Reading]:
    """Read a document: it is one element, whatever its length."""
    try:
        data = whole_file(source.blocks)
        if data:
            yield Reading(1, source.head, tuple(_said(data, source)))
    except UNREADABLE as error:
        deque(source.blocks, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(1, source.head, why=reason(error))


def _said(data: bytes, source: Input) -> Iterator[Finding]:
    if data.strip() and not is_label_set(source.head):
        yield from findings_of(read_document(data, source.name), source.name, day_in(source.name))


PUBLISHER = Publisher(
    name="reports",
    title="Security reports and advisories",
    title_ja="セキュリティレポート・注意喚起",
    layer=Layer.SEMANTICS,
    topics=frozenset(Topic),
    tlp=Tlp.CLEAR,
    read=read,
    reference="https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html",
)
