"""Two worlds for the laws of non-interference: all that was said, and that without the hidden."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from cure.interfaces import Logged
from cure.model import Audience, Label


def without_hidden(
    logged: Sequence[Logged],
    to: Audience,
    at: datetime,
    dropped: frozenset[int] | set[int] = frozenset(),
) -> list[Logged]:
    """Leave out what an audience may not read, or was dropped; the rest is numbered anew.

    A hidden new version of a record that was visible stays: it takes the visible one away, which
    is its owner's will and is told.
    """
    shown: set[bytes] = set()
    numbers: dict[int, int] = {}
    kept: list[Logged] = []
    for one in logged:
        record = one.record
        if one.seq in dropped:
            continue
        if to.may_read(record.source, record.label, at):
            shown.add(record.digest)
        if record.digest in shown:
            numbers[one.seq] = len(kept) + 1
            kept.append(Logged(len(kept) + 1, record, numbers.get(one.replaces, 0)))
    return kept


def labelled(logged: Sequence[Logged], labels: Mapping[tuple[str, Label], Label]) -> list[Logged]:
    """Exchange labels: (source, old label) → new label."""
    return [
        msgspec.structs.replace(
            one, record=msgspec.structs.replace(one.record, label=labels[stamp])
        )
        if (stamp := (one.record.source, one.record.label)) in labels
        else one
        for one in logged
    ]
