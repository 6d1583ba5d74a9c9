"""The plain model of log and hub: a list of what was said, and what became of each of it since."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from cure.interfaces import KEPT_APART_US, Cards, Logged
from cure.model import Audience, Label, Record
from cure.model.retraction import NOTHING, is_retraction, retractions_of


@dataclass
class Said:
    """A record, and what became of it.

    Attributes:
        seq: Its number.
        record: It, under the label that it has now.
        replaces: Which record it took the place of; 0: of none.
        at: When it was kept.
        cards: What is left of it since it is no longer kept; None: it is kept.
        replaced_by: Which record took its place; 0: none has.
    """

    seq: int
    record: Record
    replaces: int
    at: datetime
    cards: Cards | None = None
    replaced_by: int = 0

    @property
    def says(self) -> bool:
        """Whether it says something, or did until another took its place."""
        return self.cards is not Cards.DROP and not is_retraction(self.record)

    @property
    def is_live(self) -> bool:
        """Whether it says something now."""
        return self.says and not self.replaced_by

    def is_seen(self, to: Audience, at: datetime) -> bool:
        """Tell whether an audience may read it, or might while it was there."""
        return to.may_read(self.record.source, self.record.label, at)


class PlainLog:
    """All that was said."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.said: list[Said] = []

    def append(self, records: list[Record], at: datetime) -> list[int]:
        """Say more; return the numbers of what was new."""
        if self.said:
            last = self.said[-1].at
            together = sum(one.at == last for one in self.said)
            at = max(at, last + timedelta(microseconds=KEPT_APART_US * together))
        return [seq for record in records if (seq := self._append(record, at))]

    def _append(self, record: Record, at: datetime) -> int:
        before = self.newest(record.digest)
        is_there = before is not None and before.says
        if is_retraction(record):
            if before is None or not is_there:
                return 0
            record = msgspec.structs.replace(record, label=before.record.label)
        elif before is not None and is_there and before.cards is None:
            key = record.finding.key
            if key is None or before.record.finding == record.finding:
                return 0
        seq = len(self.said) + 1
        if before is not None:
            before.replaced_by = seq
        self.said.append(Said(seq, record, before.seq if before else 0, at))
        return seq

    def digest_of(self, seq: int) -> bytes:
        """Return what stands for the record that this is a version of."""
        return self.said[seq - 1].record.digest

    def newest(self, digest: bytes) -> Said | None:
        """Return the newest version of a record."""
        return next((one for one in reversed(self.said) if one.record.digest == digest), None)

    def retract(self, record: Record, at: datetime) -> list[int]:
        """Take a record back; return the number of what does so."""
        return self.append(list(retractions_of(record)), at)

    def relabel(self, source: str, old: Label, new: Label) -> None:
        """Give another label to all that a source said under one."""
        for one in self.said:
            if (one.record.source, one.record.label) == (source, old):
                one.record = msgspec.structs.replace(one.record, label=new)

    def retain(self, source: str, until: datetime, cards: Cards) -> None:
        """Keep no longer what a source said up to a moment."""
        for one in self.said:
            if one.record.source == source and one.at <= until and one.cards is not Cards.DROP:
                one.cards = cards

    def logged(self) -> list[Logged]:
        """Return all as a log gives it."""
        return [Logged(one.seq, _left(one), one.replaces) for one in self.said]


def _left(one: Said) -> Record:
    if one.cards is None:
        return one.record
    finding = one.record.finding
    left = msgspec.structs.replace(finding, attributes={}, key=None)
    finding = NOTHING if one.cards is Cards.DROP else left
    return msgspec.structs.replace(one.record, finding=finding, is_whole=False)
