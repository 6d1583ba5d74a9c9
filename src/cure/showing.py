"""Records as programs are shown them, over HTTP and on the command line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from cure.model import Kind, Label, Mention, Record


class LabelShown(msgspec.Struct, frozen=True):
    """How far a record may travel.

    Attributes:
        tlp: Its marking, as the standard writes it.
        owner: The organisation that it belongs to.
        releasable: The organisations that may see it besides.
    """

    tlp: str
    owner: str
    releasable: tuple[str, ...]

    @classmethod
    def of(cls, label: Label) -> "LabelShown":
        """Show a label."""
        return cls(label.tlp.title, label.owner, label.releasable)


class RecordShown(msgspec.Struct, frozen=True):
    """A record: a finding, as it was posted, with source and label.

    Attributes:
        source: Who says it.
        kind: What is said of the observables.
        observables: What it is about.
        first_seen: Start of the interval.
        last_seen: Its end.
        count: How many times within it.
        attributes: Small values that belong to it.
        key: The source's own id of it.
        label: How far it may travel.
    """

    source: str
    kind: Kind
    observables: tuple[Mention, ...]
    first_seen: datetime | None
    last_seen: datetime | None
    count: int
    attributes: Mapping[str, Any]
    key: str | None
    label: LabelShown

    @classmethod
    def of(cls, record: Record) -> "RecordShown":
        """Show a record."""
        said = record.finding
        return cls(
            record.source,
            said.kind,
            said.observables,
            said.first_seen,
            said.last_seen,
            said.count,
            said.attributes,
            said.key,
            LabelShown.of(record.label),
        )
