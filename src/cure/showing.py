"""Records as programs are shown them, over HTTP and on the command line."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from cure.model import Audience, Caveat, Kind, Label, Mention, Record
from cure.model.audience import UNDISCLOSED_NAME
from cure.model.label import NOBODY

Naming: TypeAlias = Callable[[bytes], str]
"""Gives a record, by its digest, the name that programs are told."""


def _no_name(_: bytes) -> str:
    return ""


class LabelShown(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a record may travel.

    Attributes:
        tlp: Its marking, as the standard writes it.
        owner: The organisation that it belongs to.
        releasable: Who may see it besides; empty: all who are cleared for it.
        confidentiality: Its 機密性, 1 to 3.
        caveats: What is to be minded.
        pap: What may be done with it, as the standard writes it; None: anything.
        not_before: From when others may see it.
        expires: From when they no longer may.
    """

    tlp: str
    owner: str
    releasable: tuple[str, ...]
    confidentiality: int = 1
    caveats: tuple[Caveat, ...] = ()
    pap: str | None = None
    not_before: datetime | None = None
    expires: datetime | None = None

    @classmethod
    def of(cls, label: Label) -> "LabelShown":
        """Show a label."""
        releasable = (label.owner,) if label.releasable == NOBODY else label.releasable
        return cls(
            label.tlp.title,
            label.owner,
            releasable,
            int(label.confidentiality),
            label.caveats,
            label.pap.title if label.pap else None,
            label.not_before,
            label.expires,
        )


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
        id: Its name: that of all its versions, and of what says that it was taken back. Empty
            where it is not told.
        whole: Whether it is all that was said; or, for its age, only what cards are made of.
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
    id: str = ""
    whole: bool = True

    @classmethod
    def of(cls, record: Record, audience: Audience, name: Naming = _no_name) -> "RecordShown":
        """Show a record that a view of this audience released.

        Args:
            record: The record.
            audience: Who is told.
            name: Gives records their names.
        """
        said, label, source = record.finding, LabelShown.of(record.label), record.source
        if not audience.may_attribute(record.label):
            source = UNDISCLOSED_NAME
            label = msgspec.structs.replace(label, owner="", releasable=())
        return cls(
            source,
            said.kind,
            said.observables,
            said.first_seen,
            said.last_seen,
            said.count,
            said.attributes,
            said.key,
            label,
            name(record.digest),
            record.is_whole,
        )


class RetractionShown(msgspec.Struct, frozen=True):
    """A record that was taken back: what was told of it no longer holds.

    Attributes:
        id: The name of the record.
        source: Who had said it.
        key: The source's own id of it.
        retracted: Always true, so that it can be told from a record.
    """

    id: str
    source: str
    key: str | None
    retracted: bool = True

    @classmethod
    def of(cls, record: Record, audience: Audience, name: Naming) -> "RetractionShown":
        """Show that a record was taken back which this audience could read."""
        shown = RecordShown.of(record, audience, name)
        return cls(shown.id, shown.source, shown.key)
